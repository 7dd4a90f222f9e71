/* SPDX-License-Identifier: MIT */
/* AMD's GPUs are device nodes, which any engine passes on: one for computing that they
 * share, and one each. */
#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "host/gpu.h"
#include "launch/resolve/resolve.h"

static const char compute_node[] = "/dev/kfd";

static int add(struct resolving *r, const char *node, struct err *e)
{
	return resolve_node(r, node, node, "rwm", e);
}

static int add_number(
	struct resolving *r, const struct strv *nodes, size_t i, struct err *e)
{
	if (i >= nodes->n)
		return err_set(
			e, 0, "no GPU %zu of AMD: this machine has %zu", i, nodes->n);
	return add(r, nodes->v[i], e);
}

int resolve_amd(struct resolving *r, struct err *e)
{
	const struct plan_gpus *p = &r->p->set.gpus;
	AUTO_STRV struct strv nodes = {0};
	size_t n;

	host_amd_gpus(AMD_GPUS, &nodes);
	if (!nodes.n && p->optional) {
		log_debug("no GPU of AMD here; going without");
		return 0;
	}
	if (!nodes.n)
		return err_set(e, ENODEV,
			"no GPU of AMD here; load the driver (modprobe amdgpu), or go "
			"without: --gpus none");
	if (add(r, compute_node, e) < 0)
		return err_hint(e, "ROCm needs the driver amdgpu with KFD");
	for (size_t i = 0; i < p->ids.n; i++)
		if (add_number(r, &nodes, strtoul(p->ids.v[i], NULL, 10), e) < 0)
			return -1;
	n = p->select == GPU_ALL     ? nodes.n
	    : p->select == GPU_COUNT ? (size_t)p->count
				     : 0;
	for (size_t i = 0; i < n; i++)
		if (add_number(r, &nodes, i, e) < 0)
			return -1;
	return 0;
}
