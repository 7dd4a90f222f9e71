#!/bin/sh
# SPDX-License-Identifier: MIT
# display.sh start DIR : an X server without a screen, access control on. Prints its
#                        DISPLAY; the cookie is in DIR/xauth, the process id in DIR/xpid.
# display.sh stop DIR
set -eu
dir=$2

start() {
	mkdir -p "$dir"
	cookie=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
	xauth -q -f "$dir/xauth" add :0 . "$cookie" 2>/dev/null
	: >"$dir/xnumber"
	setsid Xvfb -displayfd 3 -screen 0 1024x768x24 -auth "$dir/xauth" -nolisten tcp \
		-noreset 3>"$dir/xnumber" >"$dir/xlog" 2>&1 </dev/null &
	echo $! >"$dir/xpid"
	for _ in $(seq 200); do
		[ ! -s "$dir/xnumber" ] || break
		sleep 0.05
	done
	number=$(cat "$dir/xnumber")
	[ -n "$number" ] || {
		echo "display.sh: Xvfb did not start:" >&2
		tail -n 5 "$dir/xlog" >&2
		exit 1
	}
	xauth -q -f "$dir/xauth" add ":$number" . "$cookie"
	echo ":$number"
}

stop() {
	[ -s "$dir/xpid" ] || return 0
	kill "$(cat "$dir/xpid")" 2>/dev/null || true
	rm -f "$dir/xpid"
}

case $1 in
start) start ;;
stop) stop ;;
esac
