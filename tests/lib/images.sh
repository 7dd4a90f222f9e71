#!/bin/sh
# SPDX-License-Identifier: MIT
# images.sh DIR [busybox|databases] : gives the engine of DOCKER_HOST the images of the tests
# (or only the first, or one more), without a registry: busybox from the machine's static one,
# debian:bookworm-slim (the base of the project's image) from debootstrap, and databases, which is
# that with Debian's PostgreSQL and Redis. The tars of both stay in $CNNRUN_TEST_CACHE.
# DIR: scratch.
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

databases_image() {
	tar=$CNNRUN_TEST_CACHE/databases-$("$top/scripts/base-image.sh" --name).tar
	if [ ! -s "$tar" ]; then
		has debian:bookworm-slim || debian_image
		docker build -q --network host -t databases:made - >/dev/null <<-'END'
			FROM debian:bookworm-slim
			RUN apt-get update && mkdir -p /etc/postgresql-common && \
			    echo create_main_cluster = false >/etc/postgresql-common/createcluster.conf && \
			    apt-get install -y --no-install-recommends postgresql redis-server && \
			    rm -rf /var/lib/apt/lists/* /var/cache/apt /usr/share/doc /usr/share/man \
			        /usr/share/locale /usr/lib/*/libLLVM* /usr/lib/*/perl /usr/share/perl
		END
		id=$(docker create databases:made true)
		docker export "$id" >"$tar.$$"
		docker rm "$id" >/dev/null
		mv "$tar.$$" "$tar"
	fi
	docker import -c 'CMD ["bash"]' - databases:latest <"$tar" >/dev/null
}

if [ "${2:-}" = databases ]; then
	has databases:latest || databases_image
	exit
fi
has busybox:latest || busybox_image "$1"
[ "${2:-}" = busybox ] || has debian:bookworm-slim || debian_image
