#!/bin/sh
# SPDX-License-Identifier: MIT
# deb.sh DIR [BUILT] : the Debian packages of this tree, in DIR; with BUILT, of the programs that
# were built there before. The tree itself is not touched: dpkg-buildpackage works in a copy.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
[ $# -lt 2 ] || BUILT=$(cd "$2" && pwd)
export BUILT="${BUILT:-}"
version=$(sed -n 's/^VERSION *:= //p' "$top/Makefile")
said=$(sed -n '1s,.*(\(.*\)-.*,\1,p' "$top/packaging/debian/changelog")
[ "$version" = "$said" ] || {
	echo "deb.sh: packaging/debian/changelog begins with $said, the Makefile has $version" >&2
	exit 1
}
rm -rf "$out/cnnrun" "$out"/*.deb "$out"/*.buildinfo "$out"/*.changes
"$top/packaging/tree.sh" "$out/cnnrun"
cp -r "$top/packaging/debian" "$out/cnnrun/debian"
cd "$out/cnnrun"
chmod 755 debian/rules
DEB_BUILD_OPTIONS="noautodbgsym nocheck ${DEB_BUILD_OPTIONS:-}" \
	dpkg-buildpackage -us -uc -b >"$out/log" 2>&1 || {
	tail -n 20 "$out/log" >&2
	echo "deb.sh: the whole of it: $out/log" >&2
	exit 1
}
cd "$out"
rm -rf cnnrun
ls "$out"/*.deb
