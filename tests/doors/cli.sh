#!/bin/sh
# SPDX-License-Identifier: MIT
# cli.sh : installs the devcontainer CLI for tests/doors where it is missing, into the tests' cache.
set -eu
version=0.89.0
dir=${CNNRUN_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cnnrun}/devcontainer-cli
grep -qs "\"version\": \"$version\"" "$dir/node_modules/@devcontainers/cli/package.json" ||
	npm install --prefix "$dir" --no-audit --no-fund --loglevel=error "@devcontainers/cli@$version"
