#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh DIRECTORY SECONDS NAME… : each fuzzer for so long, from its corpus; what it learns
# stays in DIRECTORY, an input that crashes in crash-NAME-….
set -u
dir=$1 seconds=$2
shift 2
bad=0
for name; do
	mkdir -p "$dir/learnt-$name"
	if "$dir/$name" -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=1024 \
		-artifact_prefix="crash-$name-" "$dir/learnt-$name" \
		"tests/fuzz/corpus/$name" >"$dir/log-$name" 2>&1; then
		echo "$name: $(grep -a -o 'Done [0-9]* runs' "$dir/log-$name"), nothing found"
	else
		bad=1
		echo "$name: FAILED, see $dir/log-$name"
		grep -a -E -m 5 'ERROR|SUMMARY|runtime error|Assertion|Test unit' "$dir/log-$name"
	fi
done
exit $bad
