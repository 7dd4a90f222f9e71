#!/bin/sh
# SPDX-License-Identifier: MIT
# base-image.sh OUT.tar | -    a minimal root file system of this machine's distribution,
#                              made by debootstrap from its own apt configuration
# base-image.sh --name         what it would make: "bookworm-amd64"
# base-image.sh --mirror       from where: "http://deb.debian.org/debian"
# SUITE=trixie makes another release, from the same mirror.
# For where no registry can be reached. Needs root; otherwise it asks sudo.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { echo "base-image: $*" >&2; }
die() {
	say "$@"
	exit 1
}

# MIRROR SUITE COMPONENT, one line each: apt itself reads its files, old style and new.
# A mirror list (mirror+file:…) gives its first mirror.
sources() {
	apt-get --print-uris update 2>/dev/null | sed -n \
		"s,^'\(.*\)/dists/\(.*\)/\([^/]*\)/binary-$arch/Packages[^/]*'.*,\1 \2 \3,p" |
		while read -r uri suite component; do
			case $uri in
			mirror+file:*) uri=$(awk '/^[a-z]+:/ { sub("/$", "", $1); print $1; exit }' \
				"${uri#mirror+file:}") ;;
			esac
			echo "$uri $suite $component"
		done
}

# The machine's release: its code name where a source has it, else the first source.
find_release() {
	# shellcheck disable=SC1091
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	list=$(sources)
	[ -n "$list" ] || die "apt has no sources on this machine"
	first=$(echo "$list" | awk -v c="$codename" '$2 == c { print; exit }')
	[ -n "$first" ] || first=$(echo "$list" | head -n 1)
	mirror=${first%% *}
	suite=$(echo "$first" | cut -d' ' -f2)
	[ -z "${SUITE:-}" ] || {
		suite=$SUITE
		list="$mirror $suite main"
	}
}

# apt's own settings that a mirror may depend on; a proxy with a password stays out.
apt_settings() {
	apt-config dump | grep -E '^Acquire::(https?::(Proxy|Verify|CaInfo)|Check-|Retries|Force)' |
		grep -v '@' || true
}

# Every key this machine trusts for its archives, as one file.
keyring() {
	# shellcheck disable=SC1091
	id=$(. /etc/os-release && echo "$ID")
	signed=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list \
		/etc/apt/sources.list.d/*.sources 2>/dev/null |
		sed -n 's/.*[Ss]igned-[Bb]y[:=] *\(\/[^] ]*\).*/\1/p' | sort -u)
	for k in "/usr/share/keyrings/$id-archive-keyring.gpg" $signed \
		/etc/apt/trusted.gpg.d/*.gpg; do
		case $k in *.asc) continue ;; esac
		[ ! -f "$k" ] || cat "$k"
	done
}

make_root() {
	set -- --variant=minbase --arch="$arch" --components="$components"
	if [ -s "$work/keyring.gpg" ]; then
		set -- "$@" --keyring="$work/keyring.gpg"
	fi
	case $mirror in https:*) set -- "$@" --include=ca-certificates ;; esac
	if [ -z "${http_proxy:-}" ]; then
		eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
		[ -z "${http_proxy:-}" ] || export http_proxy
	fi
	debootstrap "$@" "$suite" "$root" "$mirror" >"$work/log" 2>&1 || {
		tail -n 5 "$work/log" "$root/debootstrap/debootstrap.log" >&2 2>/dev/null || true
		die "debootstrap of $suite from $mirror failed"
	}
}

# What an image needs, and nothing of the machine but its sources.
finish_root() {
	echo "$list" | awk -v s="$suite" '
		$2 != s && index($2, s "-") != 1 { next }
		!(($1, $2) in parts) { order[++n] = $1 SUBSEP $2 }
		{ parts[$1, $2] = parts[$1, $2] " " $3 }
		END { for (i = 1; i <= n; i++) { split(order[i], a, SUBSEP)
			print "deb " a[1] " " a[2] parts[order[i]] } }' >"$root/etc/apt/sources.list"
	if [ -s "$work/keyring.gpg" ] && [ -n "$signed_elsewhere" ]; then
		install -m 644 "$work/keyring.gpg" "$root/etc/apt/trusted.gpg.d/machine.gpg"
	fi
	apt_settings >"$root/etc/apt/apt.conf.d/80machine"
	echo 'Acquire::Languages "none";' >"$root/etc/apt/apt.conf.d/90no-languages"
	echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
	rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin \
		"$root"/var/cache/apt/archives/*.deb "$root"/var/log/* "${root:?}"/dev/* \
		"$root"/var/cache/ldconfig/* "$root/etc/hostname" "$root/etc/resolv.conf"
	mkdir -p "$root/var/log/apt"
}

clean() {
	trap - EXIT
	rm -f "$part"
	[ -n "${work:-}" ] || return 0
	for m in proc sys dev/pts dev; do
		umount -q "$root/$m" 2>/dev/null || true
	done
	rm -rf --one-file-system "$work"
}

build() {
	command -v debootstrap >/dev/null ||
		die "debootstrap is missing: apt-get install debootstrap"
	# Beside neither a noexec /tmp nor the user's home: device nodes are made there.
	work=$(mktemp -d "${TMPDIR:-/var/tmp}/base-image.XXXXXX")
	root=$work/root
	trap clean EXIT
	trap 'clean; exit 130' INT TERM HUP
	keyring >"$work/keyring.gpg"
	signed_elsewhere=$(echo "$signed" | grep -v '/\(debian\|ubuntu\)-archive-keyring' || true)
	components=$(echo "$list" | awk -v m="$mirror" -v s="$suite" \
		'$1 == m && $2 == s { printf "%s%s", n++ ? "," : "", $3 }')
	say "debootstrap makes a minimal $suite from $mirror (about half a minute)"
	make_root
	finish_root
	set -- tar -C "$root" --numeric-owner --sort=name -c .
	if [ "$out" = - ]; then
		"$@"
	else
		"$@" >"$part"
		mv "$part" "$out"
	fi
}

[ $# = 1 ] || die "usage: base-image.sh OUT.tar | - | --name | --mirror"
command -v apt-get >/dev/null ||
	die "no apt on this machine: pull or import a base image instead"
arch=$(dpkg --print-architecture)
find_release
out=$1
part=$out.part-$$
if [ "$out" = --name ]; then
	echo "$suite-$arch"
elif [ "$out" = --mirror ]; then
	echo "$mirror"
elif [ "$(id -u)" = 0 ]; then
	build
elif ! command -v sudo >/dev/null; then
	die "debootstrap needs root; as root: sh $0 $out"
elif [ "$out" = - ]; then
	exec sudo sh "$0" -
else
	# Only the root file system is made by root: the file is the user's.
	trap clean EXIT
	# shellcheck disable=SC2024 # it is meant to be written by the user
	sudo sh "$0" - >"$part" || die "as root: sh $0 $out"
	mv "$part" "$out"
fi
