/* SPDX-License-Identifier: MIT */
/* The CPU's model, shared by forward.c, backward.c and cpu.c only. */
#ifndef TRAINER_MODEL_H
#define TRAINER_MODEL_H

#include "base/pool.h"
#include "cpu/convs.h"
#include "cpu/norm.h"
#include "net/backend.h"
#include "team/team.h"

struct block {
	struct convs convs;
	int pixels, co;
	struct norm norm[NET_CONVS];
	float *in;             /* (batch, pixels, ci): of the first convolution */
	float *out[NET_CONVS]; /* (batch, pixels, co): the convolutions, before their
				  norms */
	float *grad;     /* (batch, pixels, co): at the block's end, before its ReLU */
	float *grad_mid; /* at the first norm: takes the place of out[CONV_SECOND] */
};

/* One thread's scratch memory. */
struct bench {
	float *convs;
	float *a, *b, *c; /* (CHUNK, pixels, channels) of the largest activation */
	float *keep;      /* (CHUNK, co) */
};

struct model {
	struct backend base;
	const struct ops *ops;
	struct pool *pool;
	struct team *team; /* NULL: alone */
	float *arrays[ARRAYS];
	struct block block[NET_BLOCKS];
	/* Shared by the blocks: gradients of even and of odd ones, one for the
	 * convolutions. */
	float *grad[2], *convs_shared;
	float *features, *logits, *dlogits; /* (batch, 512), (batch, 16), (batch, 16) */
	float *linear_t;                    /* (10, 512) */
	double *chunk_loss;                 /* (chunks) */
	int *chunk_correct;
	struct bench *bench; /* (threads) */
	/* the batch at work */
	struct batch in;
	bool training;
	uint64_t key;
	struct norm_rows rows[NET_BLOCKS];
	int chunks;               /* of this process */
	int all_chunks;           /* of the largest batch of the team */
	int total;                /* images of the whole batch */
	int share[TEAM_MOST + 1]; /* rank r works on chunks share[r] … share[r + 1] - 1 */
};

/* What a phase's task works on: pool_run's argument. */
struct phase {
	struct model *m;
	int block;
	enum weight_round round;
};

/* memory.c; team NULL: alone */
struct model *model_open(const struct net *net, int batch, int threads,
	const struct ops *ops, struct team *team);
void model_close(struct backend *b);

/* Runs one function over all chunks of the batch at work. */
void model_phase(struct model *m, pool_fn *fn, int block, int tasks);
struct chunk model_chunk(const struct model *m, int thread, int task);

/* Fills the chunk's keep for a block; all ones when not training. */
void model_keep(const struct model *m, int thread, int block, struct chunk *k);

/* What enters block b's second convolution: h (images, pixels, co) */
void model_mid_input(struct model *m, struct block *b, const struct chunk *k, float *h);

/* Chunk rows of a norm (chunks, c), from all the team. */
void model_gather(struct model *m, float *rows, int c);

/* Logits and outcome of m->in; leaves what backward needs. */
void model_forward(struct model *m, struct outcome *out);
/* Gradients of the mean loss. */
void model_backward(struct model *m);
/* After each change of the weights. */
void model_prepare(struct model *m);

#endif
