#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [SUITE…] : runs the tests and ends in "N passed, N failed". Suites: c, fuzz, lua, engine
# (C, a real dockerd), x11 (C, a real X server), e2e, engines, attack, doors, cluster, packages and trainer (all
# by default), or one file of them: c/test_base, lua/door_spec, e2e/test_tty. soak is for make soak. What a suite
# needs of a private dockerd, a private X server and root it starts or asks for; c, fuzz, lua,
# packages and trainer need none.
# BUILD=build is where the programs are. KEEP=1 leaves the scratch directory, LOGS=DIR takes what
# the tests said. TESTS="Class.test" picks some of an e2e file.
set -u
cd "$(dirname "$0")/.." || exit 1
. tests/lib/clean.sh
BUILD=$(cd "${BUILD:-build}" && pwd) || exit 1
T=$(mktemp -d /tmp/cnnrun-test.XXXXXX)
[ -z "${LOGS:-}" ] || mkdir -p "$LOGS"
chmod 711 "$T" # uid 1000 of some tests passes through
passed=0 failed=0 skipped=0 engine_failed=0
export BUILD

finish() {
	trap - EXIT INT TERM HUP
	[ ! -d "$T/engine" ] || tests/lib/engine.sh stop "$T/engine"
	[ ! -d "$T/display" ] || tests/lib/display.sh stop "$T/display"
	[ -n "${KEEP:-}" ] || rm -rf "$T"
}
trap finish EXIT
trap 'finish; exit 130' INT TERM HUP

fail() {
	failed=$((failed + 1))
	echo "FAIL $1"
}

# Counts a suite's TAP output; one without a result counts as a failure.
count() {
	name=$1 status=$2 log=$3
	# cmocka says "not ok" of what it skips. Only what needs a GPU may skip.
	skip=$(grep -aciE '^(not )?ok .*gpu.*# skip' "$log")
	bad=$(grep -aiE '^not ok |^ok .*# skip' "$log" | grep -aciEv 'gpu.*# skip')
	ok=$(($(grep -acE '^(not )?ok ' "$log") - bad - skip))
	planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
	if [ $((ok + bad)) = 0 ] && line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$log"); then
		ok=$(echo "$line" | awk '{ n += $1 } END { print n }')
		bad=$(echo "$line" | awk '{ n += $3 } END { print n }')
		planned=$((ok + bad))
	fi
	passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
	printf '%-28s %3d ok' "$name" "$ok"
	[ "$skip" = 0 ] || printf ', %d skipped' "$skip"
	[ "$bad" = 0 ] || printf ', %d FAILED' "$bad"
	echo
	grep -aiE '^(not )?ok .*# skip' "$log" | sed -E 's/^(not )?ok [0-9]* - /  skipped: /'
	[ "$bad" = 0 ] || grep -a -A 40 '^not ok ' "$log" | grep -av '^ok ' | sed 's/^/  /'
	if [ $((ok + bad + skip)) = 0 ] || [ "$planned" -gt $((ok + bad + skip)) ] ||
		{ [ "$status" != 0 ] && [ "$bad" = 0 ]; }; then
		fail "$name ended with status $status after $((ok + bad + skip)) of $planned results:"
		tail -n 20 "$log" | sed 's/^/  /'
	fi
}

run() {
	name=$1
	shift
	ran=$((ran + 1))
	log=${LOGS:-$T}/log-$(echo "$name" | tr / _)
	env --default-signal "$@" </dev/null >"$log" 2>&1
	count "$name" $? "$log"
}

# programs SUITE FOLDER [SUITE/NAME] : the cmocka programs of tests/FOLDER, or that one.
programs() {
	for t in "tests/$2"/test_*.c; do
		n=$1/$(basename "$t" .c)
		t=${t#tests/c/}
		case ${3:-$n} in
		"$n") CMOCKA_MESSAGE_OUTPUT=TAP run "$n" timeout 300 "$BUILD/tests/${t%.c}" ;;
		esac
	done
}

suite_c() { programs c c "$@"; }

suite_engine() { need_engine && programs engine c/engine "$@"; }

suite_x11() { need_root && programs x11 c/x11 "$@"; }

suite_fuzz() {
	for t in build/asan/fuzz/*; do
		[ -x "$t" ] || continue
		n=fuzz/${t##*/}
		case ${1:-$n} in "$n")
			run "$n" timeout 120 "$t" "tests/fuzz/corpus/${t##*/}" 1000
			;;
		esac
	done
}

suite_lua() {
	for t in $(find tests/lua examples -name '*_spec.lua' | sort); do
		n=lua/$(basename "$t" .lua)
		case ${1:-$n} in "$n") run "$n" timeout 300 "$BUILD/cnnrun" test "$t" -- -o TAP ;; esac
	done
}

# pythons SUITE [SUITE/NAME] : the unittest files of tests/SUITE, or that one.
pythons() {
	need_engine && need_display || return
	for t in "tests/$1"/test_*.py; do
		n=$1/${t##*/}
		n=${n%.py}
		# shellcheck disable=SC2086 # a list of words
		case ${2:-$n} in "$n") run "$n" timeout 900 python3 tests/e2e/tap.py "$t" ${TESTS:-} ;; esac
	done
}

suite_e2e() { pythons e2e "$@"; }

# engines: those of this machine that no other suite has; engines/NAME one, engines/all every one,
# and the table of them at the end.
suite_engines() {
	need_engine && need_display || return
	names=podman-rootless
	case ${1:-} in
	engines/all) names=$(python3 tests/engines/table.py names) ;;
	engines/*) names=${1#*/} ;;
	esac
	docker save busybox >"$T/busybox.tar"
	for n in $names; do
		ENGINE_IMAGE=$T/busybox.tar run "engines/$n" timeout 900 \
			python3 tests/engines/table.py run "$n" "$T/cells"
	done
	[ "${1:-}" != engines/all ] || python3 tests/engines/table.py show "$T/cells"
}

# packages: no engine; packages/all installs them in bare Debian roots and ends in a table.
suite_packages() {
	case ${1:-} in
	packages/all) need_root && run packages timeout 3000 python3 tests/e2e/tap.py tests/packages/installed.py &&
		cat "$T/packages.table" ;;
	esac
	# shellcheck disable=SC2086 # a list of words
	run packages timeout 300 python3 tests/e2e/tap.py tests/packages/test_packages.py ${TESTS:-}
}

suite_attack() { pythons attack "$@"; }

suite_doors() { pythons doors "$@"; }

# cluster: the short form, or CLUSTER=all, with a table of all tests at the end.
suite_cluster() {
	[ -n "${CLUSTER:-}" ] || [ $# -gt 0 ] || set -- cluster/test_job
	[ -z "${CLUSTER:-}" ] || export TAP_SECONDS=1
	pythons cluster "$@"
	[ -z "${CLUSTER:-}" ] || cat "${LOGS:-$T}"/log-cluster_* | sed -nE \
		's/^(not )?ok [0-9]+ - ([^:]*): (.*) # ([0-9.]+) s$/| \2 | \3 | \4 | \1ok |/p' |
		sort | sed '1i\
\
| file | what | seconds | result |\
|---|---|---|---|'
}

suite_trainer() {
	CMOCKA_MESSAGE_OUTPUT=TAP run trainer timeout 1500 make -ks --no-print-directory test-trainer
}

# A suite that needs a part of these starts it, once.
need_root() {
	[ "$(id -u)" = 0 ] && return
	ran=1
	fail "$s: a private engine and other users need root: sudo make test"
	return 1
}

need_engine() {
	need_root || return
	[ ! -d "$T/engine" ] || return "$engine_failed"
	ran=1 engine_failed=1
	if ! tests/lib/engine.sh start "$T/engine" "$T/hook" >"$T/log-engine" 2>&1; then
		fail "the private engine: $(cat "$T/log-engine")"
		mkdir -p "$T/engine" # not again
		return 1
	fi
	# shellcheck disable=SC2086 # a list of words
	env $proxy tests/lib/images.sh "$T" || fail "the images of the tests"
	ran=0 engine_failed=0
}

need_display() {
	[ -z "${DISPLAY:-}" ] || return 0
	if ! DISPLAY=$(tests/lib/display.sh start "$T/display"); then
		ran=1
		fail "the X server"
		return 1
	fi
	XAUTHORITY=$T/display/xauth
	export DISPLAY XAUTHORITY
}

[ $# -gt 0 ] || set -- c fuzz lua packages engine x11 e2e engines attack doors cluster trainer
# Under make asan: reports of every process, janitors too, are collected here.
mkdir -m 1777 "$T/asan"
export ASAN_OPTIONS="log_path=$T/asan/report" UBSAN_OPTIONS="print_stacktrace=1"
mkdir "$T/hook"
cp tests/lib/hook/* "$T/hook"
CNNRUN_TEST_DIR=$T
HOOK_REQUESTS=$T/hook/requests
HOME=$T/home
XDG_RUNTIME_DIR=$T/runtime
DOCKER_HOST=unix://$T/engine/d.sock
mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR"
export CNNRUN_TEST_DIR HOOK_REQUESTS HOME XDG_RUNTIME_DIR DOCKER_HOST
if [ "$1" = soak ]; then # make soak: its own table and status
	s=soak
	need_engine && need_display || exit 1
	python3 tests/e2e/soak.py
	exit
fi
for s; do
	ran=0
	case $s in
	*/*) "suite_${s%%/*}" "$s" ;;
	*) "suite_$s" ;;
	esac
	[ $ran != 0 ] || fail "$s: there are no such tests"
done
for report in "$T"/asan/*; do
	[ -s "$report" ] || continue
	fail "a sanitizer's report:"
	head -n 30 "$report" | sed 's/^/  /'
done
echo
[ "$skipped" = 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
