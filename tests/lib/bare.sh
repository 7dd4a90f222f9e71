#!/bin/sh
# SPDX-License-Identifier: MIT
# bare.sh SUITE [COMMAND…] : a fresh Debian of that release with nothing but a compiler and a clean
# clone of HEAD in /src, where COMMAND (a shell by default) runs as root: what a new machine does.
#   tests/lib/bare.sh trixie sh -c 'scripts/setup.sh && make demo && make test'
# Its root lies in BARE (a new folder below /var/tmp by default, removed at the end; a given one
# stays and is used again). Entered by pivot_root, since no engine runs in a chroot; all that was
# started ends with the command. The bare root's tar stays in the cache. PLAIN=1: neither compiler
# nor clone.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
top=$(cd "$(dirname "$0")/../.." && pwd)
cache=${CNNRUN_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cnnrun}
suite=$1
shift
[ $# -gt 0 ] || set -- bash
tar=$cache/bare-$suite.tar

# shellcheck disable=SC2016 # for the shell inside
enter() {
	env -i PATH="$PATH" TERM="${TERM:-dumb}" HOME=/root R="$root" unshare -m -p -f --kill-child \
		--propagation private sh -c '
		set -e
		mount --bind "$R" "$R"
		cd "$R"
		mkdir -p .old
		mount -t proc proc proc
		mount --rbind /sys sys
		mount --rbind /dev dev
		mount -t tmpfs -o mode=755 tmpfs run
		cp -L /etc/resolv.conf /etc/hosts etc/
		pivot_root . .old
		umount -l /.old
		exec "$@"' sh "$@"
}

if [ -n "${BARE:-}" ]; then
	root=$BARE
else
	root=$(mktemp -d /var/tmp/cnnrun-bare.XXXXXX)
	trap 'rm -rf --one-file-system "$root"' EXIT
	trap 'exit 130' INT TERM HUP
fi
if [ ! -e "$root/etc/os-release" ]; then
	[ -s "$tar" ] || {
		mkdir -p "$cache"
		SUITE=$suite "$top/scripts/base-image.sh" "$tar"
	}
	mkdir -p "$root"
	tar -C "$root" --numeric-owner -xpf "$tar"
	[ -n "${PLAIN:-}" ] || enter sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install \
		--no-install-recommends gcc libc6-dev' >/dev/null
fi
if [ -n "${PLAIN:-}" ]; then
	enter "$@"
	exit
fi
if [ ! -d "$root/src" ]; then
	git clone -q "$top" "$root/src"
	chown -R 0:0 "$root/src"
fi
enter sh -c 'cd /src && exec "$@"' sh "$@"
