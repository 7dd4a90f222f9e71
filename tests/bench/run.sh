#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [ROUNDS] : the benchmarks, against a private engine of their own.
set -eu
cd "$(dirname "$0")/../.."
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
BUILD=$(cd "${BUILD:-build}" && pwd)
T=$(mktemp -d "${TMPDIR:-/tmp}/cnnrun-bench.XXXXXX")
trap 'tests/lib/engine.sh stop "$T/engine"; rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP
[ "$(id -u)" = 0 ] || {
	echo "bench: the private engine needs root: sudo make bench" >&2
	exit 1
}
${CC:-cc} -O2 -o "$BUILD/floor" tests/bench/floor.c
tests/lib/engine.sh start "$T/engine"
DOCKER_HOST=unix://$T/engine/d.sock
HOME=$T
unset XDG_CACHE_HOME XDG_STATE_HOME XDG_CONFIG_HOME XDG_RUNTIME_DIR DOCKER_CONFIG DOCKER_CONTEXT
export BUILD DOCKER_HOST HOME
tests/lib/images.sh "$T" busybox
python3 tests/bench/bench.py "$@"
