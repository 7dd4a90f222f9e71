/* SPDX-License-Identifier: MIT */
#include "train/folder.h"
#include "train/run.h"
#include "train/train.h"
#include "base/mem.h"

#include <stdio.h>

static int evaluate(struct run *r, struct err *e)
{
	const struct options *o = r->o;
	struct share whole = {.rank = 0, .world = 1};
	double accuracy, loss;

	if (dataset_find(&r->place, o->kind, o->data_dir, e) < 0 ||
		dataset_load(&r->test, o->kind, r->place, false, e) < 0 ||
		run_open_model(r, e) < 0 || run_hold(r, &r->test, e) < 0)
		return -1;
	r->loader = loader_new(o->batch_size, r->test.channels, o->num_workers, whole, 0);
	if (run_test(r, &accuracy, &loss, e) < 0)
		return -1;
	if (o->log_level >= LOG_INFO)
		printf("%d test images of %s from %s\n", r->test.count,
			dataset_name(o->kind), r->place);
	printf("test_loss = %.4f test_acc = %.4f\n", loss, accuracy);
	return 0;
}

int eval_run(const struct options *o, struct err *e)
{
	AUTO_FREE char *usual = mem_printf("%s/" FOLDER_MODEL, o->log_dir);
	struct options with = *o;
	struct run r = {.o = &with};
	int result;

	if (!with.weights)
		with.weights = usual;
	result = evaluate(&r, e);
	run_close(&r);
	return result;
}
