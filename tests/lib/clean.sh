# SPDX-License-Identifier: MIT
# Sourced by what runs tests: takes all out of the environment that is not named here, so
# that no result depends on the caller's proxy, engine, display, language or umask.
# $proxy holds the caller's proxy for what has to reach a mirror, as words for env.
# shellcheck shell=sh
CNNRUN_TEST_CACHE=${CNNRUN_TEST_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/cnnrun}
# shellcheck disable=SC2034 # for who sources this
proxy=$(env | grep -iE '^(https?|ftp|all|no)_proxy=[^ ]*$' || true)
names=$(awk 'BEGIN { for (n in ENVIRON) if (n ~ /^[A-Za-z_][A-Za-z0-9_]*$/) print n }')
for name in $names; do
	case $name in
	PATH | PWD | BUILD | CLUSTER | ROWS | DOORS | DOORS_DUMP | KEEP | LOGS | TESTS | N | ONLY | BASE | SLOWNESS | SOAK_* | CNNRUN_TEST_*) ;;
	MAKE* | MFLAGS | HARDEN | CC | CXX | NVCC | CUDA* | CI | *FLAGS) ;; # of the compiler
	PKG_CONFIG_* | LD_LIBRARY_PATH | CCACHE_*) ;;
	*) unset "$name" ;;
	esac
done
unset name names
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
LC_ALL=C.UTF-8
export LC_ALL CNNRUN_TEST_CACHE
umask 022
