/* SPDX-License-Identifier: MIT */
#include "host/nvml.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

static void *symbol(const struct nvml *m, const char *name, const char *older)
{
	void *p = dlsym(m->lib, name);

	return p || !older ? p : dlsym(m->lib, older);
}

/* POSIX promises that a function pointer fits through dlsym()'s void pointer; C does not,
 * hence the memcpy. */
#define LOAD(m, member, ...) load(&(m)->member, sizeof(m)->member, symbol(m, __VA_ARGS__))

static bool load(void *slot, size_t n, void *p)
{
	memcpy(slot, &p, n);
	return p != NULL;
}

static bool load_symbols(struct nvml *m)
{
	LOAD(m, shutdown, "nvmlShutdown", NULL);
	LOAD(m, error, "nvmlErrorString", NULL);
	LOAD(m, use, "nvmlDeviceGetUtilizationRates", NULL);
	/* the versions differ in what they list, not in how they count */
	LOAD(m, processes, "nvmlDeviceGetComputeRunningProcesses_v3",
		"nvmlDeviceGetComputeRunningProcesses");
	LOAD(m, cuda, "nvmlSystemGetCudaDriverVersion_v2",
		"nvmlSystemGetCudaDriverVersion");
	LOAD(m, mig_mode, "nvmlDeviceGetMigMode", NULL);
	LOAD(m, mig_max, "nvmlDeviceGetMaxMigDeviceCount", NULL);
	LOAD(m, mig_device, "nvmlDeviceGetMigDeviceHandleByIndex", NULL);
	return LOAD(m, init, "nvmlInit_v2", "nvmlInit") &&
	       LOAD(m, driver, "nvmlSystemGetDriverVersion", NULL) &&
	       LOAD(m, count, "nvmlDeviceGetCount_v2", "nvmlDeviceGetCount") &&
	       LOAD(m, device, "nvmlDeviceGetHandleByIndex_v2",
		       "nvmlDeviceGetHandleByIndex") &&
	       LOAD(m, uuid, "nvmlDeviceGetUUID", NULL) &&
	       LOAD(m, name, "nvmlDeviceGetName", NULL) &&
	       LOAD(m, memory, "nvmlDeviceGetMemoryInfo", NULL);
}

/* Asking the dynamic linker for a library that is not there takes 100 failed opens. The
 * last three: WSL; NVIDIA's boards; the program that loads the module when it is needed.
 */
static bool driver_shows(void)
{
	static const char *const signs[] = {"/proc/driver/nvidia", "/dev/nvidiactl",
		"/dev/dxg", "/dev/nvmap", "/usr/bin/nvidia-modprobe"};

	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (access(signs[i], F_OK) == 0)
			return true;
	return false;
}

/* The second is where WSL keeps the driver, the third where NixOS does; the dynamic
 * linker does not look there. */
static void *open_library(void)
{
	static const char *const names[] = {"libnvidia-ml.so.1",
		"/usr/lib/wsl/lib/libnvidia-ml.so.1",
		"/run/opengl-driver/lib/libnvidia-ml.so.1"};
	const char *own = getenv("CNNRUN_NVML");
	void *lib = NULL;

	if (own && *own)
		return dlopen(own, RTLD_NOW | RTLD_LOCAL);
	if (!driver_shows())
		return NULL;
	for (size_t i = 0; !lib && i < COUNT_OF(names); i++)
		lib = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	return lib;
}

const char *nvml_words(const struct nvml *m, int rc)
{
	const char *s = m->error ? m->error(rc) : NULL;

	return s ? s : "unknown error";
}

const char *nvml_open(struct nvml *m, const char **why)
{
	int rc;

	*m = (struct nvml){.lib = open_library()};
	*why = "libnvidia-ml.so.1 cannot be loaded";
	if (!m->lib)
		return "no NVIDIA driver";
	*why = "a function is missing";
	if (!load_symbols(m))
		return "libnvidia-ml.so.1";
	rc = m->init();
	*why = nvml_words(m, rc);
	m->runs = rc == NVML_SUCCESS;
	return m->runs ? NULL : "the NVIDIA driver does not answer";
}

void nvml_close(struct nvml *m)
{
	if (m->runs && m->shutdown)
		m->shutdown();
	if (m->lib)
		dlclose(m->lib);
}
