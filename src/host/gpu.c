/* SPDX-License-Identifier: MIT */
#include "host/gpu.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/printable.h"

/* What we need of NVML's C interface, by NVIDIA's public API reference. Declared by hand
 * so that neither its header nor its library is needed to build. */
struct nvml_device;
struct nvml_memory {
	unsigned long long total, free, used;
};
enum { NVML_SUCCESS = 0, NVML_MIG_ON = 1 };

struct nvml {
	void *lib;
	int (*init)(void);
	int (*shutdown)(void);
	const char *(*error)(int);
	int (*driver)(char *, unsigned);
	int (*cuda)(int *);
	int (*count)(unsigned *);
	int (*device)(unsigned, struct nvml_device **);
	int (*uuid)(struct nvml_device *, char *, unsigned);
	int (*name)(struct nvml_device *, char *, unsigned);
	int (*memory)(struct nvml_device *, struct nvml_memory *);
	/* Drivers before 450 have none of these. */
	int (*mig_mode)(struct nvml_device *, unsigned *now, unsigned *pending);
	int (*mig_max)(struct nvml_device *, unsigned *);
	int (*mig_device)(struct nvml_device *, unsigned, struct nvml_device **);
};

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

static const char *words(const struct nvml *m, int rc)
{
	const char *s = m->error ? m->error(rc) : NULL;

	return s ? s : "unknown error";
}

static bool fail(struct host_gpus *out, const char *what, const char *why)
{
	snprintf(out->problem, sizeof out->problem, "%s: %s", what, why);
	log_printable(out->problem, false);
	return false;
}

static bool nvml_open(struct nvml *m, struct host_gpus *out)
{
	int rc;

	m->lib = open_library();
	if (!m->lib)
		return fail(
			out, "no NVIDIA driver", "libnvidia-ml.so.1 cannot be loaded");
	if (!load_symbols(m))
		return fail(out, "libnvidia-ml.so.1", "a function is missing");
	rc = m->init();
	if (rc != NVML_SUCCESS)
		return fail(out, "the NVIDIA driver does not answer", words(m, rc));
	return true;
}

static struct host_gpu *add(struct host_gpus *out)
{
	out->v = xrealloc(out->v, (out->n + 1) * sizeof *out->v);
	out->v[out->n] = (struct host_gpu){.mig_of = -1};
	return &out->v[out->n++];
}

/* false = the driver lists it, but we may not use it (or it fell off the bus). */
static bool describe(const struct nvml *m, struct nvml_device *d, struct host_gpu *g)
{
	struct nvml_memory mem = {0};
	int rc = m->uuid(d, g->uuid, sizeof g->uuid);

	if (rc != NVML_SUCCESS) {
		log_debug("GPU %d left out: %s", g->index, words(m, rc));
		return false;
	}
	if (m->name(d, g->name, sizeof g->name) != NVML_SUCCESS)
		g->name[0] = 0;
	if (m->memory(d, &mem) == NVML_SUCCESS)
		g->memory = mem.total;
	g->uuid[sizeof g->uuid - 1] = g->name[sizeof g->name - 1] = 0;
	log_printable(g->uuid, false);
	log_printable(g->name, false);
	return true;
}

/* The MIG instances of one GPU; their index counts within it. */
static void list_mig(const struct nvml *m, struct nvml_device *parent, int index,
	struct host_gpus *out)
{
	unsigned now = 0, pending = 0, max = 0;

	if (!m->mig_mode || !m->mig_max || !m->mig_device)
		return;
	if (m->mig_mode(parent, &now, &pending) != NVML_SUCCESS || now != NVML_MIG_ON)
		return;
	if (m->mig_max(parent, &max) != NVML_SUCCESS)
		return;
	for (unsigned i = 0; i < max; i++) {
		struct nvml_device *d = NULL;
		struct host_gpu g = {.index = (int)i, .mig_of = index};

		/* The slots of instances that were not made answer "not found". */
		if (m->mig_device(parent, i, &d) == NVML_SUCCESS && describe(m, d, &g))
			*add(out) = g;
	}
}

static void versions(const struct nvml *m, struct host_gpus *out)
{
	int cuda = 0;

	if (m->driver(out->version, sizeof out->version) != NVML_SUCCESS)
		out->version[0] = 0;
	out->version[sizeof out->version - 1] = 0;
	log_printable(out->version, false);
	if (m->cuda && m->cuda(&cuda) == NVML_SUCCESS && cuda > 0)
		snprintf(out->cuda, sizeof out->cuda, "%d.%d", cuda / 1000,
			cuda % 1000 / 10);
}

static bool list(const struct nvml *m, struct host_gpus *out)
{
	unsigned n = 0;
	int rc = m->count(&n);

	if (rc != NVML_SUCCESS)
		return fail(out, "the NVIDIA driver lists no GPUs", words(m, rc));
	versions(m, out);
	for (unsigned i = 0; i < n; i++) {
		struct nvml_device *d = NULL;
		struct host_gpu g = {.index = (int)i, .mig_of = -1};

		rc = m->device(i, &d);
		if (rc != NVML_SUCCESS) {
			log_debug("GPU %u left out: %s", i, words(m, rc));
			continue;
		}
		if (!describe(m, d, &g))
			continue;
		*add(out) = g;
		list_mig(m, d, g.index, out);
	}
	return true;
}

int host_gpus_get(struct host_gpus *out, struct err *e)
{
	struct nvml m = {0};

	(void)e; /* what can go wrong is in out->problem */
	*out = (struct host_gpus){0};
	if (nvml_open(&m, out)) {
		out->driver = list(&m, out);
		if (m.shutdown)
			m.shutdown();
	}
	if (m.lib)
		dlclose(m.lib);
	return 0;
}

void host_gpus_free(struct host_gpus *g)
{
	free(g->v);
	*g = (struct host_gpus){0};
}
