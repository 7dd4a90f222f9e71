#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the project's image: docker/build.sh [-t TAG]
cd "$(dirname "$0")/.." && PATH=$PWD/build:$PATH exec cnnrun profiles/build.lua "$@"
