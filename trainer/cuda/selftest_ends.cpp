/* SPDX-License-Identifier: MIT */
#include "cuda/selftest.h"

extern "C" {
#include "data/dataset.h"
}
#include "data/pixel.h"

#include <cmath>

enum { IMAGES = 5 };

static void check_input(selftest *s, int channels)
{
	long size = (long)channels * NET_SIDE * NET_SIDE;
	twin x = selftest_random(s, IMAGES * size, -1, 1);
	twin y = selftest_zeros(s, x.count);

	gpu_dwt_input(&s->work, IMAGES, channels, x.device, y.device);
	for (int i = 0; i < IMAGES; i++)
		s->cpu->dwt->input(channels, x.host + i * size, y.host + i * size);
	selftest_compare(s,
		channels == 1 ? "wavelet of grey images" : "wavelet of colour images", y,
		SELFTEST_ROUNDING);
}

/* The definition, in double. */
static void softmax_of(const float *y, int label, int total, double loss[2], float *dy)
{
	double sum = 0;
	int best = 0;

	for (int j = 0; j < NET_CLASSES; j++) {
		sum += std::exp((double)y[j]);
		best = y[j] > y[best] ? j : best;
	}
	for (int j = 0; j < NET_CLASSES; j++)
		dy[j] = (float)((std::exp((double)y[j]) / sum - (j == label)) / total);
	loss[0] += std::log(sum) - (double)y[label];
	loss[1] += best == label;
}

static void check_softmax(selftest *s)
{
	enum { COUNT = 300, TOTAL = 700 };
	twin y = selftest_random(s, COUNT * NET_COLUMNS, -4, 4);
	twin dy = selftest_random(s, y.count, 1, 1),
	     losses = selftest_zeros(s, 2 * COUNT);
	uint8_t labels[COUNT], *there;
	double wanted[2] = {0, 0}, got[2];
	double *loss = static_cast<double *>(selftest_take(s, nullptr, sizeof(got)));

	for (int i = 0; i < COUNT; i++) {
		labels[i] = (uint8_t)(i % NET_CLASSES);
		for (int j = NET_CLASSES; j < NET_COLUMNS; j++)
			dy.host[i * NET_COLUMNS + j] = 0;
		softmax_of(y.host + i * NET_COLUMNS, labels[i], TOTAL, wanted,
			dy.host + i * NET_COLUMNS);
	}
	there = static_cast<uint8_t *>(selftest_take(s, labels, sizeof(labels)));
	gpu_softmax(
		&s->work, COUNT, TOTAL, y.device, there, losses.device, dy.device, loss);
	selftest_compare(s, "softmax: gradient", dy, SELFTEST_ROUNDING);
	gpu_copy(got, loss, sizeof(got), cudaMemcpyDeviceToHost, s->work.stream);
	s->report(s->arg, "softmax: loss", std::fabs(got[0] - wanted[0]) / wanted[0],
		SELFTEST_ROUNDING);
	s->report(s->arg, "softmax: number right", std::fabs(got[1] - wanted[1]), 0);
}

static void check_adam(selftest *s)
{
	enum { COUNT = 1000 };
	twin g = selftest_random(s, COUNT, -1, 1), w = selftest_random(s, COUNT, -1, 1);
	twin m = selftest_random(s, COUNT, -1, 1), v = selftest_random(s, COUNT, 0, 1);
	adam_step a = {1e-2f, 1.5f, 0.9f, 0.999f, 1e-8f};
	step_values values = {0, 0, a.rate, a.v_scale, a.beta1, a.beta2, a.eps};

	gpu_adam(&s->work, COUNT,
		static_cast<step_values *>(selftest_take(s, &values, sizeof(values))),
		g.device, w.device, m.device, v.device);
	s->cpu->vector->adam(COUNT, &a, g.host, w.host, m.host, v.host);
	selftest_compare(s, "Adam: weights", w, SELFTEST_ROUNDING);
	selftest_compare(s, "Adam: m", m, SELFTEST_ROUNDING);
	selftest_compare(s, "Adam: v", v, SELFTEST_ROUNDING);
}

/* Bit for bit: a batch must not depend on where it was made. */
static void check_gather(selftest *s, int channels, int side)
{
	enum { COUNT = 7 };
	static uint8_t pixels[COUNT * 3 * NET_SIDE * NET_SIDE];
	uint8_t labels[COUNT] = {1, 2, 3, 4, 5, 6, 7};
	const int index[IMAGES] = {6, 0, 3, 3, 5};
	long size = (long)channels * NET_SIDE * NET_SIDE;
	twin images = selftest_zeros(s, IMAGES * size), one = selftest_zeros(s, size);
	dataset d = {COUNT, channels, side, pixels, labels, {nullptr, nullptr}, false, 0};
	step_values values = {};
	gpu_gather g = {};
	uint8_t *to = static_cast<uint8_t *>(selftest_take(s, nullptr, IMAGES));

	for (size_t i = 0; i < sizeof(pixels); i++)
		pixels[i] = (uint8_t)rng_bits(3, i);
	values.flip_key = channels == 3 ? 12 : 0;
	g.channels = channels;
	g.side = side;
	g.pixels = static_cast<uint8_t *>(selftest_take(s, pixels, sizeof(pixels)));
	g.labels = static_cast<uint8_t *>(selftest_take(s, labels, sizeof(labels)));
	g.index = static_cast<int *>(selftest_take(s, index, sizeof(index)));
	g.step = static_cast<step_values *>(selftest_take(s, &values, sizeof(values)));
	gpu_gather_input(&s->work, &g, IMAGES, images.device, to);
	for (int i = 0; i < IMAGES; i++) {
		dataset_image(&d, index[i],
			values.flip_key && pixel_flip(values.flip_key, index[i]),
			one.host);
		s->cpu->dwt->input(channels, one.host, images.host + i * size);
	}
	selftest_compare(s,
		channels == 1 ? "grey images of the device"
			      : "colour images of the device",
		images, 0);
}

void selftest_ends(selftest *s)
{
	check_input(s, 1);
	check_input(s, 3);
	check_softmax(s);
	check_adam(s);
	check_gather(s, 1, 28);
	check_gather(s, 3, 32);
	selftest_clear(s);
}
