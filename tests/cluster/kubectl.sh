#!/bin/sh
# SPDX-License-Identifier: MIT
# kubectl.sh : prints where a kubectl is that knows Jobs as they are today: this machine's, or
#              that of Debian 13, unpacked once into $CNNRUN_TEST_CACHE.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
root=${CNNRUN_TEST_CACHE:?}/kubectl

minor=$(kubectl version --client 2>/dev/null | sed -n 's/^Client Version: v1\.\([0-9]*\).*/\1/p')
if [ "${minor:-0}" -ge 31 ]; then
	command -v kubectl
	exit
fi
if [ ! -e "$root/.made" ]; then
	rm -rf --one-file-system "$root"
	mkdir -p "$root"
	mmdebstrap --mode=root --variant=extract --components=main --include=kubernetes-client \
		--aptopt='APT::Install-Recommends "false"' --aptopt='APT::Sandbox::User "root"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		trixie "$root" "$("$top/scripts/base-image.sh" --mirror)" >"$root.log" 2>&1 || {
		tail -n 15 "$root.log" >&2
		exit 1
	}
	: >"$root/.made"
fi
echo "$root/usr/bin/kubectl"
