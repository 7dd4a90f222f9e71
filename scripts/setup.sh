#!/bin/sh
# SPDX-License-Identifier: MIT
# setup.sh [PURPOSE…] : finds what is missing and installs it through the distribution's
# packages. Purposes: build (default), trainer, engine, base, demo, test, engines, doors,
# cluster, lint, bench, fuzz, deb, packages.
# NO_INSTALL=1 only tells and ends with status 1 when something is missing.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# purpose | probes, any of them is enough | apt | dnf | pacman | zypper | apk | what for
# Probes: prog:NAME  hdr:FILE below an include directory  lib:SONAME  file:PATH  glob:PATTERN
# py:MODULE  sh:COMMAND.
# An installed cnnrun knows use, engine, base and gpu: scripts/packages.lua.
# "-" = no such package there; a/b = the first that this release has.
needs() {
	cat <<'END'
build|prog:cc|gcc|gcc|gcc|gcc|gcc|C compiler
build|hdr:stdio.h|libc6-dev|glibc-devel|glibc|glibc-devel|musl-dev|headers of the C library
build|prog:make|make|make|make|make|make|make
build|prog:pkg-config|pkg-config|pkgconf-pkg-config|pkgconf|pkg-config|pkgconf|finds the libraries below
build|hdr:lua5.4/lua.h,hdr:lua.h|liblua5.4-dev|lua-devel|lua|lua54-devel|lua5.4-dev|Lua 5.4, the language of profiles
build|hdr:curl/curl.h|libcurl4-gnutls-dev|libcurl-devel|curl|libcurl-devel|curl-dev|downloads of the trainer
build|hdr:cjson/cJSON.h|libcjson-dev|cjson-devel|cjson|cjson-devel|cjson-dev|JSON
build|hdr:seccomp.h|libseccomp-dev|libseccomp-devel|libseccomp|libseccomp-devel|libseccomp-dev|the jail of profiles
build|hdr:xcb/xcb.h|libxcb1-dev|libxcb-devel|libxcb|libxcb-devel|libxcb-dev|access to the X display
build|hdr:X11/Xauth.h|libxau-dev|libXau-devel|libxau|libXau-devel|libxau-dev|cookies of the X display
build|hdr:archive.h|libarchive-dev|libarchive-devel|libarchive|libarchive-devel|libarchive-dev|build contexts as tar
build|hdr:sqlite3.h|libsqlite3-dev|sqlite-devel|sqlite|sqlite3-devel|sqlite-dev|databases of rpm
build|hdr:nghttp2/nghttp2.h|libnghttp2-dev|libnghttp2-devel|libnghttp2|libnghttp2-devel|nghttp2-dev|what builds ask for while they run
build|hdr:openssl/ssl.h|libssl-dev|openssl-devel|openssl|libopenssl-devel|openssl-dev|engines behind TLS
build|hdr:yaml.h|libyaml-dev|libyaml-devel|libyaml|libyaml-devel|yaml-dev|compose files
build|hdr:nettle/sha2.h|nettle-dev|nettle-devel|nettle|libnettle-devel|nettle-dev|digests
trainer|prog:cc|gcc|gcc|gcc|gcc|gcc|C compiler
trainer|prog:make|make|make|make|make|make|make
trainer|hdr:zlib.h|zlib1g-dev|zlib-devel|zlib|zlib-devel|zlib-dev|reads compressed data sets
engine|prog:dockerd|docker.io|moby-engine|docker|docker|docker-engine|container engine
engine|prog:iptables|iptables|iptables|iptables|iptables|iptables|the engine's networks
gpu|prog:nvidia-ctk,prog:nvidia-container-cli|nvidia-container-toolkit|nvidia-container-toolkit|nvidia-container-toolkit|nvidia-container-toolkit|-|GPUs in containers
use|prog:ssh|openssh-client|openssh-clients|openssh|openssh-clients|openssh-client|engines on other machines
use|prog:git|git|git|git|git|git|snapshots for jobs
use|lib:libssl.so.3|libssl3|openssl-libs|openssl|libopenssl3|libssl3|engines behind TLS
use|lib:libarchive.so.13|libarchive13|libarchive|libarchive|libarchive13|libarchive|builds of images
use|lib:libxcb.so.1|libxcb1|libxcb|libxcb|libxcb1|libxcb|windows on the display
use|lib:libXau.so.6|libxau6|libXau|libxau|libXau6|libxau|windows on the display
use|prog:lua5.4,prog:lua|lua5.4|lua|lua|lua54|lua5.4|cnnrun test
use|prog:busted|lua-busted|-|lua-busted|-|-|cnnrun test
base|prog:debootstrap|debootstrap|-|-|-|-|base image where no registry can be reached
test|prog:dockerd|docker.io|moby-engine|docker|docker|docker-engine|the tests' own container engine
test|prog:docker|docker-cli/docker.io|docker-cli|docker|docker|docker-cli|the tests compare with docker's command line
test|sh:docker buildx version >/dev/null,sh:case $(/usr/bin/docker --version) in *\ 20.*) ;; *) false ;; esac|docker-buildx/docker.io|docker-buildx-plugin|docker-buildx|docker-buildx|docker-cli-buildx|builds to compare with (docker 20 has them built in)
test|prog:docker-compose|docker-compose|docker-compose|docker-compose|docker-compose|docker-cli-compose|compose files to compare with
test|prog:iptables|iptables|iptables|iptables|iptables|iptables|container engine
test|prog:ip|iproute2|iproute|iproute2|iproute2|iproute2|the tests' own network bridge
test|file:/bin/busybox,file:/usr/bin/busybox|busybox-static|busybox|busybox|busybox-static|busybox-static|small test image
test|prog:docker-registry|docker-registry|-|-|-|-|pulls with a password
test|prog:htpasswd|apache2-utils|-|-|-|-|that password
test|prog:podman|podman|podman|podman|podman|podman|the other engine of the tests
test|prog:newuidmap|uidmap|shadow-utils|shadow|shadow|shadow-uidmap|subordinate ids, for rootless Podman
test|prog:slirp4netns|slirp4netns|slirp4netns|slirp4netns|slirp4netns|slirp4netns|the network of rootless engines
test|prog:nft|nftables|nftables|nftables|nftables|nftables|its networks, in newer ones
test|file:/usr/lib/podman/netavark,file:/usr/libexec/podman/netavark|netavark|netavark|netavark|netavark|netavark|its networks
test|file:/usr/lib/podman/aardvark-dns,file:/usr/libexec/podman/aardvark-dns|aardvark-dns|aardvark-dns|aardvark-dns|aardvark-dns|aardvark-dns|names in them
test|prog:runc|runc|runc|runc|runc|runc|its runtime
test|prog:catatonit|catatonit|catatonit|catatonit|catatonit|catatonit|its init process
test|prog:g++|g++|gcc-c++|gcc|gcc-c++|g++|runs the trainer's GPU kernels on the CPU
test|prog:mpirun|openmpi-bin|openmpi|openmpi|openmpi|openmpi|the trainer in several processes
test|prog:mpicc|libopenmpi-dev|openmpi-devel|openmpi|openmpi-devel|openmpi-dev|the trainer in several processes
test|hdr:cairo/cairo-xlib.h|libcairo2-dev|cairo-devel|cairo|cairo-devel|cairo-dev|the trainer's window
test|hdr:png.h|libpng-dev|libpng-devel|libpng|libpng-devel|libpng-dev|pictures for the trainer
test|hdr:jpeglib.h|libjpeg-dev|libjpeg-turbo-devel|libjpeg-turbo|libjpeg8-devel|libjpeg-turbo-dev|pictures for the trainer
test|hdr:libdeflate.h|libdeflate-dev|libdeflate-devel|libdeflate|libdeflate-devel|libdeflate-dev|the trainer reads its data set twice as fast
test|prog:git|git|git|git|git|git|obeys what a container could have laid
test|prog:strace|strace|strace|strace|strace|strace|counts how often a build opens its files
test|prog:setpriv|util-linux|util-linux|util-linux|util-linux|setpriv|tests as an ordinary user
test|prog:Xvfb|xvfb|xorg-x11-server-Xvfb|xorg-server-xvfb|xorg-x11-server-Xvfb|xvfb|X server without a screen
test|prog:xauth|xauth|xorg-x11-xauth|xorg-xauth|xauth|xauth|cookies of that server
test|prog:sshd|openssh-server|openssh-server|openssh|openssh-server|openssh-server|displays of ssh -X, engines behind ssh
test|prog:openssl|openssl|openssl|openssl|openssl|openssl|certificates
test|prog:xdotool|xdotool|xdotool|xdotool|xdotool|xdotool|finds windows, presses keys
test|prog:xwd|x11-apps|xwd|xorg-xwd|xwd|xwd|screenshots
test|prog:xwininfo|x11-utils|xwininfo|xorg-xwininfo|xwininfo|xwininfo|looks for left windows
test|prog:xset|x11-xserver-utils|xset|xorg-xset|xset|xset|looks whether a user is admitted
test|prog:xhost|x11-xserver-utils|xhost|xorg-xhost|xhost|xhost|looks at the display's access list
test|prog:valgrind|valgrind|valgrind|valgrind|valgrind|valgrind|memory of many launches
test|hdr:cmocka.h|libcmocka-dev|libcmocka-devel|cmocka|libcmocka-devel|cmocka-dev|tests of the C code
test|prog:python3|python3|python3|python|python3|python3|end-to-end tests
test|file:/usr/lib/python3/dist-packages/pyte/__init__.py,py:pyte|python3-pyte|python3-pyte|python-pyte|-|py3-pyte|model of a screen
test|prog:zsh|zsh|zsh|zsh|zsh|zsh|its completion is tested
test|prog:fish|fish|fish|fish|fish|fish|the same
test|file:/usr/share/bash-completion/bash_completion|bash-completion|bash-completion|bash-completion|bash-completion|bash-completion|the same
test|file:/usr/lib/python3/dist-packages/torch/__init__.py,py:torch|python3-torch|python3-torch|python-pytorch|-|-|reference of the trainer's tests
test|file:/usr/share/datasets/fashion-mnist|dataset-fashion-mnist|-|-|-|-|real images for the trainer's tests
test|prog:mandoc|mandoc|mandoc|mandoc|mandoc|mandoc|pages for man without mistakes
test|prog:groff|groff|groff-base|groff|groff|groff|the same
test|prog:munged|munge|munge|munge|munge|munge|logins within a Slurm cluster
test|prog:slurmctld|slurmctld|slurm-slurmctld|slurm-llnl|slurm|slurm|a Slurm cluster of this machine alone
test|prog:slurmd|slurmd|slurm-slurmd|slurm-llnl|slurm-node|slurm|the same
test|prog:sbatch|slurm-client|slurm|slurm-llnl|slurm|slurm|the same
test|glob:/usr/lib/*/slurm-wlm/auth_munge.so,glob:/usr/lib*/slurm*/auth_munge.so|slurm-wlm-basic-plugins|slurm|slurm-llnl|slurm|slurm|the same
cluster|prog:slurmdbd|slurmdbd|slurm-slurmdbd|slurm-llnl|slurm-slurmdbd|slurm|accounts of jobs
cluster|prog:mariadbd|mariadb-server-core|mariadb-server|mariadb|mariadb|mariadb|the database behind them
cluster|prog:mariadb|mariadb-client-core|mariadb|mariadb-clients|mariadb-client|mariadb-client|the same
cluster|glob:/usr/lib/*/slurm-wlm/accounting_storage_mysql.so,glob:/usr/lib*/slurm*/accounting_storage_mysql.so|slurm-wlm-mysql-plugin|slurm-slurmdbd|slurm-llnl|slurm-sql|slurm|the same
cluster|prog:shellcheck|shellcheck|ShellCheck|shellcheck|ShellCheck|shellcheck|checks the Epilog
deb|prog:dpkg-buildpackage|dpkg-dev|-|-|-|-|Debian packages
deb|prog:dh|debhelper|-|-|-|-|the same
packages|prog:lintian|lintian|-|-|-|-|Debian packages without mistakes
engines|prog:mmdebstrap|mmdebstrap|-|-|-|-|roots of other releases with their engines
engines|prog:rootlesskit|rootlesskit|-|rootlesskit|rootlesskit|-|rootless Docker
cluster|prog:mmdebstrap|mmdebstrap|-|-|-|-|kubectl of a later release, where this one's is too old
doors|prog:npm|npm|npm|npm|npm|npm|installs the devcontainer CLI, to compare with
bench|glob:/usr/lib/*/openblas-openmp,glob:/usr/lib*/libopenblaso.so*|libopenblas0-openmp|openblas-openmp|openblas|-|-|PyTorch at its best, to compare the trainer with
bench|glob:/usr/lib/*/libtcmalloc_minimal.so.4,glob:/usr/lib*/libtcmalloc_minimal.so.4|libtcmalloc-minimal4|gperftools-libs|gperftools|libtcmalloc4|-|PyTorch at its best, to compare the trainer with
bench|prog:mmdebstrap|mmdebstrap|-|-|-|-|PyTorch of another release, in a root of its own
fuzz|prog:clang|clang|clang|clang|clang|clang|compiler with libFuzzer
fuzz|glob:/usr/lib*/llvm*/lib*/clang/*/lib/*/libclang_rt.fuzzer*.a,glob:/usr/lib*/clang/*/lib/*/libclang_rt.fuzzer*.a|libclang-rt-14-dev|compiler-rt|compiler-rt|clang|compiler-rt|libFuzzer itself
lint|prog:git|git|git|git|git|git|which files there are
lint|prog:clang-format|clang-format|clang-tools-extra|clang|clang-tools|clang-extra-tools|format of the C code
lint|prog:clang-tidy|clang-tidy|clang-tools-extra|clang|clang-tools|clang-extra-tools|static analysis
lint|prog:cppcheck|cppcheck|cppcheck|cppcheck|cppcheck|cppcheck|static analysis
lint|prog:shellcheck|shellcheck|ShellCheck|shellcheck|ShellCheck|shellcheck|checks shell scripts
lint|prog:luacheck|lua-check|-|luacheck|-|-|checks Lua scripts
END
}

# What a purpose includes. The engine is not among demo's: scripts/engine.sh asks for it
# only where none answers.
expand() {
	case $1 in
	build) echo "build trainer" ;;
	trainer | engine | base | use) echo "$1" ;;
	demo) echo "build trainer base" ;;
	test) echo "build trainer base use test deb packages" ;;
	deb) echo "build trainer deb" ;;
	packages) echo "build trainer base use test deb packages" ;;
	engines) echo "build trainer base use test engines" ;;
	doors) echo "build trainer base use test doors" ;;
	cluster) echo "build trainer base use test cluster" ;;
	bench) echo "build trainer base use test bench" ;;
	lint) echo "build trainer use test lint" ;;
	fuzz) echo "build fuzz" ;;
	*) echo "setup.sh: no purpose $1 (build trainer engine base demo test engines doors lint cluster bench fuzz deb packages)" >&2
		exit 2 ;;
	esac
}

any_exists() {
	for path; do
		[ ! -e "$path" ] || return 0
	done
	return 1
}

probe() {
	name=${1#*:}
	case $1 in
	prog:*) command -v "$name" >/dev/null ;;
	hdr:*) any_exists "/usr/include/$name" "/usr/local/include/$name" \
		/usr/include/*-linux-*/"$name" ;;
	lib:*) any_exists /lib/"$name" /lib/*/"$name" /usr/lib*/"$name" /usr/lib/*/"$name" ;;
	file:*) [ -e "$name" ] ;;
	glob:*)
		# shellcheck disable=SC2086 # to be expanded
		any_exists $name
		;;
	sh:*) eval "$name" 2>/dev/null ;;
	py:*) command -v python3 >/dev/null && python3 -c \
		"import importlib.util as u, sys; sys.exit(not u.find_spec('$name'))" ;;
	esac
}

probe_any() {
	IFS=,
	for one in $1; do
		probe "$one" && return 0
	done
	return 1
}

manager() {
	for m in apt-get dnf pacman zypper apk; do
		if command -v $m >/dev/null; then
			echo $m
			return
		fi
	done
	echo none
}

# Tells what is missing; leaves the packages in $packages, what has none in $unknown.
find_missing() {
	packages='' unknown=''
	while IFS='|' read -r purpose probes apt dnf pacman zypper apk why; do
		case " $wanted " in *" $purpose "*) ;; *) continue ;; esac
		(probe_any "$probes") && continue
		[ -n "${manager:-}" ] || manager=$(manager)
		case $manager in
		apt-get) package=$apt ;; dnf) package=$dnf ;; pacman) package=$pacman ;;
		zypper) package=$zypper ;; apk) package=$apk ;; *) package=- ;;
		esac
		if [ "$package" = - ]; then
			case $manager:$purpose in
			apt-get:* | none:*) unknown="$unknown ${probes%%,*}" ;;
			*) echo "setup: no $manager package for ${probes%%,*} ($why): what needs it is left out" >&2 ;;
			esac
			continue
		fi
		case " $packages " in *" $package "*) continue ;; esac
		packages="$packages $package"
		echo "setup: missing $package: $why" >&2
	done <<END
$table
END
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "setup: no root and no sudo here; as root: $*" >&2
		return 1
	fi
}

apt_knows() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }

# The packages of the list as this release names them; fails where apt knows one by no name.
apt_names() {
	for p; do
		for name in $(echo "$p" | tr / ' '); do
			apt_knows "$name" && break
			name=
		done
		[ -n "$name" ] || return 1
		echo "$name"
	done
}

install_packages() {
	echo "setup: $manager installs$packages" >&2
	# shellcheck disable=SC2086 # a list of words
	case $manager in
	apt-get)
		apt="env DEBIAN_FRONTEND=noninteractive apt-get -qq -y"
		fresh=
		if ! names=$(apt_names $packages); then
			as_root $apt update >&2
			fresh=1
			names=$(apt_names $packages) || names=$packages # apt says which it lacks
		fi
		as_root $apt install --no-install-recommends $names >&2 && return
		[ -z "$fresh" ] || return 1 # lists are new: it was something else
		as_root $apt update >&2
		as_root $apt install --no-install-recommends $names >&2
		;;
	dnf) as_root dnf -q -y install $packages >&2 ;;
	pacman) as_root pacman -Sy --needed --noconfirm $packages >&2 ;;
	zypper) as_root zypper -n -q install --no-recommends $packages >&2 ;;
	apk) as_root apk add -q $packages >&2 ;;
	esac
}

[ $# -gt 0 ] || set -- build
wanted=
for p; do
	more=$(expand "$p") || exit 2
	wanted="$wanted $more"
done
table=$(needs)
manager=
find_missing
if [ -n "$unknown" ]; then
	echo "setup: please install by hand:$unknown" >&2
	exit 1
fi
[ -n "$packages" ] || exit 0
if [ -n "${NO_INSTALL:-}" ]; then
	echo "setup: NO_INSTALL is set; to install:$packages" >&2
	exit 1
fi
install_packages || {
	echo "setup: could not install:$packages" >&2
	exit 1
}
find_missing 2>/dev/null
[ -z "$packages$unknown" ] || {
	echo "setup: still missing after the installation:$packages$unknown" >&2
	exit 1
}
