/* SPDX-License-Identifier: MIT */
/* cnntrain: trains the network that cnnrun's demonstration runs in its container. */
#include "train/train.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	struct options o;
	struct err e = {0};

	if (options_parse(&o, argc, argv, &e) < 0)
		goto usage;
	if (o.help) {
		options_help();
		return 0;
	}
	if (o.version) {
		puts("cnntrain " CNNTRAIN_VERSION);
		return 0;
	}
	if (train_run(&o, &e) == 0)
		return 0;
	fprintf(stderr, "cnntrain: %s\n", e.msg);
	return 1;
usage:
	fprintf(stderr, "cnntrain: %s\n", e.msg);
	return 2;
}
