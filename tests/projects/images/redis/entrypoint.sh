#!/bin/sh
# SPDX-License-Identifier: MIT
set -e
if [ "$(id -u)" = 0 ]; then
	chown -R redis .
	exec setpriv --reuid redis --regid redis --init-groups "$0" "$@"
fi
exec "$@"
