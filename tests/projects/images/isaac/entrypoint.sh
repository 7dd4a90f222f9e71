#!/bin/sh
# SPDX-License-Identifier: MIT
# Shows a window; counts its starts in the cache; leaves a scene in the working directory.
set -e
[ "$ACCEPT_EULA" = Y ] || { echo "ACCEPT_EULA=Y is needed" >&2; exit 1; }
echo start >>/isaac-sim/cache/starts
for d in data logs; do echo "$d" >"/isaac-sim/$d/new"; done
mkdir -p ~/.config
echo settings >~/.config/app
wc -l </isaac-sim/cache/starts >scene.usd
exec xeyes
