# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What all scripts share: error messages, the owner of what is built, and how a script becomes
# root.  Sourced, never run; the script that sources it has set $top, the project's root.

# die MESSAGE [STATUS]: one line, and 3 ("the environment refuses") by default.
die()
{
	printf '%s: %s\n' "${me:-${0##*/}}" "$1" >&2
	exit "${2:-3}"
}

say()
{
	printf '%s: %s\n' "${me:-${0##*/}}" "$1" >&2
}

# tap WHAT WRONG [HINT]: a line of TAP, good if nothing is wrong; else failed=1.
tap()
{
	if [ -z "$2" ]; then
		echo "ok - $me: $1"
	else
		echo "not ok - $me: $1 # ${2//$'\n'/; }${3:+; $3}"
		# shellcheck disable=SC2034
		failed=1
	fi
}

# What root builds belongs to the user who called sudo, or else to the owner of the checkout.
owner()
{
	if [ -n "${SUDO_UID:-}" ] && [ -n "${SUDO_GID:-}" ]; then
		echo "$SUDO_UID:$SUDO_GID"
	else
		stat -c %u:%g "$top"
	fi
}

# hand_over PATH...: change the owner of what root made below PATH, but of whole systems in it
# (tests/debian13, scripts/i386-tree.sh).
hand_over()
{
	local who path

	[ "$(id -u)" = 0 ] || return 0
	who=$(owner)
	for path; do
		[ -e "$path" ] || continue
		find "$path" -xdev \( -path '*/build/debian13/root' -o -path '*/build/trees/*' \) -prune -o \
			\( ! -uid "${who%:*}" -o ! -gid "${who#*:}" \) \
			-exec chown -h "$who" {} + || :
	done
}

# The cache of the user who asked, also when sudo has moved HOME to root's.
cache_dir()
{
	local home=${HOME:-/root}

	if [ -n "${XDG_CACHE_HOME:-}" ]; then
		echo "$XDG_CACHE_HOME/switchyard"
		return
	fi
	if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER:-}" ]; then
		home=$(getent passwd "$SUDO_USER" | cut -d: -f6)
	fi
	echo "${home:-/root}/.cache/switchyard"
}

# become_root SCRIPT ARG...: go on as root, through sudo if need be.
become_root()
{
	[ "$(id -u)" != 0 ] || return 0
	command -v sudo >/dev/null ||
		die "must be root and there is no sudo: run as root, or install sudo"
	exec sudo ${XDG_CACHE_HOME:+"XDG_CACHE_HOME=$XDG_CACHE_HOME"} "$@"
}

# slowness KERNEL: the factor of all time limits in a lab machine of this kernel.
slowness()
{
	case $1 in
	debug) echo 4 ;;
	*) echo 1 ;;
	esac
}

# free_mb PATH: megabytes free where PATH will be (its nearest folder).
free_mb()
{
	local path=$1

	while [ ! -d "$path" ]; do
		path=$(dirname "$path")
	done
	df -Pm "$path" | awk 'NR == 2 { print $4 }'
}

# need_space PATH MB
need_space()
{
	local have

	have=$(free_mb "$1")
	[ "$have" -ge "$2" ] ||
		die "no space: $1 needs $2 MB and has $have MB; free some and try again"
}
