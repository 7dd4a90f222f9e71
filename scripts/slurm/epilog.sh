# SPDX-License-Identifier: MIT
# An Epilog of Slurm's, below cnnrun=PATH: src/batch/epilog.c. Whatever goes wrong is said to the system's log: an Epilog
# that fails drains the node. The user's turn comes first: it knows what was being made when the launch died. As
# the user where there is a rootless engine, or something that a launch has left.
# shellcheck shell=sh disable=SC2154

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
HOME=/root
export PATH HOME
job=${SLURM_JOB_ID:-} uid=${SLURM_JOB_UID:-}
case $job:$uid in *[!0-9:]* | :* | *:) exit 0 ;; esac

clean() {
	said=$(timeout 30 "$@" "$cnnrun" --quiet clean --job "$job" 2>&1 </dev/null) ||
		logger -t cnnrun-epilog "job $job: $said"
}

runtime=/run/user/$uid
user=$(getent passwd "$uid")
if [ -n "$user" ] && [ "$uid" != 0 ] &&
	{ [ -d "/tmp/cnnrun-$uid" ] || [ -d "$runtime/cnnrun" ] ||
		[ -S "$runtime/podman/podman.sock" ] || [ -S "$runtime/docker.sock" ]; }; then
	home=$(echo "$user" | cut -d: -f6)
	[ -d "$runtime" ] || runtime=
	clean setpriv --reuid "$uid" --regid "$(echo "$user" | cut -d: -f4)" --init-groups \
		env -i "PATH=$PATH" "HOME=$home" ${runtime:+"XDG_RUNTIME_DIR=$runtime"}
fi
if [ -S /run/docker.sock ] || [ -S /run/podman/podman.sock ]; then
	clean env
fi
exit 0
