/* SPDX-License-Identifier: MIT */
#include "net/net.h"
#include "base/rng.h"
#include "net/backend.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int add_tensor(struct net *net, enum tensor_kind kind, bool trained, int co,
	int ci, int k, long count, const char *fmt, ...)
	__attribute__((format(printf, 8, 9)));

static int add_tensor(struct net *net, enum tensor_kind kind, bool trained, int co,
	int ci, int k, long count, const char *fmt, ...)
{
	struct tensor *t = &net->tensors[net->tensor_count];
	long *end = trained ? &net->trained_count : &net->stat_count;
	va_list ap;

	*t = (struct tensor){
		.kind = kind, .trained = trained, .co = co, .ci = ci, .k = k};
	t->at = *end;
	t->count = count;
	*end += count;
	va_start(ap, fmt);
	vsnprintf(t->name, sizeof(t->name), fmt, ap);
	va_end(ap);
	return net->tensor_count++;
}

static void add_conv_bn(struct net *net, struct conv_bn *c, int layer, const char *part,
	int co, int ci, int k)
{
	c->weight = add_tensor(net, TENSOR_CONV, true, co, ci, k, (long)co * ci * k * k,
		"layers.%d.%s.conv.weight", layer, part);
	c->bn_weight = add_tensor(net, TENSOR_VECTOR, true, co, 1, 1, co,
		"layers.%d.%s.bn.weight", layer, part);
	c->bn_bias = add_tensor(net, TENSOR_VECTOR, true, co, 1, 1, co,
		"layers.%d.%s.bn.bias", layer, part);
	c->mean = add_tensor(net, TENSOR_VECTOR, false, co, 1, 1, co,
		"layers.%d.%s.bn.running_mean", layer, part);
	c->var = add_tensor(net, TENSOR_VECTOR, false, co, 1, 1, co,
		"layers.%d.%s.bn.running_var", layer, part);
}

void net_describe(struct net *net, int channels)
{
	int ci = 4 * channels, co = 16, side = 16;

	*net = (struct net){.channels = channels};
	for (int i = 0; i < NET_BLOCKS; i++) {
		struct net_block *b = &net->block[i];

		*b = (struct net_block){.side = side, .ci = ci, .co = co};
		add_conv_bn(
			net, &b->conv[CONV_FIRST], 2 * i + 1, "main_block.0", co, ci, 3);
		add_conv_bn(
			net, &b->conv[CONV_SECOND], 2 * i + 1, "main_block.3", co, co, 3);
		add_conv_bn(
			net, &b->conv[CONV_SHORTCUT], 2 * i + 1, "shortcut", co, ci, 1);
		ci = 4 * co;
		co *= 2;
		side /= 2;
	}
	net->linear_weight = add_tensor(net, TENSOR_LINEAR, true, NET_CLASSES,
		NET_FEATURES, 1, (long)NET_FEATURES * NET_COLUMNS, "layers.9.weight");
	net->linear_bias = add_tensor(net, TENSOR_LINEAR_BIAS, true, NET_CLASSES,
		NET_FEATURES, 1, NET_COLUMNS, "layers.9.bias");
}

static void fill(float *p, long count, float value)
{
	for (long i = 0; i < count; i++)
		p[i] = value;
}

/* Uniform in ±1/√fan_in, numbered by our own order; the padding of the linear layer stays
 * 0. */
static void init_uniform(const struct tensor *t, uint64_t key, float *p)
{
	double bound = 1 / sqrt((double)t->ci * t->k * t->k);

	for (long i = 0; i < t->count; i++) {
		bool padding = t->kind != TENSOR_CONV && i % NET_COLUMNS >= NET_CLASSES;
		double u = rng_uniform(key, (uint64_t)(t->at + i));
		p[i] = padding ? 0 : (float)((2 * u - 1) * bound);
	}
}

void net_init(const struct net *net, uint64_t seed, float *trained, float *stats)
{
	uint64_t key = rng_key(seed, RNG_INIT, 0);

	for (int i = 0; i < net->tensor_count; i++) {
		const struct tensor *t = &net->tensors[i];
		const char *last = strrchr(t->name, '.');
		float *p = (t->trained ? trained : stats) + t->at;

		if (t->kind != TENSOR_VECTOR)
			init_uniform(t, key, p);
		else
			fill(p, t->count,
				!strcmp(last, ".weight") ||
					!strcmp(last, ".running_var"));
	}
}

int tensor_shape(const struct tensor *t, long shape[4])
{
	shape[0] = t->co;
	shape[1] = t->ci;
	shape[2] = shape[3] = t->k;
	return t->kind == TENSOR_CONV ? 4 : t->kind == TENSOR_LINEAR ? 2 : 1;
}

long tensor_elements(const struct tensor *t)
{
	long shape[4], n = 1;
	int rank = tensor_shape(t, shape);

	for (int i = 0; i < rank; i++)
		n *= shape[i];
	return n;
}

/* Where PyTorch's element i lies in our layout. */
static long our_index(const struct tensor *t, long i)
{
	if (t->kind == TENSOR_CONV) {
		int taps = t->k * t->k, panel = t->co < NET_PANEL ? t->co : NET_PANEL;
		long tap = i % taps, ci = i / taps % t->ci, co = i / taps / t->ci;

		return ((tap * (t->co / panel) + co / panel) * t->ci + ci) * panel +
		       co % panel;
	}
	if (t->kind == TENSOR_LINEAR) {
		int pixels = 4, channels = NET_FEATURES / pixels;
		long pixel = i % pixels, channel = i / pixels % channels,
		     class = i / NET_FEATURES;

		return (pixel * channels + channel) * NET_COLUMNS + class;
	}
	return i;
}

void tensor_export(const struct tensor *t, const float *ours, float *theirs)
{
	long n = tensor_elements(t);

	for (long i = 0; i < n; i++)
		theirs[i] = ours[our_index(t, i)];
}

void tensor_import(const struct tensor *t, const float *theirs, float *ours)
{
	long n = tensor_elements(t);

	fill(ours, t->count, 0);
	for (long i = 0; i < n; i++)
		ours[our_index(t, i)] = theirs[i];
}

long array_count(const struct net *net, enum array which)
{
	return which == ARRAY_STATS ? net->stat_count : net->trained_count;
}
