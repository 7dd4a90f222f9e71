#!/bin/bash
# SPDX-License-Identifier: MIT
set -e
if [ "$(id -u)" = 0 ]; then
	usermod -o -u "${NB_UID:-1000}" jovyan
	chown -R jovyan /home/jovyan
	exec sudo -E -H -u jovyan "$@"
fi
[ -w "$HOME" ] || { echo "no write access to $HOME; start it as root with NB_UID" >&2; exit 1; }
exec "$@"
