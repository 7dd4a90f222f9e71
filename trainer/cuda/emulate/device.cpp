/* SPDX-License-Identifier: MIT */
/* Devices and their memory. */
#include "cuda/emulate/runtime.h"
#include "cuda/emulate/state.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <malloc.h>

int emulate_devices = 1, emulate_major = 9;
int emulate_no_cublas, emulate_no_nccl;
long emulate_room = 1L << 40, emulate_launches;

/* Programs whose code sets none of them are told by the environment. */
static void set(const char *name, int *value)
{
	const char *text = getenv(name);

	if (text)
		*value = atoi(text);
}

__attribute__((constructor)) static void read_environment()
{
	set("EMULATE_DEVICES", &emulate_devices);
	set("EMULATE_MAJOR", &emulate_major);
	set("EMULATE_ORDER", &emulate_order);
	set("EMULATE_LAZY", &emulate_lazy);
	set("EMULATE_NO_CUBLAS", &emulate_no_cublas);
	set("EMULATE_NO_NCCL", &emulate_no_nccl);
	set("EMULATE_NO_CAPTURE", &emulate_no_capture);
}

static thread_local int device;
static thread_local cudaError_t last;
static long taken; /* bytes, of all devices */

int emulate_device()
{
	return device;
}

bool emulate_can_launch(unsigned blocks, cudaStream_t stream)
{
	if (blocks == 0)
		last = cudaErrorInvalidConfiguration;
	else if (!stream || emulate_stream_device(stream) != device)
		last = cudaErrorInvalidResourceHandle;
	else
		return __atomic_add_fetch(&emulate_launches, 1, __ATOMIC_RELAXED) > 0;
	return false;
}

void *emulate_dlopen(const char *name)
{
	if (strstr(name, "cublas") ? emulate_no_cublas : emulate_no_nccl)
		return nullptr;
	return dlopen(nullptr, RTLD_NOW);
}

cudaError_t cudaGetDeviceCount(int *n)
{
	if (emulate_devices == 0)
		return cudaErrorInsufficientDriver; /* *n stays as it is */
	*n = emulate_devices;
	return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp *p, int)
{
	snprintf(p->name, sizeof(p->name), "emulated device");
	p->major = emulate_major;
	p->minor = 0;
	return cudaSuccess;
}

cudaError_t cudaSetDevice(int d)
{
	if (d < 0 || d >= emulate_devices)
		return cudaErrorInvalidDevice;
	device = d;
	return cudaSuccess;
}

cudaError_t cudaGetLastError()
{
	cudaError_t code = last;

	last = cudaSuccess;
	return code;
}

const char *cudaGetErrorString(cudaError_t code)
{
	switch (code) {
	case cudaSuccess:
		return "no error";
	case cudaErrorInvalidValue:
		return "invalid argument";
	case cudaErrorMemoryAllocation:
		return "out of memory";
	case cudaErrorInvalidConfiguration:
		return "invalid configuration argument";
	case cudaErrorInsufficientDriver:
		return "CUDA driver version is insufficient for CUDA runtime version";
	case cudaErrorInvalidDevice:
		return "invalid device ordinal";
	case cudaErrorInvalidResourceHandle:
		return "invalid resource handle";
	case cudaErrorStreamCaptureUnsupported:
		return "operation not permitted when stream is capturing";
	case cudaErrorStreamCaptureInvalidated:
		return "operation failed due to a previous error during capture";
	case cudaErrorStreamCaptureUnjoined:
		return "capture was not joined to the original stream";
	}
	return "unknown error";
}

cudaError_t cudaMemGetInfo(size_t *unused, size_t *total)
{
	*total = (size_t)emulate_room;
	*unused = taken < emulate_room ? (size_t)(emulate_room - taken) : 0;
	return cudaSuccess;
}

cudaError_t cudaMalloc(void **p, size_t size)
{
	if (emulate_capturing())
		return cudaErrorStreamCaptureUnsupported;
	if (__atomic_load_n(&taken, __ATOMIC_RELAXED) + (long)size > emulate_room)
		return cudaErrorMemoryAllocation;
	*p = malloc(size ? size : 1);
	if (!*p)
		return cudaErrorMemoryAllocation;
	memset(*p, 0xff, size); /* NaNs: nobody may count on zeros */
	__atomic_add_fetch(&taken, (long)malloc_usable_size(*p), __ATOMIC_RELAXED);
	return cudaSuccess;
}

cudaError_t cudaFree(void *p)
{
	if (emulate_capturing())
		return cudaErrorStreamCaptureUnsupported;
	if (p)
		__atomic_sub_fetch(&taken, (long)malloc_usable_size(p), __ATOMIC_RELAXED);
	free(p);
	return cudaSuccess;
}

cudaError_t cudaMallocHost(void **p, size_t size)
{
	*p = malloc(size ? size : 1);
	return *p ? cudaSuccess : cudaErrorMemoryAllocation;
}

cudaError_t cudaFreeHost(void *p)
{
	free(p);
	return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void *p, int value, size_t size, cudaStream_t s)
{
	emulate_push(s, [=] { memset(p, value, size); });
	return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(
	void *to, const void *from, size_t size, cudaMemcpyKind, cudaStream_t s)
{
	emulate_push(s, [=] { memcpy(to, from, size); });
	return cudaSuccess;
}
