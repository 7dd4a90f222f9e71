/* SPDX-License-Identifier: MIT */
#include "data/picture.h"
#include "train/folder.h"
#include "train/run.h"
#include "train/train.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>

/* One line: file, best class, its probability, and the second. */
static void print_best(const char *path, const float *logits, const char *const *classes)
{
	int best = 0, second = -1;
	double sum = 0;

	for (int i = 1; i < NET_CLASSES; i++)
		if (logits[i] > logits[best])
			best = i;
	for (int i = 0; i < NET_CLASSES; i++) {
		sum += exp((double)(logits[i] - logits[best]));
		if (i != best && (second < 0 || logits[i] > logits[second]))
			second = i;
	}
	printf("%s: %s %.1f%% (%s %.1f%%)\n", path, classes[best], 100 / sum,
		classes[second],
		100 * exp((double)(logits[second] - logits[best])) / sum);
}

static int predict_one(struct run *r, const char *path, float *image, struct err *e)
{
	int channels = r->net.channels, side = r->o->kind == DATASET_CIFAR10 ? 32 : 28;
	struct batch in = {.images = image, .count = 1};
	float logits[NET_CLASSES];
	struct outcome out;

	if (picture_load(path, channels, side, image, e) < 0 ||
		r->b->ops->eval(r->b, &in, logits, &out, e) < 0)
		return -1;
	for (int i = 0; i < NET_CLASSES; i++)
		if (!isfinite(logits[i]))
			return err_set(
				e, "%s: these weights give no finite result", path);
	print_best(path, logits, dataset_classes(r->o->kind));
	return 0;
}

/* One that cannot be read does not stop the others; the last failure is e. */
static int predict(struct run *r, struct err *e)
{
	AUTO_FREE float *image = mem_floats((long)r->net.channels * NET_SIDE * NET_SIDE);
	int result = 0;

	for (int i = 0; i < r->o->picture_count; i++) {
		struct err why;

		if (predict_one(r, r->o->pictures[i], image, &why) == 0)
			continue;
		if (result < 0)
			fprintf(stderr, "cnntrain: %s\n", e->msg);
		*e = why;
		result = -1;
	}
	return result;
}

int predict_run(const struct options *o, struct err *e)
{
	AUTO_FREE char *usual = mem_printf("%s/" FOLDER_MODEL, o->log_dir);
	struct options with = *o;
	struct run r = {.o = &with};
	int result;

	with.batch_size = 1;
	if (!with.weights)
		with.weights = usual;
	result = run_open_model(&r, e);
	if (result == 0)
		result = predict(&r, e);
	run_close(&r);
	return result;
}
