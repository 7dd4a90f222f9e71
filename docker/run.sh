#!/bin/sh
# SPDX-License-Identifier: MIT
# A shell in the project's image: docker/run.sh [-d GPUS] [-n NAME]
cd "$(dirname "$0")/.." && PATH=$PWD/build:$PATH exec cnnrun profiles/gui.lua "$@"
