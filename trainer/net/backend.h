/* SPDX-License-Identifier: MIT */
/* What computes the network: the CPU, or a GPU. One interface, chosen at run time. */
#ifndef TRAINER_BACKEND_H
#define TRAINER_BACKEND_H

#include "base/err.h"
#include "net/net.h"

#ifdef __cplusplus
extern "C" {
#endif

struct team;

/* images (count, channels, 32, 32), normalised; labels may be NULL where no loss is
 * asked. In a team, this process's part of a batch of `total` images; 0: the part is the
 * whole. */
struct batch {
	const float *images;
	const uint8_t *labels;
	int count, total;
};

struct outcome {
	double loss; /* summed over the batch */
	int correct;
};

/* The flat arrays of a model, in the layout of net.h. */
enum array { ARRAY_TRAINED, ARRAY_STATS, ARRAY_GRAD, ARRAY_ADAM_M, ARRAY_ADAM_V, ARRAYS };

struct adam {
	double lr, beta1, beta2, eps;
};

struct backend {
	const struct backend_ops *ops;
	const struct net *net;
	int batch; /* the most images at once */
};

struct backend_ops {
	const char *name;
	void (*close)(struct backend *b);
	/* One line on what it runs on. */
	void (*describe)(struct backend *b, char *text, int size);
	/* Forward and backward of the batch's mean loss; gradients lie in ARRAY_GRAD
	 * after. The key draws the dropout; running statistics follow. */
	int (*train)(struct backend *b, const struct batch *in, uint64_t key,
		struct outcome *out, struct err *e);
	/* Adam with the gradients; step counts from 1. */
	int (*update)(struct backend *b, const struct adam *a, long step, struct err *e);
	/* Forward with running statistics; logits (count, 10) may be NULL. */
	int (*eval)(struct backend *b, const struct batch *in, float *logits,
		struct outcome *out, struct err *e);
	int (*read)(struct backend *b, enum array which, float *to, struct err *e);
	int (*write)(
		struct backend *b, enum array which, const float *from, struct err *e);
};

long array_count(const struct net *net, enum array which);

/* threads < 1: what the machine gives; isa NULL: the best; team NULL: alone. NULL with e
 * set when it cannot. batch is that of the whole team. */
struct backend *cpu_open(const struct net *net, int batch, int threads, const char *isa,
	struct team *team, struct err *e);

/* The first GPU. NULL with e set when there is none, or this program was built without
 * CUDA. */
struct backend *cuda_open(const struct net *net, int batch, struct err *e);

#ifdef __cplusplus
}
#endif

#endif
