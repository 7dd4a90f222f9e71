#!/bin/sh
# SPDX-License-Identifier: MIT
# images.sh DIR [busybox|databases|projects] : gives the engine of DOCKER_HOST the images of the
# tests (or only the first, or one more), without a registry: busybox from the machine's static
# one, debian:bookworm-slim (the base of the project's image) from debootstrap, and of that
# databases, with Debian's PostgreSQL and Redis, and projects, with what other images are made of.
# All tars but busybox's stay in $CNNRUN_TEST_CACHE. DIR: scratch.
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

# packages NAME <Dockerfile : an image made with packages of Debian's, as one layer.
packages() {
	tar=$CNNRUN_TEST_CACHE/$1-$("$top/scripts/base-image.sh" --name).tar
	if [ ! -s "$tar" ]; then
		has debian:bookworm-slim || debian_image
		docker build -q --network host -t "$1:made" - >/dev/null
		id=$(docker create "$1:made" true)
		docker export "$id" >"$tar.$$"
		docker rm "$id" >/dev/null
		mv "$tar.$$" "$tar"
	fi
	docker import -c 'CMD ["bash"]' - "$1:latest" <"$tar" >/dev/null
}

databases_image() {
	packages databases <<-'END'
		FROM debian:bookworm-slim
		RUN apt-get update && mkdir -p /etc/postgresql-common && \
		    echo create_main_cluster = false >/etc/postgresql-common/createcluster.conf && \
		    apt-get install -y --no-install-recommends postgresql redis-server && \
		    rm -rf /var/lib/apt/lists/* /var/cache/apt /usr/share/doc /usr/share/man \
		        /usr/share/locale /usr/lib/*/libLLVM* /usr/lib/*/perl /usr/share/perl
	END
}

# Its only source of packages lies in it, so that apt-get works there without a network.
projects_image() {
	packages projects <<-'END'
		FROM debian:bookworm-slim
		RUN apt-get update && apt-get install -y --download-only --no-install-recommends ripgrep sudo && \
		    mkdir /repository && mv /var/cache/apt/archives/*.deb /repository && cd /repository && \
		    for p in *.deb; do dpkg-deb -f $p && echo "Filename: ./$p" && \
		        echo "Size: $(stat -c %s $p)" && \
		        echo "SHA256: $(sha256sum $p | cut -d' ' -f1)" && echo; done >Packages && \
		    apt-get install -y --no-install-recommends gosu nginx-light python3 python3-psycopg2 sudo \
		        tini x11-apps && \
		    rm -rf /var/lib/apt/lists/* /var/cache/apt /usr/share/doc /usr/share/man \
		        /usr/share/locale /usr/lib/*/libLLVM* /usr/lib/*/perl /usr/share/perl \
		        /etc/apt/sources.list* && \
		    echo 'deb [trusted=yes] file:/repository ./' >/etc/apt/sources.list
	END
}

case ${2:-} in
databases | projects)
	has "$2:latest" || "$2_image"
	exit
	;;
esac
has busybox:latest || busybox_image "$1"
[ "${2:-}" = busybox ] || has debian:bookworm-slim || debian_image
