/* SPDX-License-Identifier: MIT */
/* What we need of NVML's C interface, by NVIDIA's public API reference. Declared by hand
 * so that neither its header nor its library is needed to build. */
#ifndef CNNRUN_HOST_NVML_H
#define CNNRUN_HOST_NVML_H

#include <stdbool.h>

struct nvml_device;
struct nvml_memory {
	unsigned long long total, free, used;
};
struct nvml_use {
	unsigned gpu, memory; /* per cent of the time */
};
enum { NVML_SUCCESS = 0, NVML_INSUFFICIENT_SIZE = 7, NVML_MIG_ON = 1 };

struct nvml {
	void *lib;
	bool runs; /* it was initialised */
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
	int (*use)(struct nvml_device *, struct nvml_use *); /* NULL = not there */
	int (*processes)(struct nvml_device *, unsigned *n, void *list); /* the same */
	/* Drivers before 450 have none of these. */
	int (*mig_mode)(struct nvml_device *, unsigned *now, unsigned *pending);
	int (*mig_max)(struct nvml_device *, unsigned *);
	int (*mig_device)(struct nvml_device *, unsigned, struct nvml_device **);
};

/* NULL, or what is wrong and, in *why, its reason. nvml_close() is due in any case. */
const char *nvml_open(struct nvml *m, const char **why);
void nvml_close(struct nvml *m);
const char *nvml_words(const struct nvml *m, int rc);

#endif
