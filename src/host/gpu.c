/* SPDX-License-Identifier: MIT */
#include "host/gpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/printable.h"
#include "host/nvml.h"

static bool fail(struct host_gpus *out, const char *what, const char *why)
{
	snprintf(out->problem, sizeof out->problem, "%s: %s", what, why);
	log_printable(out->problem, false);
	return false;
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
		log_debug("GPU %d left out: %s", g->index, nvml_words(m, rc));
		return false;
	}
	if (m->name(d, g->name, sizeof g->name) != NVML_SUCCESS)
		g->name[0] = 0;
	if (m->memory(d, &mem) == NVML_SUCCESS) {
		g->memory = mem.total;
		g->free = mem.free;
	}
	g->uuid[sizeof g->uuid - 1] = g->name[sizeof g->name - 1] = 0;
	log_printable(g->uuid, false);
	log_printable(g->name, false);
	return true;
}

static bool is_cut(const struct nvml *m, struct nvml_device *d)
{
	unsigned now = 0, pending = 0;

	return m->mig_mode && m->mig_max && m->mig_device &&
	       m->mig_mode(d, &now, &pending) == NVML_SUCCESS && now == NVML_MIG_ON;
}

static void measure(const struct nvml *m, struct nvml_device *d, struct host_gpu *g)
{
	struct nvml_use use = {0};
	unsigned n = 0; /* no room for the list: it is counted only */
	int rc;

	if (m->use && m->use(d, &use) == NVML_SUCCESS)
		g->use = use.gpu < 100 ? (int)use.gpu : 100;
	rc = m->processes ? m->processes(d, &n, NULL) : -1;
	if (rc == NVML_SUCCESS || rc == NVML_INSUFFICIENT_SIZE)
		g->processes = n < 10000 ? (int)n : 10000;
}

/* The MIG instances of one GPU; their index counts within it. */
static void list_mig(const struct nvml *m, struct nvml_device *parent, int index,
	struct host_gpus *out)
{
	unsigned max = 0;

	if (m->mig_max(parent, &max) != NVML_SUCCESS)
		return;
	for (unsigned i = 0; i < max; i++) {
		struct nvml_device *d = NULL;
		struct host_gpu g = {
			.index = (int)i, .mig_of = index, .use = -1, .processes = -1};

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

static bool list(const struct nvml *m, struct host_gpus *out, bool measured)
{
	unsigned n = 0;
	int rc = m->count(&n);

	if (rc != NVML_SUCCESS)
		return fail(out, "the NVIDIA driver lists no GPUs", nvml_words(m, rc));
	versions(m, out);
	for (unsigned i = 0; i < n; i++) {
		struct nvml_device *d = NULL;
		struct host_gpu g = {
			.index = (int)i, .mig_of = -1, .use = -1, .processes = -1};

		rc = m->device(i, &d);
		if (rc != NVML_SUCCESS) {
			log_debug("GPU %u left out: %s", i, nvml_words(m, rc));
			continue;
		}
		if (!describe(m, d, &g))
			continue;
		g.cut = is_cut(m, d);
		if (measured)
			measure(m, d, &g);
		*add(out) = g;
		if (g.cut)
			list_mig(m, d, g.index, out);
	}
	return true;
}

static void get(struct host_gpus *out, bool measured)
{
	struct nvml m;
	const char *why, *what = nvml_open(&m, &why);

	*out = (struct host_gpus){0};
	out->driver = what ? fail(out, what, why) : list(&m, out, measured);
	nvml_close(&m);
}

int host_gpus_get(struct host_gpus *out, struct err *e)
{
	(void)e; /* what can go wrong is in out->problem */
	get(out, false);
	return 0;
}

void host_gpus_measure(struct host_gpus *out)
{
	get(out, true);
}

void host_gpus_free(struct host_gpus *g)
{
	free(g->v);
	*g = (struct host_gpus){0};
}
