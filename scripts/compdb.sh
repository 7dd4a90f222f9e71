#!/bin/sh
# SPDX-License-Identifier: MIT
# make -nB … | compdb.sh : a compile_commands.json of the compiler calls in it.
awk -v dir="$PWD" '
	{ line = line $0 }
	/\\$/ { sub(/\\$/, "", line); next }
	line ~ / -o [^ ]+ [^ ]+\.c( |$)/ {
		match(line, / [^ ]+\.c( |$)/)
		file = substr(line, RSTART + 1, RLENGTH - 1)
		sub(/ $/, "", file)
		if (file !~ /^build\//) {
			gsub(/\\/, "\\\\", line)
			gsub(/"/, "\\\"", line)
			printf "%s{\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"%s\"}",
				n++ ? ",\n" : "[\n", dir, file, line
		}
	}
	{ line = "" }
	END { print n ? "\n]" : "[]" }'
