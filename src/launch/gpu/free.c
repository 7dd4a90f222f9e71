/* SPDX-License-Identifier: MIT */
#include "launch/gpu/free.h"

#include "launch/gpu/holders.h"
#include "launch/gpu/pick.h"

size_t gpus_free(const struct plan_gpus *p)
{
	AUTO_HOLDERS struct gpu_holders h = {0};
	AUTO_GPUS struct host_gpus all = {0};
	size_t n = 0;

	host_gpus_measure(&all);
	gpu_holders_get(NULL, &h);
	for (size_t i = 0; i < all.n; i++)
		n += gpu_fits(p, &all.v[i]) && all.v[i].processes <= 0 &&
		     !gpu_claim(&h, all.v[i].uuid);
	return n;
}
