/* SPDX-License-Identifier: MIT */
/* What an administrator gives to slurmd: a script that calls cnnrun clean --job. */
#include "base/mem.h"
#include "base/path.h"
#include "batch/batch.h"
#include "plan/shell_word.h"

int slurm_epilog(struct buf *out, struct err *e)
{
	AUTO_FREE char *self = program_self(e);

	if (!self)
		return -1;
	buf_adds(out,
		"#!/bin/sh\n"
		"# Epilog of Slurm: takes back what a killed job of cnnrun's left on "
		"this node.\n"
		"# Made by: cnnrun export slurm-epilog\n"
		"cnnrun=");
	shell_word(out, self);
	buf_addc(out, '\n');
	return batch_script("slurm/epilog.sh", out, e);
}
