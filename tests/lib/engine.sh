#!/bin/sh
# SPDX-License-Identifier: MIT
# engine.sh start DIR [HOOKDIR] : a private dockerd on unix://DIR/d.sock, with everything
#                                 of its below DIR, its own bridge, and HOOKDIR first on PATH;
#                                 ENGINE_CONFIG is its daemon.json, ENGINE_AROUND words
#                                 before its command, ENGINE_MORE more behind it
# engine.sh stop DIR            : its containers, the daemon, the bridge, its files
# Nothing of an engine that runs here already is touched.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
dir=$2
bridge_file=$dir/bridge

# A bridge of our own: dockerd would share docker0 with the machine's engine, and
# --bridge=none would delete it.
make_bridge() {
	for n in $(seq 100 250); do
		net=172.31.$n
		ip -4 addr | grep -q "inet $net\." && continue
		name=cnnt$n
		ip link add "$name" type bridge 2>/dev/null || continue
		echo "$name" >"$bridge_file"
		ip addr add "$net.1/24" dev "$name"
		ip link set "$name" up
		return
	done
	echo "engine.sh: no free network for a test bridge" >&2
	return 1
}

answers() { docker -H "unix://$dir/d.sock" version >/dev/null 2>&1; }

start() {
	mkdir -p "$dir"
	make_bridge
	[ -n "${ENGINE_CONFIG:-}" ] || ENGINE_CONFIG='{}' # not the machine's
	echo "$ENGINE_CONFIG" >"$dir/daemon.json"
	# what its containerd leaves of an exec is not a user's
	# shellcheck disable=SC2086 # a list of words
	PATH=${1:+$1:}$PATH XDG_RUNTIME_DIR=$dir setsid ${ENGINE_AROUND:-} \
		dockerd ${ENGINE_MORE:-} --config-file "$dir/daemon.json" \
		-H "unix://$dir/d.sock" --data-root "$dir/data" \
		--exec-root "$dir/exec" --pidfile "$dir/pid" --bridge="$(cat "$bridge_file")" \
		--iptables=false --ip6tables=false >"$dir/log" 2>&1 </dev/null &
	daemon=$!
	for _ in $(seq 300); do
		answers && return
		kill -0 $daemon 2>/dev/null || break
		sleep 0.1
	done
	echo "engine.sh: dockerd did not start:" >&2
	tail -n 5 "$dir/log" >&2
	stop
	return 1
}

# Waits for the end of a process that need not be our child.
end_process() {
	kill "$1" 2>/dev/null || return 0
	for _ in $(seq 200); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL "$1" 2>/dev/null || true
}

stop() {
	if answers; then
		ids=$(docker -H "unix://$dir/d.sock" ps -aq)
		# shellcheck disable=SC2086 # a list of words
		[ -z "$ids" ] || docker -H "unix://$dir/d.sock" rm -f $ids >/dev/null || true
	fi
	for pid in "$dir/pid" "$dir/exec/containerd/containerd.pid"; do
		[ ! -s "$pid" ] || end_process "$(cat "$pid")"
	done
	[ ! -s "$bridge_file" ] || ip link del "$(cat "$bridge_file")" 2>/dev/null || true
	grep -o " $dir/[^ ]*" /proc/mounts 2>/dev/null | sort -r | while read -r m; do
		umount "$m" 2>/dev/null || umount -l "$m" 2>/dev/null || true
	done
	rm -rf --one-file-system "$dir"
}

case $1 in
start) start "${3:-}" ;;
stop) stop ;;
esac
