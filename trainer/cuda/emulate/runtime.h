/* SPDX-License-Identifier: MIT */
/* The CUDA runtime's calls that the backend makes, on the CPU, for tests.
 *
 * Device memory is heap memory, so that AddressSanitizer sees a kernel's stray access. A
 * stream is a queue. With emulate_lazy its work runs as late as events and
 * synchronisations allow, otherwise at once: a missing wait shows as a difference. Calls
 * that a GPU refuses while a stream is captured are refused. Each host thread may drive
 * one device. */
#ifndef TRAINER_EMULATE_RUNTIME_H
#define TRAINER_EMULATE_RUNTIME_H

#include <cstddef>
#include <functional>

typedef int cudaError_t;
enum {
	cudaSuccess = 0,
	cudaErrorInvalidValue = 1,
	cudaErrorMemoryAllocation = 2,
	cudaErrorInvalidConfiguration = 9,
	cudaErrorInsufficientDriver = 35,
	cudaErrorInvalidDevice = 101,
	cudaErrorInvalidResourceHandle = 400,
	cudaErrorNotReady = 600,
	cudaErrorStreamCaptureUnsupported = 900,
	cudaErrorStreamCaptureInvalidated = 901,
	cudaErrorStreamCaptureUnjoined = 904,
};
enum cudaMemcpyKind {
	cudaMemcpyHostToDevice = 1,
	cudaMemcpyDeviceToHost,
	cudaMemcpyDeviceToDevice
};
enum { cudaStreamNonBlocking = 1, cudaEventDisableTiming = 2 };
enum cudaStreamCaptureMode { cudaStreamCaptureModeThreadLocal = 1 };

typedef struct emulate_stream *cudaStream_t;
typedef struct emulate_event *cudaEvent_t;
typedef struct emulate_graph *cudaGraph_t;
typedef struct emulate_graph *cudaGraphExec_t;

struct cudaDeviceProp {
	char name[256];
	int major, minor;
};

/* What tests set. */
extern "C" {
extern int emulate_order;   /* of threads and blocks: 0 forwards, 1 backwards, else a
			       seed */
extern int emulate_lazy;    /* streams run as late as they may */
extern int emulate_devices; /* 0: a machine without a driver */
extern int emulate_major;   /* of the compute capability */
extern int emulate_no_cublas, emulate_no_nccl;
extern int emulate_bad_rank,
	emulate_aborts;        /* whose NCCL fails, -1: none; aborts so far */
extern int emulate_no_capture; /* graphs cannot be captured: 1 begun, 2 ended, 3 made */
extern long emulate_room;      /* bytes of memory a device has */
extern long emulate_replays;   /* graphs launched so far */
extern long emulate_launches;  /* kernels and products so far, but those of graphs */
}

/* For launches: false notes the error that cudaGetLastError() gives. */
bool emulate_can_launch(unsigned blocks, cudaStream_t stream);
void emulate_push(cudaStream_t stream, std::function<void()> work);
/* In place of dlopen(): this program itself holds the stand-ins. NULL: not there. */
void *emulate_dlopen(const char *name);

cudaError_t cudaGetDeviceCount(int *n);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *p, int device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetLastError();
const char *cudaGetErrorString(cudaError_t code);
cudaError_t cudaMemGetInfo(size_t *unused, size_t *total);

cudaError_t cudaMalloc(void **p, size_t size);
cudaError_t cudaFree(void *p);
cudaError_t cudaMallocHost(void **p, size_t size);
cudaError_t cudaFreeHost(void *p);
cudaError_t cudaMemsetAsync(void *p, int value, size_t size, cudaStream_t s);
cudaError_t cudaMemcpyAsync(
	void *to, const void *from, size_t size, cudaMemcpyKind, cudaStream_t s);

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *s, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t s);
cudaError_t cudaStreamSynchronize(cudaStream_t s);
cudaError_t cudaStreamQuery(cudaStream_t s);
cudaError_t cudaStreamWaitEvent(cudaStream_t s, cudaEvent_t e, unsigned flags = 0);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *e, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t e);
cudaError_t cudaEventRecord(cudaEvent_t e, cudaStream_t s);
cudaError_t cudaEventSynchronize(cudaEvent_t e);

cudaError_t cudaStreamBeginCapture(cudaStream_t s, cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t s, cudaGraph_t *graph);
cudaError_t cudaGraphInstantiateWithFlags(
	cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long flags);
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t s);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec);

#endif
