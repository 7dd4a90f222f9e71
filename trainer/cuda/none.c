/* SPDX-License-Identifier: MIT */
/* In place of the backend where nvcc was not used. */
#include "net/backend.h"

#include <stddef.h>

struct backend *cuda_open(const struct net *net, int batch, struct err *e)
{
	(void)net;
	(void)batch;
	err_set(e, "this cnntrain was built without CUDA; build it with 'make CUDA=1', "
		   "or use "
		   "--device cpu");
	return NULL;
}
