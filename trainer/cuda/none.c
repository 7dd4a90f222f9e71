/* SPDX-License-Identifier: MIT */
/* In place of the backend where nvcc was not used. */
#include "net/backend.h"

#include <stddef.h>

int cuda_count(struct err *e)
{
	err_set(e, "this cnntrain was built without CUDA; build it with 'make CUDA=1', "
		   "or use --device cpu");
	return 0;
}

struct backend *cuda_open(const struct net *net, int batch, const struct gpu_options *o,
	struct team *team, struct err *e)
{
	(void)net;
	(void)batch;
	(void)o;
	(void)team;
	cuda_count(e);
	return NULL;
}

int cuda_check_ops(
	const struct gpu_options *o, backend_report *report, void *arg, struct err *e)
{
	(void)o;
	(void)report;
	(void)arg;
	cuda_count(e);
	return -1;
}
