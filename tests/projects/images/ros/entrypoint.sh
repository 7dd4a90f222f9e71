#!/bin/bash
# SPDX-License-Identifier: MIT
set -e
# shellcheck disable=SC1091 # of the image
. /opt/ros/humble/setup.bash
exec "$@"
