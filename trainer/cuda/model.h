/* SPDX-License-Identifier: MIT */
/* The GPU's model, shared by memory.cu, passes.cu and cuda.cu only. */
#ifndef TRAINER_CUDA_MODEL_H
#define TRAINER_CUDA_MODEL_H

#include "cuda/kernels.h"
#include "net/backend.h"

enum { COLUMNS = 16 };

struct cuda_block {
	int pixels;
	gpu_conv conv[NET_CONVS];
	gpu_norm norm[NET_CONVS];
	float *x, *out[NET_CONVS], *mid; /* (batch, pixels, ci or co) */
	float *grad;                     /* (batch, pixels, co): at the block's end */
};

struct cuda_model {
	backend base; /* first: a backend is cast to its model */
	float *arrays[ARRAYS];
	cuda_block block[NET_BLOCKS];
	float *images, *features, *logits, *dlogits, *losses, *loss;
	float *dconv, *dshortcut, *dwide,
		*partial; /* gradients on their way, for all blocks */
	uint8_t *labels;
	float *host_logits; /* (batch, 16), on the host */
	float *all[128];    /* what to free */
	int all_count;
	char device[256];
};

/* The step's state that the passes hand on. */
struct pass {
	cuda_model *m;
	int images;
	uint64_t key;
	bool training;
};

/* memory.cu: all device memory is taken before the first step. -1 with e set. */
int cuda_take_memory(cuda_model *m, err *e);
void cuda_free_memory(cuda_model *m);

/* passes.cu: from m->images to logits, and from dlogits to every gradient. */
void cuda_forward(const pass *p);
void cuda_backward(const pass *p);

#endif
