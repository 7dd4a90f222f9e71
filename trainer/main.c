/* SPDX-License-Identifier: MIT */
/* cnntrain: trains the network that cnnrun's demonstration runs in its container. */
#include "train/train.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	int (*run)(const struct options *, struct err *);
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
	run = o.predict ? predict_run : o.eval ? eval_run : train_run;
	if (run(&o, &e) == 0)
		return 0;
	fprintf(stderr, "cnntrain: %s\n", e.msg);
	return 1;
usage:
	fprintf(stderr, "cnntrain: %s\n", e.msg);
	return 2;
}
