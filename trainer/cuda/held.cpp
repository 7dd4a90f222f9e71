/* SPDX-License-Identifier: MIT */
/* Data sets that lie on the device, as bytes. */
#include "cuda/device.h"
#include "cuda/check.h"
#include "data/dataset.h"

/* Left for others: drivers and displays take memory too. */
enum { SPARE = 64 << 20 };

const gpu_held *device_find_held(const gpu_device *d, const struct dataset *set)
{
	for (int i = 0; i < GPU_HELD; i++)
		if (d->held[i].set == set)
			return &d->held[i];
	return nullptr;
}

static bool send(gpu_device *d, uint8_t **to, const uint8_t *from, size_t size)
{
	void *p = nullptr;

	if (GPU_DO(cudaMalloc(&p, size)) < 0)
		return false;
	*to = static_cast<uint8_t *>(p);
	return gpu_copy(p, from, size, cudaMemcpyHostToDevice, d->work.stream) == 0;
}

bool device_hold(gpu_device *d, const struct dataset *set)
{
	size_t images = (size_t)set->count, total, unused;
	size_t size = images * (size_t)(set->channels * set->side * set->side);
	gpu_held *h = nullptr;

	for (int i = GPU_HELD - 1; i >= 0; i--)
		if (!d->held[i].set)
			h = &d->held[i];
	if (!h || GPU_DO(cudaMemGetInfo(&unused, &total)) < 0 ||
		size + images + SPARE > unused)
		return false;
	if (!send(d, &h->pixels, set->pixels, size) ||
		!send(d, &h->labels, set->labels, images))
		return false;
	h->set = set;
	h->channels = set->channels;
	h->side = set->side;
	return true;
}

void device_free_held(gpu_device *d)
{
	for (int i = 0; i < GPU_HELD; i++) {
		GPU_DO(cudaFree(d->held[i].pixels));
		GPU_DO(cudaFree(d->held[i].labels));
	}
}
