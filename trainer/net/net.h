/* SPDX-License-Identifier: MIT */
/* SimpleCNN: its shapes, its parameters and their names. Backends compute, this
 * describes.
 *
 *   layers.0 DWT  .1 Block(4C → 16)    16 × 16
 *   layers.2 DWT  .3 Block(64 → 32)     8 × 8
 *   layers.4 DWT  .5 Block(128 → 64)    4 × 4
 *   layers.6 DWT  .7 Block(256 → 128)   2 × 2     layers.9 Linear(512 → 10)
 *
 * Block: main = ConvBN 3×3, ReLU, Dropout2d, ConvBN 3×3; shortcut = ConvBN 1×1;
 * out = ReLU(main + shortcut). All convolutions wrap around the edges and have no bias.
 */
#ifndef TRAINER_NET_H
#define TRAINER_NET_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	NET_SIDE = 32,
	NET_BLOCKS = 4,
	NET_CLASSES = 10,
	NET_FEATURES = 512,
	NET_COLUMNS = 16, /* of the last layer: those after the classes stay 0 */
	NET_PANEL = 32, /* output channels that lie beside each other, or all of fewer */
	NET_NORMS = 3 * NET_BLOCKS,
	NET_TENSORS = NET_NORMS * 5 + 2, /* without num_batches_tracked */
};

/* Batches are cut into chunks of so many images, whatever works on them. */
enum { CHUNK = 16 };

#define NET_BN_EPS      1e-5
#define NET_BN_MOMENTUM 0.1

/* The three ConvBN of a block. */
enum { CONV_FIRST, CONV_SECOND, CONV_SHORTCUT, NET_CONVS };

enum tensor_kind {
	TENSOR_CONV,   /* ours (k·k, co / panel, ci, panel), PyTorch's (co, ci, k, k) */
	TENSOR_VECTOR, /* (co) */
	TENSOR_LINEAR, /* ours (pixel, channel, 16 columns), PyTorch's (10, channel,
			  pixel) */
	TENSOR_LINEAR_BIAS, /* ours 16 columns, PyTorch's 10 */
};

/* One named tensor. Trained ones lie in one flat array, running statistics in another, in
 * this program's own order of elements; tensor_export/import speak PyTorch's. */
struct tensor {
	char name[48];
	enum tensor_kind kind;
	bool trained;
	int co, ci, k;
	long at;    /* floats from the start of its array */
	long count; /* floats there, padding included */
};

/* Indices into net.tensors. */
struct conv_bn {
	int weight, bn_weight, bn_bias, mean, var;
};

struct net_block {
	int side, ci, co;
	struct conv_bn conv[NET_CONVS];
};

struct net {
	int channels; /* of the images: 1 or 3 */
	struct net_block block[NET_BLOCKS];
	int linear_weight, linear_bias;
	struct tensor tensors[NET_TENSORS];
	int tensor_count;
	long trained_count, stat_count; /* floats of the two arrays */
};

void net_describe(struct net *net, int channels);

/* PyTorch's default initialisation: uniform ±1/√fan_in; norms 1 and 0; statistics 0
 * and 1. */
void net_init(const struct net *net, uint64_t seed, float *trained, float *stats);

/* The number of elements of a tensor as PyTorch sees it, and its shape. */
long tensor_elements(const struct tensor *t);
int tensor_shape(const struct tensor *t, long shape[4]);

/* Between our layout and PyTorch's; ours points at the tensor itself. */
void tensor_export(const struct tensor *t, const float *ours, float *theirs);
void tensor_import(const struct tensor *t, const float *theirs, float *ours);

#ifdef __cplusplus
}
#endif

#endif
