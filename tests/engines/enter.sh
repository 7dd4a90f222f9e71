#!/bin/sh
# SPDX-License-Identifier: MIT
# enter.sh DIR ROOT COMMAND… : the command with ROOT (/ = this machine's) as its root, in a
# mount namespace of its own: with this machine's devices and /tmp, a /run of its own, and an
# ordinary user 1000 who has subordinate ids. Files that this takes come to DIR.
# ENTER_V2=1 shows one tree of control groups, as a newer crun wants it: below a group of its
# own, whose path comes to DIR/group, so that nothing else is moved. ENTER_NET=1 is a network of
# its own, whose filter rules it may change.
# ENTER_CDI=FILE is the only device specification; ENTER_WITHOUT=PROGRAM is not there.
set -eu
DIR=$1 ROOT=${2%/}
shift 2
mkdir -p "$DIR/etc"
for f in passwd group; do
	grep -v ':x:1000:' "$ROOT/etc/$f" >"$DIR/etc/$f"
done
echo "tester:x:1000:1000::$DIR/home:/bin/sh" >>"$DIR/etc/passwd"
echo "tester:x:1000:" >>"$DIR/etc/group"
for f in subuid subgid; do
	echo "tester:300000:65536" >"$DIR/etc/$f"
done
[ -c "$DIR/tun" ] || mknod -m 666 "$DIR/tun" c 10 200
view=
if [ -n "${ENTER_V2:-}" ]; then
	group=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)/cnnrun-test-$$
	mkdir "$group"
	echo "$group" >"$DIR/group"
	echo $$ >"$group/cgroup.procs"
	chown -R 1000:1000 "$group"
	view=-C
fi
[ -z "${ENTER_NET:-}" ] || view="$view -n"
export DIR ROOT
# pivot_root and not chroot: inside a chroot no user namespace can be made.
# shellcheck disable=SC2086,SC2016 # a list of words; expanded inside
exec unshare -m $view --propagation private sh -c '
	set -eu
	if [ -n "$ROOT" ]; then
		mount --bind "$ROOT" "$ROOT"
		cd "$ROOT"
		mount -t proc proc proc
		for d in sys dev tmp; do mount --rbind "/$d" "$d"; done
		mkdir -p .old
		pivot_root . .old
		cd /
		umount -l .old
	fi
	mount -t tmpfs -o mode=755 tmpfs /run
	mkdir -p /run/lock "$DIR/home" "$DIR/run"
	for f in passwd group subuid subgid; do
		[ -e "/etc/$f" ] || : >"/etc/$f"
		mount --bind "$DIR/etc/$f" "/etc/$f"
	done
	[ ! -e /dev/net/tun ] || mount --bind "$DIR/tun" /dev/net/tun
	[ -z "${ENTER_NET:-}" ] || ip link set lo up
	if [ -n "${ENTER_V2:-}" ]; then
		umount -R /sys/fs/cgroup
		mount -t cgroup2 none /sys/fs/cgroup
	fi
	if [ -n "${ENTER_CDI:-}" ]; then
		mkdir /run/cdi
		cp "$ENTER_CDI" /run/cdi/nvidia.json
	fi
	[ -z "${ENTER_WITHOUT:-}" ] || mount --bind /dev/null "$(command -v "$ENTER_WITHOUT")"
	exec "$@"' sh "$@"
