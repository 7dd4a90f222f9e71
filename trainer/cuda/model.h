/* SPDX-License-Identifier: MIT */
/* The backend's model, shared by open.cpp and cuda.cpp only. */
#ifndef TRAINER_CUDA_MODEL_H
#define TRAINER_CUDA_MODEL_H

#include "cuda/device.h"
#include "cuda/workers.h"
#include "team/team.h"

#include <vector>

struct cuda_model {
	backend base; /* first: a backend is cast to its model */
	gpu_options options;
	struct team *team; /* NULL: alone */
	std::vector<gpu_device> devices;
	int first_rank, ranks; /* among all devices of all processes */
	struct workers *workers;
	char name[200]; /* of the first device */
};

typedef std::function<void(gpu_device *d, int i)> device_job;

extern const backend_ops cuda_ops;

#endif
