/* SPDX-License-Identifier: MIT */
/* cnntrain: trains the network that cnnrun's demonstration runs in its container. */
#include "fetch/fetch.h"
#include "train/train.h"

#include <stdio.h>
#include <string.h>

typedef int run_fn(const struct options *o, struct err *e);

static run_fn *choose(const struct options *o)
{
	if (o->command && !strcmp(o->command, "selftest"))
		return selftest_run;
	if (o->command && !strcmp(o->command, "fetch"))
		return fetch_run;
	if (o->command)
		return NULL;
	return o->predict ? predict_run : o->eval ? eval_run : train_run;
}

/* What was printed must have arrived. */
static int finish(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	fputs("cnntrain: standard output cannot be written\n", stderr);
	return 1;
}

int main(int argc, char **argv)
{
	run_fn *run;
	struct options o;
	struct err e = {0};
	int status;

	if (options_parse(&o, argc, argv, &e) < 0)
		goto usage;
	if (o.help || o.version) {
		if (o.help)
			options_help();
		else
			puts("cnntrain " CNNTRAIN_VERSION);
		return finish();
	}
	run = choose(&o);
	if (!run) {
		err_set(&e, "unknown command %s; see cnntrain --help", o.command);
		goto usage;
	}
	status = run(&o, &e);
	if (status >= 0)
		return finish() ? 1 : status;
	fprintf(stderr, "cnntrain: %s\n", e.msg);
	return 1;
usage:
	fprintf(stderr, "cnntrain: %s\n", e.msg);
	return 2;
}
