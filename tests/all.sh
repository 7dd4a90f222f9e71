#!/bin/sh
# SPDX-License-Identifier: MIT
# all.sh : every suite of run.sh, in two halves at once, each with an engine and a display of its
# own: most of their time is waiting. Ends in "N passed, N failed".
set -u
cd "$(dirname "$0")/.." || exit 1
other=$(mktemp) log=$(mktemp) pids=

finish() {
	trap - EXIT INT TERM HUP
	# shellcheck disable=SC2086 # a list
	[ -z "$pids" ] || kill $pids 2>/dev/null
	wait
	rm -f "$other" "$log"
}
trap finish EXIT
trap 'finish; exit 130' INT TERM HUP

tests/run.sh c fuzz lua packages engine x11 engines attack doors cluster trainer >"$other" 2>&1 &
pids=$!
tests/run.sh e2e >"$log" 2>&1 &
pids="$pids $!"
# Whoever looks on sees the one as it goes, and the other when that is done.
tail -n +1 -f --pid=$! "$log" 2>/dev/null | grep --line-buffered -av '^[0-9]* passed, [0-9]* failed$'
wait
pids=
grep -av '^[0-9]* passed, [0-9]* failed$' "$other"
cat "$log" "$other" | grep -aE '^[0-9]+ passed, [0-9]+ failed$' |
	awk '{ passed += $1; failed += $3 }
		END { if (NR != 2) { print "FAIL a half of the suites has no result"; failed++ }
			printf "\n%d passed, %d failed\n", passed, failed; exit failed != 0 }'
