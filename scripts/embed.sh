#!/bin/sh
# SPDX-License-Identifier: MIT
# embed.sh FILE… : C source of a table of the given scripts, byte for byte.
set -eu
echo '#include "profile/scripts.h"'
i=0
for f in "$@"; do
	echo "static const unsigned char script_${i}[] = {"
	od -An -v -tx1 "$f" | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
	echo "};"
	i=$((i + 1))
done
echo 'const struct script scripts[] = {'
i=0
for f in "$@"; do
	echo "	{\"${f#scripts/}\", script_$i, sizeof script_$i},"
	i=$((i + 1))
done
echo '	{0, 0, 0},'
echo '};'
