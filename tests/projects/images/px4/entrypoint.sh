#!/bin/bash
# SPDX-License-Identifier: MIT
set -e
if [ -n "$LOCAL_USER_ID" ]; then
	usermod -o -u "$LOCAL_USER_ID" user
	chown -R user /home/user
	export HOME=/home/user
	exec gosu user "$@"
fi
exec "$@"
