/* SPDX-License-Identifier: MIT */
#include "cuda/bf16.h"
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

/* Memory for a convolution's products, of the patches of two images: three take two
 * tiles. */
static void give_room(selftest *s, gpu_conv c, size_t *packed)
{
	gpu_conv_needs n;

	c.images = 2;
	n = gpu_conv_room(&s->work, &c);
	*packed = n.packed;
	s->work.patches = selftest_take(s, nullptr, n.patches);
	s->work.patch_room = n.patches;
	s->work.partial = static_cast<float *>(
		selftest_take(s, nullptr, (size_t)n.partial * sizeof(float)));
}

/* One convolution's arrays; x is shared with the one beside it. */
struct one_conv {
	gpu_conv c;
	twin w, dy, y, dw;
	gpu_gradient gradient;
	std::vector<double> to_y, to_dw;
};

static void open_conv(selftest *s, one_conv *o, const gpu_conv *shape)
{
	long rows = (long)shape->images * shape->side * shape->side;
	std::vector<uint16_t> half;

	o->c = *shape;
	o->w = selftest_random(
		s, (long)shape->k * shape->k * shape->ci * shape->co, -1, 1);
	o->dy = selftest_random(s, rows * shape->co, -1, 1);
	o->y = selftest_zeros(s, rows * shape->co);
	o->dw = selftest_zeros(s, o->w.count);
	o->c.weight = o->w.device;
	for (long i = 0; i < o->dy.count; i++)
		half.push_back(bf16_round(o->dy.host[i]));
	o->gradient = gpu_gradient{o->dy.device,
		static_cast<uint16_t *>(
			selftest_take(s, half.data(), half.size() * sizeof(uint16_t)))};
	o->to_y.resize((size_t)o->y.count);
	o->to_dw.resize((size_t)o->w.count);
}

static void check_conv(selftest *s, const gpu_conv *shape, const gpu_conv *beside)
{
	long rows = (long)shape->images * shape->side * shape->side;
	twin x = selftest_random(s, rows * shape->ci, -1, 1),
	     dx = selftest_zeros(s, x.count);
	std::vector<double> to_dx((size_t)x.count);
	one_conv o[2] = {};
	int count = beside ? 2 : 1;
	size_t packed, point = 0;
	gpu_conv convs[2], *second = beside ? &convs[1] : nullptr;
	char *room;

	open_conv(s, &o[0], shape);
	if (beside)
		open_conv(s, &o[1], beside);
	if (beside)
		give_room(s, *beside, &point);
	give_room(s, *shape, &packed);
	room = static_cast<char *>(selftest_take(s, nullptr, 2 * (packed + point)));
	o[0].c.packed = room;
	o[1].c.packed = room + packed;
	o[0].c.packed_back = room + packed + point;
	o[1].c.packed_back = room + 2 * packed + point;
	convs[0] = o[0].c;
	convs[1] = o[1].c;
	gpu_pack(&s->work, convs, count);
	gpu_conv_forward(
		&s->work, &convs[0], x.device, o[0].y.device, second, o[1].y.device);
	gpu_conv_backward(
		&s->work, &convs[0], o[0].dy.device, dx.device, second, o[1].dy.device);
	gpu_conv_weights(&s->work, &convs[0], x.device, &o[0].gradient, o[0].dw.device,
		second, &o[1].gradient, o[1].dw.device);
	for (int i = 0; i < count; i++)
		each_term(&o[i].c, [&](long in, long weight, long out) {
			double g = o[i].dy.host[out];

			o[i].to_y[(size_t)out] +=
				(double)x.host[in] * o[i].w.host[weight];
			to_dx[(size_t)in] += g * o[i].w.host[weight];
			o[i].to_dw[(size_t)weight] += g * x.host[in];
		});
	for (int i = 0; i < count; i++) {
		compare(s, "forward", &o[i].c, o[i].y, o[i].to_y);
		compare(s, "weights", &o[i].c, o[i].dw, o[i].to_dw);
	}
	compare(s, beside ? "backward, with 1x1" : "backward", shape, dx, to_dx);
}

static void check_linear(selftest *s)
{
	int images = 20;
	twin x = selftest_random(s, (long)images * NET_FEATURES, -1, 1);
	twin w = selftest_random(s, NET_FEATURES * NET_COLUMNS, -1, 1);
	twin bias = selftest_random(s, NET_COLUMNS, -1, 1);
	twin dy = selftest_random(s, (long)images * NET_COLUMNS, -1, 1);
	twin y = selftest_zeros(s, dy.count), dw = selftest_zeros(s, w.count);
	twin dbias = selftest_zeros(s, NET_COLUMNS), dx = selftest_zeros(s, x.count);
	std::vector<float> wt((size_t)NET_CLASSES * NET_FEATURES);

	for (int i = 0; i < images; i++) /* six columns are padding */
		for (int j = NET_CLASSES; j < NET_COLUMNS; j++)
			dy.host[i * NET_COLUMNS + j] = 0;
	dy.device = static_cast<float *>(
		selftest_take(s, dy.host, (size_t)dy.count * sizeof(float)));
	gpu_linear_forward(&s->work, images, x.device, w.device, bias.device, y.device);
	gpu_linear_backward(&s->work, images, x.device, dy.device, w.device, dw.device,
		dbias.device, dx.device);
	for (int k = 0; k < NET_FEATURES; k++)
		for (int j = 0; j < NET_CLASSES; j++)
			wt[(size_t)(j * NET_FEATURES + k)] = w.host[k * NET_COLUMNS + j];
	for (int i = 0; i < images; i++) {
		const float *g = dy.host + (long)i * NET_COLUMNS;

		s->cpu->linear->forward(x.host + (long)i * NET_FEATURES, w.host,
			bias.host, y.host + (long)i * NET_COLUMNS);
		s->cpu->linear->backward(g, wt.data(), dx.host + (long)i * NET_FEATURES);
		for (int j = 0; j < NET_COLUMNS; j++)
			dbias.host[j] += g[j];
	}
	s->cpu->linear->weights(images, 0, NET_FEATURES, x.host, dy.host, dw.host);
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
		gpu_conv first = {
			IMAGES, b.side, b.ci, b.co, 3, nullptr, nullptr, nullptr};
		gpu_conv second = first, shortcut = first;

		second.ci = b.co;
		shortcut.k = 1;
		check_conv(s, &first, &shortcut);
		check_conv(s, &second, nullptr);
		selftest_clear(s);
	}
	check_linear(s);
	selftest_clear(s);
}
