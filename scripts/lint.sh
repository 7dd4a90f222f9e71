#!/bin/sh
# SPDX-License-Identifier: MIT
# lint.sh [CHECK…] : layers, size, headers, exports, licence, links, format, tidy, cppcheck, lua,
# docs, shell (all of them by default). BUILD holds compile_commands.json and the objects.
# shellcheck disable=SC2317 # checks are called by name
set -u
cd "$(dirname "$0")/.." || exit 1
BUILD=${BUILD:-build}
trainer=$([ ! -d trainer ] || echo trainer)
bad=0

# No output of the check = good.
check() {
	name=$1
	shift
	if out=$("$@" 2>&1) && [ -z "$out" ]; then
		echo "ok    $name"
	else
		bad=1
		echo "FAIL  $name"
		echo "$out" | head -n "${LINES_SHOWN:-40}" | sed 's/^/      /'
	fi
}

# allow FOLDER FOLDER… : the first may include what is in the others, and itself, only.
allow() {
	from=$1
	ok=$(echo "$@" | tr ' ' '|')
	[ ! -d "src/$from" ] || grep -rnE '^ *# *include "' "src/$from" --include='*.[ch]' |
		grep -vE "include \"($ok)/"
}

# only FOLDER FILES HEADER : HEADER is included in at most FILES files, all in FOLDER.
only() {
	# shellcheck disable=SC2086
	found=$(grep -rlE "^ *# *include <$3" src --include='*.[ch]')
	echo "$found" | grep -v "^$1/" | grep . | sed "s,\$,: <$3> belongs to $1 only,"
	[ "$(echo "$found" | grep -c .)" -le "$2" ] ||
		echo "<$3> in more than $2 file:" "$found"
}

layers() {
	allow base
	allow plan base
	allow build plan base
	allow engine plan base
	allow host plan base
	allow profile plan base
	allow right plan base
	allow convert plan base
	allow hold
	allow porter hold
	allow launch hold porter right engine build profile host plan base
	allow batch launch right engine profile host plan base
	allow cli batch launch convert right engine build profile host plan base
	only src/profile 99 '(lua5.4/)?(lua|lauxlib|lualib)\.h'
	only src/engine/wire 1 'curl/'
	only src/engine/wire 1 'openssl/'
	only src/host 1 'xcb/'
	only src/engine/docker/session 2 'nghttp2/'
	[ ! -d trainer ] ||
		grep -rnE '^ *# *include "((\.\./)*src|cli|launch|engine|host|profile|plan)/' trainer
	grep -rnE '[^a-z_]exit *\(' src --include='*.c' | grep -vE '^src/main\.c:|_exit|atexit|/\*|\* '
	true
}

sources() { git ls-files --cached --others --exclude-standard -- "$@" | sort; }

# Files that a reader takes in at once, folders that are no flat lists.
size() {
	sources src trainer scripts tests | grep -E '\.(c|h|cu|cpp|lua|sh|py)$' | while read -r f; do
		n=$(wc -l <"$f")
		[ "$n" -le 300 ] || echo "$f: $n lines"
	done
	sources src | grep '\.c$' | xargs -n 1 dirname | sort | uniq -c |
		awk '$1 > 20 { print $2 ": " $1 " files" }'
}

# A header opens with its purpose; what is whose, its folder says.
headers() {
	sources src | grep '\.h$' | while read -r f; do
		sed -n 2p "$f" | grep -q '^/\* [^ ]' || echo "$f: no purpose in its second line"
	done
	sources src | xargs grep -nEi '\* .*private to '
	true
}

# What a file exports, another one uses: of the program, or a test that looks inside.
exports() {
	objects=$(sources src | sed -n "s,\(.*\)\.c\$,$BUILD/\1.o,p")
	# shellcheck disable=SC2086
	nm -g --defined-only $objects | awk 'NF == 3 { print $3 }' | sort -u >"$BUILD/.defined"
	# shellcheck disable=SC2086
	nm -g --undefined-only $objects | awk 'NF == 2 { print $2 }' | sort -u >"$BUILD/.used"
	comm -23 "$BUILD/.defined" "$BUILD/.used" | grep -vxE "main|_start|memcpy|memset" | while read -r name; do
		grep -rqw "$name" tests/c tests/fuzz || echo "$name: nobody else calls it"
	done
}

licence() {
	sources src trainer scripts tests docker | grep -E '\.(c|h|cu|lua|sh|py)$' |
		while read -r f; do
			head -n 2 "$f" | grep -q 'SPDX-License-Identifier: MIT' || echo "$f: no SPDX line"
		done
}

# headings FILE : what #anchors it has, as GitHub makes them.
headings() {
	sed -n 's/^##* //p' "$1" | tr '[:upper:]' '[:lower:]' | sed 's/[^[:alnum:] _-]//g; s/ /-/g'
}

# What the pages lead to is there, file and heading.
links() {
	sources '*.md' | while read -r page; do
		grep -oE '\]\([^) ]+\)' "$page" | sed 's/^](//; s/)$//' |
			grep -vE '^[a-z]+:' | while read -r to; do
			file=$(dirname "$page")/${to%%#*}
			case $to in '#'*) file=$page ;; esac
			if [ ! -e "$file" ]; then
				echo "$page: $to: no such file"
			elif [ "$to" != "${to#*#}" ] && ! headings "$file" | grep -qxF "${to#*#}"; then
				echo "$page: $to: no such heading"
			fi
		done
	done
}

format() { sources src trainer tests | grep -E '\.[ch]$' | xargs clang-format --dry-run -Werror; }

tidy() {
	sources src trainer | grep '\.c$' |
		xargs -P "$(nproc)" -n 4 clang-tidy -p "$BUILD" --quiet 2>/dev/null |
		grep -E 'error:|warning:' | sort -u
	true
}

# src and trainer apart: each has an err.c of its own. What is off misreads addresses of
# locals; compilers and sanitizers look for the same.
cpp() {
	for part in src ${trainer:+"$trainer"}; do cpp_part "$part"; done
}
cpp_part() {
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=memleak --suppress=resourceLeak --suppress=missingIncludeSystem \
		--suppress=unknownMacro --suppress=normalCheckLevelMaxBranches \
		--suppress=autoVariables --suppress=uninitvar --suppress=ctunullpointer --suppress=ctuuninitvar \
		-D_GNU_SOURCE -I"$1" "$1"
}

lua() {
	luacheck --quiet --no-color scripts tests | grep -v '^Total: 0 warnings'
	true
}

# What is generated is up to date.
docs() {
	"$(command -v lua5.4 || echo lua)" scripts/docs.lua primitives |
		cmp - docs/primitives.md || echo "make docs makes it anew"
	"$(command -v lua5.4 || echo lua)" scripts/docs.lua compose |
		cmp - docs/compose.md || echo "make docs makes it anew"
}

shell() {
	sources . | grep -E '\.sh$|^\.ci/run$|^docker/apt-install$|/nvidia-container-runtime-hook$' |
		xargs shellcheck
}

[ $# -gt 0 ] || set -- layers size headers exports licence links format tidy cpp lua docs shell
for c; do check "$c" "$c"; done
exit $bad
