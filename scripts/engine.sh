#!/bin/sh
# SPDX-License-Identifier: MIT
# engine.sh : makes sure that a container engine answers: the one that is there, else the
# distribution's is installed and started. CNNRUN names the cnnrun that asks it.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
here=$(dirname "$0")
cnnrun=${CNNRUN:-$here/../build/cnnrun}
log=/var/log/cnnrun-dockerd.log

say() { echo "engine: $*" >&2; }
die() {
	say "$@"
	exit 1
}

# Asked as the demo will: with DOCKER_HOST, docker's context, the usual sockets.
answers() { problem=$("$cnnrun" ps 2>&1 >/dev/null); }

explain_refusal() {
	case $problem in
	*[Pp]ermission\ denied*)
		say "an engine runs, but $(id -un) may not use it. This one command lets you"
		say "(members of that group are as powerful as root):"
		die "    sudo usermod -aG docker $(id -un) && exec newgrp docker"
		;;
	esac
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Without a service manager: a daemon of its own, with a log.
start_by_hand() {
	set -- dockerd
	if ! as_root iptables -t nat -L -n >/dev/null 2>&1; then
		say "iptables does not work here: containers get no network but the host's"
		set -- "$@" --iptables=false --ip6tables=false
	fi
	say "starts $* by hand; its log is $log"
	# Whoever reads what we say shall not wait for the engine's end.
	(
		exec </dev/null >/dev/null 2>&1
		as_root setsid sh -c "exec $* >>$log 2>&1 </dev/null"
	) &
	for _ in $(seq 300); do
		if answers; then
			say "it stays; to stop it: kill \$(cat /var/run/docker.pid)"
			return
		fi
		explain_refusal
		sleep 0.1
	done
	tail -n 5 "$log" >&2 || true
	die "dockerd did not start; see $log"
}

start() {
	if [ -d /run/systemd/system ]; then
		say "starts docker.service"
		as_root systemctl start docker
		answers || explain_refusal
	else
		start_by_hand
	fi
}

answers && exit 0
explain_refusal
for name in DOCKER_HOST DOCKER_CONTEXT; do
	eval "value=\${$name:-}"
	[ -z "$value" ] || die "$name=$value does not answer: $problem"
done
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
	die "no engine answers and there is no sudo; as root: $0"
fi
"$here/setup.sh" engine
answers || start # the package may have started it
answers || die "the engine does not answer: $problem"
