#!/bin/sh
# SPDX-License-Identifier: MIT
# images.sh DIR [busybox] : gives the engine of DOCKER_HOST the images of the tests (or only
# the first), without a registry: busybox from the machine's static one, and debian:bookworm-slim
# (the base of the project's image) from debootstrap, whose tar stays in
# $CNNRUN_TEST_CACHE. DIR: scratch.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)

has() { docker image inspect "$1" >/dev/null 2>&1; }

busybox_image() {
	root=$1/busybox
	mkdir -p "$root/bin" "$root/tmp" "$root/root"
	chmod 1777 "$root/tmp"
	cp "$(command -v busybox)" "$root/bin/busybox"
	for applet in $(busybox --list); do
		[ "$applet" = busybox ] || ln -sf busybox "$root/bin/$applet"
	done
	tar -C "$root" --numeric-owner --owner=0 --group=0 -c . |
		docker import -c 'CMD ["sh"]' -c 'ENV PATH=/bin' - busybox:latest >/dev/null
	rm -rf "$root"
}

debian_image() {
	cache=$CNNRUN_TEST_CACHE
	tar=$cache/base-$("$top/scripts/base-image.sh" --name).tar
	if [ ! -s "$tar" ]; then
		mkdir -p "$cache"
		"$top/scripts/base-image.sh" "$tar"
	fi
	docker import -c 'CMD ["bash"]' - debian:bookworm-slim <"$tar" >/dev/null
}

has busybox:latest || busybox_image "$1"
[ "${2:-}" = busybox ] || has debian:bookworm-slim || debian_image
