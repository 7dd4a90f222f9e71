#!/bin/sh
# SPDX-License-Identifier: MIT
# What the project wants once in a new development container.
set -e
rg --version | head -n 1
id -un >>.prepared
echo ready >~/.ready
