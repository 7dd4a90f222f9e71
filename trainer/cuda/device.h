/* SPDX-License-Identifier: MIT */
/* One GPU's copy of the model, shared by memory.cpp, passes.cpp, held.cpp,
 * incoming.cpp, step.cpp and cuda.cpp only. */
#ifndef TRAINER_CUDA_DEVICE_H
#define TRAINER_CUDA_DEVICE_H

#include "cuda/kernels.h"

#include <vector>

struct gpu_block {
	int pixels;
	gpu_conv conv[NET_CONVS];
	gpu_norm norm[NET_CONVS];
	float *x, *out[NET_CONVS], *mid; /* (batch, pixels, ci or co) */
	float *grad;                     /* (batch, pixels, co): at the block's end */
};

/* A data set that lies on the device. */
struct gpu_held {
	const struct dataset *set;
	uint8_t *pixels, *labels;
	int channels, side;
};

/* A step of one shape, captured; `exec` is empty after the first time, which runs as it
 * comes: libraries take their memory then. */
struct gpu_graph {
	const gpu_held *held;
	int count, total;
	cudaGraphExec_t exec;
};

/* The batch after this one, on its way. */
struct gpu_incoming {
	long serial; /* the batch's; 0: none */
	void *host, *device;
	cudaStream_t stream;
	cudaEvent_t arrived;
};

enum { GPU_HELD = 2, GPU_GRAPHS = 4 };

struct gpu_device {
	int number; /* CUDA's */
	const net *model;
	int batch; /* the most images that come here */
	gpu_work work;
	float *arrays[ARRAYS];
	gpu_block block[NET_BLOCKS];
	float *images, *features, *logits, *dlogits, *losses;
	double *loss;                  /* summed loss, number right */
	gpu_gradient dconv, dshortcut; /* on their way, for all blocks */
	float *dwide;
	uint8_t *labels;
	/* step_values and the batch's indices: written on the host, one copy a step */
	step_values *step, *step_host;
	double *loss_host;
	float *logits_host; /* (batch, 16) */
	gpu_held held[GPU_HELD];
	gpu_incoming incoming;
	cudaEvent_t read; /* what came has been copied on */
	gpu_graph graphs[GPU_GRAPHS];
	int graph_count;
	bool no_graphs;                     /* one could not be captured */
	std::vector<void *> memory, pinned; /* what to free */
};

/* This device's part of a batch. */
struct gpu_part {
	const float *images; /* NULL: `index` into `held` */
	const uint8_t *labels;
	const gpu_held *held;
	const int *index;
	uint64_t flip_key, dropout_key;
	int count, total;
	long first; /* its place in the whole batch */
	bool training, labelled;
	const struct adam *adam; /* NULL: gradients only */
	long step, serial;
};

/* memory.cu: all memory is taken before the first step. */
void device_take_memory(gpu_device *d);
void device_free_memory(gpu_device *d);

/* held.cu: false when there is no room; nothing is noted then. */
bool device_hold(gpu_device *d, const struct dataset *set);
const gpu_held *device_find_held(const gpu_device *d, const struct dataset *set);
void device_free_held(gpu_device *d);

/* passes.cu: from images to logits, and from dlogits to every gradient. */
void device_forward(gpu_device *d, const gpu_part *p);
void device_backward(gpu_device *d, const gpu_part *p);

/* incoming.cu: into d->images and d->labels, and the same for a batch to come. */
void device_take_images(gpu_device *d, const gpu_part *p);
void device_begin_images(gpu_device *d, const gpu_part *next);
void device_free_incoming(gpu_device *d);

/* step.cu: forward; when training backward; with adam the update. out is this part's.
 * graphs: captured once a shape, then replayed. logits (count, 10) may be NULL; next may
 * be empty. */
int device_run(gpu_device *d, const gpu_part *p, const gpu_part *next, bool graphs,
	float *logits, struct outcome *out);
int device_update(gpu_device *d, const struct adam *a, long step);
void device_free_graphs(gpu_device *d);

#endif
