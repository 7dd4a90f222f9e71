/* SPDX-License-Identifier: MIT */
/* What an administrator gives to slurmd: a script that calls cnnrun clean --job. */
#include <unistd.h>

#include "batch/batch.h"
#include "plan/shell_word.h"

int slurm_epilog(struct buf *out, struct err *e)
{
	char self[4096] = "";

	if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
		return err_errno(e, "/proc/self/exe");
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
