#!/bin/sh
# SPDX-License-Identifier: MIT
# sanitized.sh BUILD: the trainer's C tests and its program, both built with sanitizers in
# BUILD, with threads, workers, signals and MPI. Every process's reports are collected.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/clean.sh
T=$(mktemp -d /tmp/cnntrain-sanitized.XXXXXX)
trap 'rm -rf "$T"' EXIT
bad=0
export ASAN_OPTIONS="log_path=$T/report" TSAN_OPTIONS="log_path=$T/report"
export UBSAN_OPTIONS="log_path=$T/report:print_stacktrace=1"

run() {
	if timeout 1200 "$@" >"$T/log" 2>&1; then
		echo "ok $*"
	else
		bad=1
		echo "not ok $*"
		sed 's/^/  /' "$T/log"
	fi
}

for t in "$1"/tests/trainer/test_*; do
	case $t in
	*.d) continue ;;
	*/tsan/*/test_cuda*) continue ;; # its emulated threads are fibers: TSan cannot follow
	esac
	run "$t"
done
run /usr/bin/python3 tests/trainer/checkpoint.py "$1/cnntrain"
run /usr/bin/python3 tests/trainer/program.py "$1/cnntrain"
for report in "$T"/report*; do
	[ -s "$report" ] || continue
	bad=1
	echo "a sanitizer's report:"
	head -n 40 "$report" | sed 's/^/  /'
done
exit $bad
