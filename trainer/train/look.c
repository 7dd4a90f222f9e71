/* SPDX-License-Identifier: MIT */
#include "train/look.h"
#include "base/mem.h"
#include "look/window.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1200, HEIGHT = 800, SHARE = 100 };

struct look {
	struct run *run;
	struct window *window;
	struct figure figure;
	double shown; /* when, last */
	double due;   /* predictions and filters, again */
	float *images;
};

static void set_pixels(struct figure_sample *s, const float *image, int channels)
{
	for (int i = 0; i < FIGURE_PIXELS; i++)
		for (int c = 0; c < 3; c++) {
			float v = image[(channels == 3 ? c : 0) * FIGURE_PIXELS + i];
			s->rgb[i][c] = (unsigned char)((v + 1) * 127.5f + 0.5f);
		}
}

static int take_samples(struct look *l, struct err *e)
{
	struct run *r = l->run;
	const char *const *classes = dataset_classes(r->o->kind);
	int channels = r->net.channels, count = FIGURE_SAMPLES;
	float logits[FIGURE_SAMPLES * NET_CLASSES];
	struct outcome out;
	struct batch in = {.images = l->images};

	count = count < r->test.count ? count : r->test.count;
	count = count < r->b->batch ? count : r->b->batch;
	in.count = count;
	for (int i = 0; i < count; i++)
		dataset_image(&r->test, i, false,
			l->images + (long)i * channels * FIGURE_PIXELS);
	if (r->b->ops->eval(r->b, &in, logits, &out, e) < 0)
		return -1;
	for (int i = 0; i < count; i++) {
		struct figure_sample *s = &l->figure.samples[i];
		int best = 0;

		for (int j = 1; j < NET_CLASSES; j++)
			if (logits[i * NET_CLASSES + j] > logits[i * NET_CLASSES + best])
				best = j;
		set_pixels(s, l->images + (long)i * channels * FIGURE_PIXELS, channels);
		s->is = classes[r->test.labels[i]];
		s->seen_as = classes[best];
	}
	l->figure.sample_count = count;
	return 0;
}

static int take_filters(struct look *l, struct err *e)
{
	const struct net *net = &l->run->net;
	const struct tensor *t = &net->tensors[net->block[0].conv[CONV_FIRST].weight];
	AUTO_FREE float *trained = mem_floats(net->trained_count);
	AUTO_FREE float *theirs = mem_floats(tensor_elements(t));

	if (l->run->b->ops->read(l->run->b, ARRAY_TRAINED, trained, e) < 0)
		return -1;
	tensor_export(t, trained + t->at, theirs);
	for (int i = 0; i < FIGURE_FILTERS; i++)
		memcpy(l->figure.filters[i], theirs + (long)i * t->ci * FIGURE_TAPS,
			sizeof(l->figure.filters[i]));
	return 0;
}

static int write_plot(struct look *l, struct err *e)
{
	const char *path = l->run->o->plot;

	if (path && figure_write_png(&l->figure, path, WIDTH, HEIGHT, e) < 0)
		return err_wrap(e, "--plot");
	return 0;
}

/* What the network makes of some images now. */
static int take_both(struct look *l, struct err *e)
{
	double begun = clock_now(), done;

	if (take_samples(l, e) < 0 || take_filters(l, e) < 0)
		return -1;
	done = clock_now();
	l->due = done + SHARE * (done - begun);
	return 0;
}

int look_open(struct look **out, struct run *r, struct err *e)
{
	struct look *l;
	char device[80];

	*out = NULL;
	if (!r->o->gui && !r->o->plot)
		return 0;
	l = mem_alloc(sizeof(*l));
	l->run = r;
	l->images = mem_floats((long)FIGURE_SAMPLES * r->net.channels * FIGURE_PIXELS);
	r->b->ops->describe(r->b, device, sizeof(device));
	snprintf(l->figure.title, sizeof(l->figure.title), "cnntrain on %s", device);
	if (r->o->gui)
		l->window = window_open("cnntrain", e);
	if ((r->o->gui && !l->window) || take_both(l, e) < 0) {
		look_close(l);
		return -1;
	}
	if (write_plot(l, e) < 0) {
		look_close(l);
		return -1;
	}
	if (l->window)
		window_show(l->window, &l->figure);
	*out = l;
	return 0;
}

void look_close(struct look *l)
{
	if (!l)
		return;
	window_close(l->window);
	free(l->images);
	free(l);
}

int look_step(struct look *l, double loss, struct err *e)
{
	double now;

	if (!l)
		return 0;
	figure_add_loss(&l->figure, loss);
	now = clock_now();
	if (!l->window || now - l->shown < 0.2)
		return 0;
	if (now >= l->due && take_both(l, e) < 0)
		return -1;
	l->shown = now;
	window_show(l->window, &l->figure);
	return 0;
}

int look_epoch(struct look *l, const struct epoch_result *result, struct err *e)
{
	if (!l)
		return 0;
	figure_add_epoch(&l->figure, result->train_accuracy, result->test_accuracy);
	if (take_both(l, e) < 0)
		return -1;
	if (l->window)
		window_show(l->window, &l->figure);
	return write_plot(l, e);
}
