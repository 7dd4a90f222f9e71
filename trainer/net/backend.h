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
struct dataset;

/* images (count, channels, 32, 32), normalised; labels may be NULL where no loss is
 * asked. In a team, this process's part of a batch of `total` images; 0: the part is the
 * whole.
 *
 * A backend that holds the data set is told which images instead: images is NULL, index
 * (count) names them in `data`, and those that pixel_flip() chooses by flip_key are
 * mirrored (0: none). */
struct batch {
	const float *images;
	const uint8_t *labels;
	int count, total;
	const struct dataset *data;
	const int *index;
	uint64_t flip_key;
	/* The batch after, where it is ready: a backend may begin to fetch it. Of two
	 * batches with one serial the second is the first; 0: not known. */
	const struct batch *next;
	long serial;
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

/* As PyTorch has it unless told. */
static inline struct adam adam_usual(double lr)
{
	struct adam a = {lr, 0.9, 0.999, 1e-8};

	return a;
}

struct backend {
	const struct backend_ops *ops;
	const struct net *net;
	int batch; /* the most images at once */
};

/* Of matrix products: their factors; sums, weights, statistics and loss are float. */
enum precision { PRECISION_FP32, PRECISION_TF32, PRECISION_BF16 };

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
	/* Both in one; NULL where that gains nothing: see backend_step(). */
	int (*step)(struct backend *b, const struct batch *in, uint64_t key,
		const struct adam *a, long step, struct outcome *out, struct err *e);
	/* Forward with running statistics; logits (count, 10) may be NULL. */
	int (*eval)(struct backend *b, const struct batch *in, float *logits,
		struct outcome *out, struct err *e);
	int (*read)(struct backend *b, enum array which, float *to, struct err *e);
	int (*write)(
		struct backend *b, enum array which, const float *from, struct err *e);
	/* Takes a copy of d, known by its address from then on: 1, or 0 when there is no
	 * room for it. NULL: this backend has no memory of its own. */
	int (*hold)(struct backend *b, const struct dataset *d, struct err *e);
};

static inline int backend_step(struct backend *b, const struct batch *in, uint64_t key,
	const struct adam *a, long step, struct outcome *out, struct err *e)
{
	if (b->ops->step)
		return b->ops->step(b, in, key, a, step, out, e);
	if (b->ops->train(b, in, key, out, e) < 0)
		return -1;
	return b->ops->update(b, a, step, e);
}

long array_count(const struct net *net, enum array which);

/* threads < 1: what the machine gives; isa NULL: the best; team NULL: alone. NULL with e
 * set when it cannot. batch is that of the whole team. */
struct backend *cpu_open(const struct net *net, int batch, int threads, const char *isa,
	struct team *team, struct err *e);

struct gpu_options {
	enum precision precision;
	int device; /* -1: all that there are; in a team, the one of this process */
	bool eager; /* without graphs */
};

/* NULL with e set when there is no GPU, or this program was built without CUDA. batch is
 * that of the whole team. */
struct backend *cuda_open(const struct net *net, int batch, const struct gpu_options *o,
	struct team *team, struct err *e);
/* The GPUs that there are; 0 with e set when there are none. */
int cuda_count(struct err *e);

/* One result of a self-test: good when apart ≤ limit. */
typedef void backend_report(void *arg, const char *what, double apart, double limit);

/* Every operation of a GPU against the CPU's. -1: something failed on the way. */
int cuda_check_ops(
	const struct gpu_options *o, backend_report *report, void *arg, struct err *e);

#ifdef __cplusplus
}
#endif

#endif
