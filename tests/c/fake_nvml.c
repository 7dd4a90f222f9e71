/* SPDX-License-Identifier: MIT */
/* A stand-in for libnvidia-ml.so.1, for machines without NVIDIA GPUs: four GPUs, of which
 * GPU 1 is cut into two MIG instances, GPU 0 will be after a reset, and a fifth that
 * cannot be opened. test_host_gpu.c compiles it. -DOLD leaves out what drivers before 450
 * lack, -DUNLOADED is a library whose driver is not there, -DHOSTILE answers without a
 * NUL and with control characters, -DBUSY has four whole GPUs, of which the file that
 * FAKE_GPUS names says a line each: free MiB, per cent of use, processes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OK = 0, NO_PERMISSION = 4, NOT_FOUND = 6, TOO_SMALL = 7, NOT_LOADED = 9 };

/* 0…3 the GPUs, 4 and 5 the instances in slots 0 and 2 of GPU 1. */
struct nvmlDevice {
	const char *uuid, *name;
	unsigned long long memory;
};
static struct nvmlDevice devices[] = {
	{"GPU-00000000-aaaa-bbbb-cccc-000000000000", "Stand-in A100", 42949672960ull},
	{"GPU-11111111-aaaa-bbbb-cccc-111111111111", "Stand-in A100", 42949672960ull},
	{"GPU-22222222-aaaa-bbbb-cccc-222222222222", "Stand-in T4", 16106127360ull},
	{"GPU-33333333-aaaa-bbbb-cccc-333333333333", "Stand-in T4", 16106127360ull},
	{"MIG-44444444-aaaa-bbbb-cccc-444444444444", "Stand-in A100 MIG 3g.20gb",
		1ull << 34},
	{"MIG-55555555-aaaa-bbbb-cccc-555555555555", "Stand-in A100 MIG 1g.5gb",
		1ull << 32},
};
struct memory {
	unsigned long long total, free, used;
};
struct use {
	unsigned gpu, memory;
};

int nvmlInit_v2(void);
int nvmlShutdown(void);
const char *nvmlErrorString(int rc);
int nvmlSystemGetDriverVersion(char *s, unsigned n);
int nvmlSystemGetCudaDriverVersion(int *v);
int nvmlDeviceGetCount_v2(unsigned *n);
int nvmlDeviceGetHandleByIndex_v2(unsigned i, struct nvmlDevice **d);
int nvmlDeviceGetUUID(struct nvmlDevice *d, char *s, unsigned n);
int nvmlDeviceGetName(struct nvmlDevice *d, char *s, unsigned n);
int nvmlDeviceGetMemoryInfo(struct nvmlDevice *d, struct memory *m);
int nvmlDeviceGetUtilizationRates(struct nvmlDevice *d, struct use *u);
int nvmlDeviceGetComputeRunningProcesses_v3(
	struct nvmlDevice *d, unsigned *n, void *list);
int nvmlDeviceGetMigMode(struct nvmlDevice *d, unsigned *now, unsigned *pending);
int nvmlDeviceGetMaxMigDeviceCount(struct nvmlDevice *d, unsigned *n);
int nvmlDeviceGetMigDeviceHandleByIndex(
	struct nvmlDevice *d, unsigned i, struct nvmlDevice **mig);

int nvmlInit_v2(void)
{
#ifdef UNLOADED
	return NOT_LOADED;
#else
	return OK;
#endif
}

int nvmlShutdown(void)
{
	return OK;
}

const char *nvmlErrorString(int rc)
{
	return rc == NOT_LOADED ? "Driver Not Loaded" : "Some Error";
}

static int put(char *to, unsigned n, const char *s)
{
#ifdef HOSTILE
	(void)s;
	memset(to, '\033', n);
#else
	snprintf(to, n, "%s", s);
#endif
	return OK;
}

int nvmlSystemGetDriverVersion(char *s, unsigned n)
{
	return put(s, n, "535.183.01");
}

int nvmlSystemGetCudaDriverVersion(int *v)
{
	*v = 12020;
	return OK;
}

int nvmlDeviceGetCount_v2(unsigned *n)
{
	*n = 5;
	return OK;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned i, struct nvmlDevice **d)
{
	if (i >= 4)
		return NO_PERMISSION;
	*d = &devices[i];
	return OK;
}

int nvmlDeviceGetUUID(struct nvmlDevice *d, char *s, unsigned n)
{
	return put(s, n, d->uuid);
}

int nvmlDeviceGetName(struct nvmlDevice *d, char *s, unsigned n)
{
	return put(s, n, d->name);
}

/* What the file says of d. */
static void load_of(
	const struct nvmlDevice *d, unsigned long long *mib, unsigned *use, unsigned *n)
{
	const char *path = getenv("FAKE_GPUS");
	FILE *f = path ? fopen(path, "r") : NULL;

	*mib = d->memory >> 20;
	*use = *n = 0;
	for (long i = d - devices; f && i >= 0; i--)
		if (fscanf(f, "%llu %u %u", mib, use, n) != 3)
			break;
	if (f)
		fclose(f);
}

int nvmlDeviceGetMemoryInfo(struct nvmlDevice *d, struct memory *m)
{
	unsigned long long mib;
	unsigned use, n;

	load_of(d, &mib, &use, &n);
	*m = (struct memory){d->memory, mib << 20, d->memory - (mib << 20)};
	return OK;
}

int nvmlDeviceGetUtilizationRates(struct nvmlDevice *d, struct use *u)
{
	unsigned long long mib;
	unsigned n;

	load_of(d, &mib, &u->gpu, &n);
	u->memory = 0;
	return OK;
}

int nvmlDeviceGetComputeRunningProcesses_v3(struct nvmlDevice *d, unsigned *n, void *list)
{
	unsigned long long mib;
	unsigned use;

	(void)list;
	load_of(d, &mib, &use, n);
	return *n ? TOO_SMALL : OK;
}

#if !defined OLD && !defined BUSY
int nvmlDeviceGetMigMode(struct nvmlDevice *d, unsigned *now, unsigned *pending)
{
	*now = d == &devices[1];
	*pending = d == &devices[0] || d == &devices[1];
	return OK;
}

int nvmlDeviceGetMaxMigDeviceCount(struct nvmlDevice *d, unsigned *n)
{
	*n = d == &devices[0] || d == &devices[1] ? 7 : 0;
	return OK;
}

int nvmlDeviceGetMigDeviceHandleByIndex(
	struct nvmlDevice *d, unsigned i, struct nvmlDevice **mig)
{
	if ((d != &devices[0] && d != &devices[1]) || (i != 0 && i != 2))
		return NOT_FOUND;
	*mig = &devices[i ? 5 : 4];
	return OK;
}
#endif
