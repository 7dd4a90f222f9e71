/* SPDX-License-Identifier: MIT */
#include "cuda/selftest.h"

#include <algorithm>
#include <cstdio>
#include <functional>

enum { IMAGES = 3 };

/* One term of a convolution: out += in · weight; indices into the three arrays. */
typedef std::function<void(long in, long weight, long out)> term_fn;

static void each_term(const gpu_conv *c, const term_fn &term)
{
	int panel = std::min(c->co, 32), reach = c->k / 2, side = c->side;

	for (int i = 0; i < c->images * side * side; i++) {
		int image = i / (side * side), y = i / side % side, x = i % side;

		for (int tap = 0; tap < c->k * c->k; tap++) {
			int from_y = (y + tap / c->k - reach + side) % side;
			int from_x = (x + tap % c->k - reach + side) % side;
			long from = ((long)image * side + from_y) * side + from_x;

			for (int ci = 0; ci < c->ci; ci++)
				for (int co = 0; co < c->co; co++)
					term(from * c->ci + ci,
						(((long)tap * (c->co / panel) +
							 co / panel) *
								c->ci +
							ci) * panel +
							co % panel,
						(long)i * c->co + co);
		}
	}
}

static void compare(selftest *s, const char *what, const gpu_conv *c, const twin &t,
	const std::vector<double> &reference)
{
	char name[80];

	for (long i = 0; i < t.count; i++)
		t.host[i] = (float)reference[(size_t)i];
	snprintf(name, sizeof(name), "conv %dx%d, %d to %d, side %d: %s", c->k, c->k,
		c->ci, c->co, c->side, what);
	selftest_compare(s, name, t, s->limit);
}

static void check_conv(selftest *s, const gpu_conv *c)
{
	long rows = (long)c->images * c->side * c->side;
	twin x = selftest_random(s, rows * c->ci, -1, 1);
	twin w = selftest_random(s, (long)c->k * c->k * c->ci * c->co, -1, 1);
	twin dy = selftest_random(s, rows * c->co, -1, 1);
	twin y = selftest_zeros(s, rows * c->co), dx = selftest_random(s, x.count, -1, 1),
	     dw = selftest_zeros(s, w.count);
	std::vector<double> to_y((size_t)y.count), to_dx((size_t)x.count),
		to_dw((size_t)w.count);

	gpu_conv_forward(&s->work, c, x.device, w.device, y.device);
	gpu_conv_backward(&s->work, c, dy.device, w.device, dx.device, true);
	gpu_conv_weights(&s->work, c, x.device, dy.device, dw.device);
	for (size_t i = 0; i < to_dx.size(); i++)
		to_dx[i] = dx.host[i];
	each_term(c, [&](long in, long weight, long out) {
		double g = dy.host[out];

		to_y[(size_t)out] += (double)x.host[in] * w.host[weight];
		to_dx[(size_t)in] += g * w.host[weight];
		to_dw[(size_t)weight] += g * x.host[in];
	});
	compare(s, "forward", c, y, to_y);
	compare(s, "backward", c, dx, to_dx);
	compare(s, "weights", c, dw, to_dw);
}

/* Room for the patches of two images: three take two tiles. */
static void give_room(selftest *s, gpu_conv c)
{
	gpu_conv_needs n;

	c.images = 2;
	n = gpu_conv_room(&s->work, &c);
	s->work.patches = selftest_take(s, nullptr, n.patches);
	s->work.patch_room = n.patches;
	s->work.rounded = selftest_take(s, nullptr, n.rounded);
	s->work.packed = static_cast<float *>(
		selftest_take(s, nullptr, (size_t)n.packed * sizeof(float)));
	s->work.partial = static_cast<float *>(
		selftest_take(s, nullptr, (size_t)n.partial * sizeof(float)));
}

static void check_linear(selftest *s)
{
	int images = 20;
	twin x = selftest_random(s, (long)images * FEATURES, -1, 1);
	twin w = selftest_random(s, FEATURES * CLASS_COLUMNS, -1, 1);
	twin bias = selftest_random(s, CLASS_COLUMNS, -1, 1);
	twin dy = selftest_random(s, (long)images * CLASS_COLUMNS, -1, 1);
	twin y = selftest_zeros(s, dy.count), dw = selftest_zeros(s, w.count);
	twin dbias = selftest_zeros(s, CLASS_COLUMNS), dx = selftest_zeros(s, x.count);
	std::vector<float> wt((size_t)CLASSES * FEATURES);

	for (int i = 0; i < images; i++) /* six columns are padding */
		for (int j = CLASSES; j < CLASS_COLUMNS; j++)
			dy.host[i * CLASS_COLUMNS + j] = 0;
	dy.device = static_cast<float *>(
		selftest_take(s, dy.host, (size_t)dy.count * sizeof(float)));
	gpu_linear_forward(&s->work, images, x.device, w.device, bias.device, y.device);
	gpu_linear_backward(&s->work, images, x.device, dy.device, w.device, dw.device,
		dbias.device, dx.device);
	for (int k = 0; k < FEATURES; k++)
		for (int j = 0; j < CLASSES; j++)
			wt[(size_t)(j * FEATURES + k)] = w.host[k * CLASS_COLUMNS + j];
	for (int i = 0; i < images; i++) {
		const float *g = dy.host + (long)i * CLASS_COLUMNS;

		s->cpu->linear->forward(x.host + (long)i * FEATURES, w.host, bias.host,
			y.host + (long)i * CLASS_COLUMNS);
		s->cpu->linear->backward(g, wt.data(), dx.host + (long)i * FEATURES);
		for (int j = 0; j < CLASS_COLUMNS; j++)
			dbias.host[j] += g[j];
	}
	s->cpu->linear->weights(images, 0, FEATURES, x.host, dy.host, dw.host);
	selftest_compare(s, "linear: forward", y, SELFTEST_ROUNDING);
	selftest_compare(s, "linear: weights", dw, SELFTEST_ROUNDING);
	selftest_compare(s, "linear: bias", dbias, SELFTEST_ROUNDING);
	selftest_compare(s, "linear: backward", dx, SELFTEST_ROUNDING);
}

void selftest_products(selftest *s)
{
	struct net net;

	net_describe(&net, 3);
	for (const net_block &b : net.block) {
		for (int i = 0; i < NET_CONVS; i++) {
			gpu_conv c = {IMAGES, b.side, i == CONV_SECOND ? b.co : b.ci,
				b.co, i == CONV_SHORTCUT ? 1 : 3};

			give_room(s, c);
			check_conv(s, &c);
			selftest_clear(s);
		}
	}
	check_linear(s);
	selftest_clear(s);
}
