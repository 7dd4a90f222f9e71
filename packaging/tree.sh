#!/bin/sh
# SPDX-License-Identifier: MIT
# tree.sh DIR : a copy of the sources there, without what was built or what git ignores.
set -eu
cd "$(dirname "$0")/.."
mkdir -p "$1"
if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$PWD" ]; then
	git ls-files -z -co --exclude-standard | xargs -0 ls -d 2>/dev/null
else
	find . -type f -not -path './build/*' | sed 's,^\./,,'
fi | LC_ALL=C sort | tar -cf - --no-recursion -T - | tar -C "$1" -xf -
