# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Debian trees in the user's cache: NAME-KEY/ holds tree.tar.zst and its sha256.  One is written
# under another name and renamed when whole; one that does not match its sum is thrown away and made
# again.  Sourced, after lib.sh.
#
#   cached_tree NAME KEY MAKER WHAT   sees to it that one is there: else `MAKER FILE SUITES` makes the
#                                     file, of the suites "all" or "main" of scripts/debian12-archive
#   unpack_tree FOLDER                unpacks it
#   forget_tree                       what an EXIT trap must do

cache=$(cache_dir)

entry_whole()
{
	[ -e "$entry/tree.tar.zst" ] && [ -e "$entry/sha256" ] &&
		(cd "$entry" && sha256sum --status -c sha256)
}

# One line about why the tree could not be made, from what the tools said.
why_failed()
{
	if grep -qE 'Could not resolve|Temporary failure resolving|Could not connect|Connection (refused|timed out)|Network is unreachable' "$1"; then
		echo "no network: Debian's archive cannot be reached, and nothing is cached yet"
	elif grep -qE 'unexpected size|Hash Sum mismatch' "$1"; then
		echo "an index of the archive does not fit its own signature just now"
	elif grep -q 'No space left' "$1"; then
		echo "no space left in $cache"
	else
		echo "the i386 tree could not be made"
	fi
}

# An archive that is being updated can hand out an index which does not fit its
# own signature; that passes, so it is tried again, and then without the
# security and update archives, which are the ones that change.  Locks stay ours: mmdebstrap gives
# dash the numbers of its own files, and dash knows none above 9.
try_suites()
{
	local maker=$1 log=$2 suites try=0

	for suites in all all main; do
		try=$((try + 1))
		rm -rf "$scratch"/*
		if TMPDIR=$scratch unshare --mount --propagation private \
			"$maker" "$scratch/tree.tar.zst" "$suites" >"$log" 2>&1 </dev/null 8>&- 9>&-; then
			break
		fi
		case $(why_failed "$log") in
		no*) try=3 ;;
		esac
		[ "$try" -lt 3 ] || die "$(why_failed "$log"); the log is $log"
		say "$(why_failed "$log"); trying again$([ $try = 1 ] || echo ' without updates and security')"
		cp "$log" "$log.$try"
		[ "$try" = 2 ] || sleep 15
	done
}

make_entry()
{
	local maker=$1 what=$2 log=$entry.log

	need_space "$cache" 4000
	say "making $what (two to five minutes, log $log)"
	try_suites "$maker" "$log"
	(cd "$scratch" && sha256sum tree.tar.zst >sha256)
	rm -rf "$entry"
	mkdir "$scratch/entry"
	mv "$scratch/tree.tar.zst" "$scratch/sha256" "$scratch/entry"
	mv "$scratch/entry" "$entry"
	rm -f "$log"*
}

cached_tree()
{
	entry=$cache/$1-$2
	if [ ! -d "${cache%/*}" ]; then
		mkdir -p "${cache%/*}"
		[ -z "${SUDO_UID:-}" ] || hand_over "${cache%/*}"
	fi
	mkdir -p "$cache"
	exec 8>"$cache/lock"
	flock -n 8 || { say "another build of a tree is at work; waiting"; flock 8; }
	rm -rf "$cache"/scratch-base.*
	if ! entry_whole; then
		[ ! -e "$entry" ] || say "the cached tree is damaged; making it again"
		scratch=$(mktemp -d "$cache/scratch-base.XXXXXX")
		make_entry "$3" "$4"
	fi
	forget_tree
	exec 8>&-
}

unpack_tree()
{
	tar -C "$1" --numeric-owner -xf "$entry/tree.tar.zst" -I zstd
}

forget_tree()
{
	rm -rf ${scratch:+"$scratch"}
	[ -z "${SUDO_UID:-}" ] || hand_over "$cache"
}
