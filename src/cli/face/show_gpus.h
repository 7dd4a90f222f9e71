/* SPDX-License-Identifier: MIT */
/* This machine's GPUs, how busy they are, and who holds them. */
#ifndef CNNRUN_CLI_SHOW_GPUS_H
#define CNNRUN_CLI_SHOW_GPUS_H

#include "base/json.h"
#include "host/gpu.h"
#include "launch/gpu/holders.h"

/* whole: however narrow the terminal is. */
void gpus_table(struct buf *b, const struct host_gpus *g, const struct gpu_holders *h,
	bool whole);
/* The caller deletes. */
cJSON *gpus_json(const struct host_gpus *g, const struct gpu_holders *h);

#endif
