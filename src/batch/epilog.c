/* SPDX-License-Identifier: MIT */
/* What an administrator gives to slurmd: a script that calls cnnrun clean --job. */
#include <unistd.h>

#include "batch/batch.h"
#include "plan/shell_word.h"

/* Whatever goes wrong is said to the system's log: an Epilog that fails drains the node.
 * The user's turn comes first: it knows what was being made when the launch died. As the
 * user where there is a rootless engine, or something that a launch has left. */
static const char body[] =
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
	"HOME=/root\n"
	"export PATH HOME\n"
	"job=${SLURM_JOB_ID:-} uid=${SLURM_JOB_UID:-}\n"
	"case $job:$uid in *[!0-9:]* | :* | *:) exit 0 ;; esac\n"
	"\n"
	"clean() {\n"
	"\tsaid=$(timeout 30 \"$@\" \"$cnnrun\" --quiet clean --job \"$job\" 2>&1 "
	"</dev/null) ||\n"
	"\t\tlogger -t cnnrun-epilog \"job $job: $said\"\n"
	"}\n"
	"\n"
	"runtime=/run/user/$uid\n"
	"user=$(getent passwd \"$uid\")\n"
	"if [ -n \"$user\" ] && [ \"$uid\" != 0 ] &&\n"
	"\t{ [ -d \"/tmp/cnnrun-$uid\" ] || [ -d \"$runtime/cnnrun\" ] ||\n"
	"\t\t[ -S \"$runtime/podman/podman.sock\" ] || [ -S \"$runtime/docker.sock\" ]; "
	"}; then\n"
	"\thome=$(echo \"$user\" | cut -d: -f6)\n"
	"\t[ -d \"$runtime\" ] || runtime=\n"
	"\tclean setpriv --reuid \"$uid\" --regid \"$(echo \"$user\" | cut -d: -f4)\" "
	"--init-groups \\\n"
	"\t\tenv -i \"PATH=$PATH\" \"HOME=$home\" "
	"${runtime:+\"XDG_RUNTIME_DIR=$runtime\"}\n"
	"fi\n"
	"if [ -S /run/docker.sock ] || [ -S /run/podman/podman.sock ]; then\n"
	"\tclean env\n"
	"fi\n"
	"exit 0\n";

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
	buf_adds(out, body);
	return 0;
}
