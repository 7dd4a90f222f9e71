#!/bin/sh
# SPDX-License-Identifier: MIT
# root.sh SUITE [NAME PACKAGE…] : a root file system of that Debian release with its container
#                 engines, or with these packages as the root NAME, by mmdebstrap from this
#                 machine's own mirror, once: it stays in $CNNRUN_TEST_CACHE/roots (unless set,
#                 ~/.cache/cnnrun/roots). Prints where it is.
set -eu
suite=$1
name=${2:-$suite}
top=$(cd "$(dirname "$0")/../.." && pwd)
roots=${CNNRUN_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cnnrun}/roots
root=$roots/$name
packages="ca-certificates iproute2 iptables nftables docker.io docker-cli docker-buildx podman
	rootlesskit slirp4netns passt uidmap crun runc catatonit fuse-overlayfs
	netavark aardvark-dns procps util-linux"
if [ $# -gt 2 ]; then
	shift 2
	packages=$*
fi

if [ ! -e "$root/.made" ]; then
	mkdir -p "$roots"
	rm -rf --one-file-system "$root"
	echo "root.sh: a root of $suite in $root (one to four minutes, once)" >&2
	# An unstable release that a mirror has not fetched for a week is good enough here.
	# shellcheck disable=SC2086 # a list of words
	mmdebstrap --mode=root --variant=minbase --components=main \
		--include="$(echo $packages | tr ' ' ,)" \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--aptopt='APT::Install-Recommends "false"' --aptopt='APT::Sandbox::User "root"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io \
		"$suite" "$root" "$("$top/scripts/base-image.sh" --mirror)" >"$root.log" 2>&1 || {
		tail -n 15 "$root.log" >&2
		exit 1
	}
	: >"$root/.made"
fi
echo "$root"
