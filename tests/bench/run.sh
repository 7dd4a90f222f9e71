#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh : what cnnrun costs, beside the bare calls to the engine and the docker command
# line, on a private engine. N=8 rounds; ONLY="start launch enter before stream keys build many script" (and carry).
# BUILD=build is where the programs are. BASE=OLD/build/cnnrun is compared with, in turns.
set -eu
cd "$(dirname "$0")/../.."
. tests/lib/clean.sh
[ "$(id -u)" = 0 ] || {
	echo "tests/bench/run.sh: the private engine needs root: sudo make bench" >&2
	exit 1
}
BUILD=$(cd "${BUILD:-build}" && pwd)
BASE=${BASE:-}
T=$(mktemp -d /tmp/cnnrun-bench.XXXXXX)
chmod 711 "$T" # an ordinary user passes through
trap 'tests/lib/engine.sh stop "$T/engine"; rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP

HOME=$T/home
XDG_RUNTIME_DIR=$T/runtime
DOCKER_HOST=unix://$T/engine/d.sock
mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR"
export BUILD HOME XDG_RUNTIME_DIR DOCKER_HOST

for c in floor measure; do
	${CC:-cc} -O2 -D_GNU_SOURCE -o "$T/$c" "tests/bench/$c.c"
done
echo 'int main(void) { return 0; }' | ${CC:-cc} -O2 -o "$T/empty" -x c -
cp "$BUILD/cnnrun" "$T/cnnrun"
[ -z "$BASE" ] || cp "$BASE" "$T/before"
tests/lib/engine.sh start "$T/engine"
# shellcheck disable=SC2086 # a list of words
env $proxy tests/lib/images.sh "$T"
chmod 666 "$T/engine/d.sock"
python3 tests/bench/bench.py "$T"
