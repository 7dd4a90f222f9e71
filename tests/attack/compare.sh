#!/bin/sh
# SPDX-License-Identifier: MIT
# compare.sh OLD_BUILD NEW_BUILD [FILE…] : runs the attacks (all, or attack/test_git …) on two
# builds and prints a Markdown table: attempt, before, after. Status 1 where one succeeds on
# the second.
set -eu
[ $# -ge 2 ] || {
	sed -n '3,5s/^# //p' "$0" >&2
	exit 2
}
old=$(cd "$1" && pwd) new=$(cd "$2" && pwd)
shift 2
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- attack
T=$(mktemp -d /tmp/cnnrun-compare.XXXXXX)
trap 'rm -rf "$T"' EXIT
trap 'exit 130' INT TERM HUP

for side in old new; do
	build=$old
	[ $side = old ] || build=$new
	mkdir "$T/$side"
	# its status says that something failed, which the table says too
	LOGS=$T/$side BUILD=$build tests/run.sh "$@" >"$T/$side.txt" || true
	cat "$T/$side"/log-attack_* >"$T/$side.tap" || {
		tail -n 20 "$T/$side.txt" >&2
		exit 1
	}
done

# A test with parts has a line for each that failed.
awk '
function verdict(seen, what) {
	return !(what in seen) ? "not run" : seen[what] ? "succeeded" : "held"
}
/^(not )?ok [0-9]+ - / {
	bad = /^not /
	what = $0
	sub(/^(not )?ok [0-9]+ - /, "", what)
	gsub(/\|/, "\\|", what)
	if (!(what in known)) {
		known[what] = 1
		order[++n] = what
	}
	if (FILENAME ~ /old\.tap$/)
		old[what] = bad || old[what]
	else
		new[what] = bad || new[what]
}
END {
	print "| attempt | before | after |"
	print "|---|---|---|"
	for (i = 1; i <= n; i++) {
		what = order[i]
		before = verdict(old, what)
		after = verdict(new, what)
		print "| " what " | " before " | " after " |"
		crossed += before == "succeeded"
		wrong += after != "held"
	}
	printf "\n%d attempts; %d succeeded before, %d are not held now\n", n, crossed, wrong
	exit wrong != 0
}' "$T/old.tap" "$T/new.tap"
