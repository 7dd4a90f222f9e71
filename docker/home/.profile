# shellcheck shell=sh disable=SC1091
# Login shells get what interactive ones do.
[ -z "${BASH_VERSION:-}" ] || . "$HOME/.bashrc"
