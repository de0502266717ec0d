# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# One-line checks: what is checked, the command, its exit status, and a pattern that
# its output, errors included, must match.  Sourced by what runs them, in the lab
# machine and outside.
#
#	check "a missing module is named" "./lg tiny" 3 "load the module first"
#
# A line of TAP is printed for each; the output of one that failed goes to stderr.

# last_words: of what is read, the last line, as it may stand in a line of TAP: printable
# ASCII without a mark of TAP's.
last_words()
{
	tail -n 1 | LC_ALL=C tr -c ' -"$-~\n' '?' | cut -c1-120
}

check()
{
	local what=$1 command=$2 want=${3:-0} pattern=${4:-} output status=0 why=

	output=$(eval "$command" 2>&1 </dev/null) || status=$?
	if [ "$status" != "$want" ]; then
		why="status $status, not $want"
	elif [ -n "$pattern" ] && ! grep -qE -- "$pattern" <<<"$output"; then
		why="no '$pattern' in what it said"
	fi
	if [ -z "$why" ]; then
		echo "ok - $what"
		return
	fi
	echo "not ok - $what # $why: $(last_words <<<"$output")"
	printf '== %s\n$ %s\n%s\n== status %s\n' "$what" "$command" "$output" "$status" >&2
}

# group_gone PGID: every process of this group has ended, or does so in three seconds.
group_gone()
{
	local n

	for n in $(seq 30); do
		ps -eo pgid,comm | grep -q "^ *$1 " || return 0
		sleep 0.1
	done
	ps -eo pgid,comm | grep "^ *$1 "
	return 1
}
