#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the project's image: docker/build.sh [-t TAG]
cd "$(dirname "$0")/.." && PATH=$PWD/build:$PATH || exit
# Who runs this script runs what the repository says: its Dockerfile may have the host's network.
cnnrun allow profiles/build.lua "$@" >&2 && exec cnnrun profiles/build.lua "$@"
