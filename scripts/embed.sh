#!/bin/sh
# SPDX-License-Identifier: MIT
# embed.sh FILE… : C source of a table of the given scripts, byte for byte.
set -eu
echo '#include "profile/scripts.h"'
i=0
for f in "$@"; do
	echo "static const unsigned char script_$i[] = {"
	xxd -i < "$f"
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
