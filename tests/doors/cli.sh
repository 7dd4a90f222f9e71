#!/bin/sh
# SPDX-License-Identifier: MIT
# cli.sh : installs the devcontainer CLI for the tests, once, where they look for it.
set -eu
where=${CNNRUN_TEST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/cnnrun}/devcontainer-cli
[ -x "$where/node_modules/.bin/devcontainer" ] ||
	npm install --silent --no-fund --no-audit --prefix "$where" @devcontainers/cli
