#!/bin/bash
# SPDX-License-Identifier: MIT
echo "== a framework =="
exec "$@"
