/* SPDX-License-Identifier: MIT */
/* GPUs of this machine: NVIDIA's through NVML, which is loaded only if there, AMD's by
 * their device nodes. */
#ifndef CNNRUN_HOST_GPU_H
#define CNNRUN_HOST_GPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/strv.h"

struct host_gpu {
	int index;     /* NVML's; of a MIG instance: within its parent */
	char uuid[96]; /* "GPU-…" */
	char name[96];
	uint64_t memory, free; /* bytes */
	int mig_of;    /* index of the parent GPU, -1 = a whole GPU; MIG uuid "MIG-..." */
	bool cut;      /* into MIG instances: of no use as a whole */
	int use;       /* per cent of the time; -1 = not known */
	int processes; /* that compute on it, of whomever; -1 = not known */
};

struct host_gpus {
	struct host_gpu *v;
	size_t n;
	bool driver;       /* NVML answered */
	char version[32];  /* driver version, "" = none */
	char cuda[16];     /* highest CUDA of the driver, "13.0" */
	char problem[128]; /* why driver is false, in words */
};

/* No driver is no error: driver = false, n = 0. CNNRUN_NVML names another library file
 * (the tests' stand-in). */
int host_gpus_get(struct host_gpus *out, struct err *e);
/* The same, and how busy each is, which takes the driver longer. */
void host_gpus_measure(struct host_gpus *out);
void host_gpus_free(struct host_gpus *g);
#define AUTO_GPUS __attribute__((cleanup(host_gpus_free)))

/* Does some CDI specification under /etc/cdi or /var/run/cdi describe nvidia.com/gpu? */
bool host_has_cdi(void);
/* The same for one directory. */
bool host_cdi_in(const char *dir);
/* Is there a hook that gives GPUs to every container which has a variable that asks for
 * them, as engines without NVIDIA's runtime have it? */
bool host_has_gpu_hook(void);
/* Path of nvidia-container-runtime-hook, nvidia-ctk or nvidia-container-cli when
 * installed; NULL = no NVIDIA toolkit. The caller frees. */
char *host_nvidia_toolkit(void);

/* Appends the render nodes of AMD's, "/dev/dri/renderD128", in their order. dir is where
 * the kernel lists them. */
#define AMD_GPUS "/sys/class/drm"
void host_amd_gpus(const char *dir, struct strv *nodes);

#endif
