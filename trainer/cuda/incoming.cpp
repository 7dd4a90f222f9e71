/* SPDX-License-Identifier: MIT */
/* Images that the device does not hold: the batch after is copied while this one is
 * computed, from pinned memory, on a stream of its own. */
#include "cuda/device.h"
#include "cuda/check.h"

#include <cstring>

static size_t image_bytes(const gpu_device *d, int count)
{
	return (size_t)count * (size_t)d->model->channels * NET_SIDE * NET_SIDE *
	       sizeof(float);
}

/* Both sides have the images, and the labels after them. */
static size_t room(const gpu_device *d)
{
	return image_bytes(d, d->batch) + (size_t)d->batch;
}

static bool open_incoming(gpu_incoming *in, size_t size)
{
	if (in->device)
		return true;
	GPU_DO(cudaStreamCreateWithFlags(&in->stream, cudaStreamNonBlocking));
	GPU_DO(cudaEventCreateWithFlags(&in->arrived, cudaEventDisableTiming));
	GPU_DO(cudaMallocHost(&in->host, size));
	GPU_DO(cudaMalloc(&in->device, size));
	return in->device && in->host;
}

void device_begin_images(gpu_device *d, const gpu_part *p)
{
	gpu_incoming *in = &d->incoming;
	size_t images = image_bytes(d, p->count);
	char *host;

	if (p->count == 0 || !p->images || !p->labels || p->serial == 0 ||
		!open_incoming(in, room(d)))
		return;
	GPU_DO(cudaEventSynchronize(in->arrived)); /* one that nobody took */
	host = static_cast<char *>(in->host);
	memcpy(host, p->images, images);
	memcpy(host + images, p->labels, (size_t)p->count);
	GPU_DO(cudaStreamWaitEvent(in->stream, d->read, 0));
	GPU_DO(cudaMemcpyAsync(in->device, in->host, images + (size_t)p->count,
		cudaMemcpyHostToDevice, in->stream));
	GPU_DO(cudaEventRecord(in->arrived, in->stream));
	in->serial = p->serial;
}

static void copy(gpu_device *d, void *to, const void *from, size_t size, bool here)
{
	if (size > 0)
		GPU_DO(cudaMemcpyAsync(to, from, size,
			here ? cudaMemcpyDeviceToDevice : cudaMemcpyHostToDevice,
			d->work.stream));
}

void device_take_images(gpu_device *d, const gpu_part *p)
{
	gpu_incoming *in = &d->incoming;
	bool here = p->serial != 0 && in->serial == p->serial;
	const char *images = reinterpret_cast<const char *>(p->images);
	const char *labels = reinterpret_cast<const char *>(p->labels);

	if (here) {
		GPU_DO(cudaStreamWaitEvent(d->work.stream, in->arrived, 0));
		images = static_cast<const char *>(in->device);
		labels = images + image_bytes(d, p->count);
	}
	in->serial = 0;
	copy(d, d->images, images, image_bytes(d, p->count), here);
	if (p->labelled)
		copy(d, d->labels, labels, (size_t)p->count, here);
	GPU_DO(cudaEventRecord(d->read, d->work.stream));
}

void device_free_incoming(gpu_device *d)
{
	gpu_incoming *in = &d->incoming;

	if (in->stream)
		GPU_DO(cudaStreamDestroy(in->stream));
	if (in->arrived)
		GPU_DO(cudaEventDestroy(in->arrived));
	GPU_DO(cudaFreeHost(in->host));
	GPU_DO(cudaFree(in->device));
	if (d->read)
		GPU_DO(cudaEventDestroy(d->read));
}
