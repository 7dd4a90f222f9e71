/* SPDX-License-Identifier: MIT */
#include "data/picture.h"
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

static int predict(struct run *r, struct err *e)
{
	int channels = r->net.channels, side = r->o->kind == DATASET_CIFAR10 ? 32 : 28;
	AUTO_FREE float *image = mem_floats((long)channels * NET_SIDE * NET_SIDE);
	struct batch in = {.images = image, .count = 1};
	float logits[NET_CLASSES];
	struct outcome out;

	for (int i = 0; i < r->o->picture_count; i++) {
		const char *path = r->o->pictures[i];

		if (picture_load(path, channels, side, image, e) < 0 ||
			r->b->ops->eval(r->b, &in, logits, &out, e) < 0)
			return -1;
		print_best(path, logits, dataset_classes(r->o->kind));
	}
	return 0;
}

int predict_run(const struct options *o, struct err *e)
{
	AUTO_FREE char *usual = mem_printf("%s/model.safetensors", o->log_dir);
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
