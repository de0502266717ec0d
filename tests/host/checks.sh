# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The checks of every test that is a script, in the lab machine and outside.  Each prints a line of
# TAP; the output of a failed command follows as TAP's comment.
#
#	check "a missing module is named" "./lg tiny" 3 "load the module first"
#	expect "a missing module is named" 3 "load the module first" ./lg tiny
#	holds "the files are alike" cmp old new
#
# What the last command said is in $work/said, or in a file of /tmp where there is no $work.

# last_words: of what is read, the last line, as it may stand in a line of TAP: printable
# ASCII without a mark of TAP's.
last_words()
{
	tail -n 1 | LC_ALL=C tr -c ' -"$-~\n' '?' | cut -c1-120
}

# verdict STATUS WHAT [FILE]: good if STATUS is 0; else the end of FILE is shown.
verdict()
{
	if [ "$1" = 0 ]; then
		echo "ok - $2"
		return
	fi
	echo "not ok - $2"
	[ -z "${3:-}" ] || [ ! -e "$3" ] || tail -n 40 "$3" | LC_ALL=C tr -c ' -~\t\n' '?' | sed 's/^/# /'
}

said_file()
{
	echo "${work:-${TMPDIR:-/tmp}}/said"
}

# outcome WHAT STATUS WANTED PATTERN FILE: good if STATUS is the one that is wanted and a line of
# FILE, what was said, holds PATTERN, unless that is empty.
outcome()
{
	if [ "$2" != "$3" ]; then
		verdict 1 "$1 # status $2, not $3" "$5"
	elif [ -n "$4" ] && ! grep -qE -e "$4" "$5"; then
		verdict 1 "$1 # no '$4' in what it said" "$5"
	else
		verdict 0 "$1"
	fi
}

# expect WHAT STATUS PATTERN COMMAND...: COMMAND is run by this shell, with errors where its
# output is.
expect()
{
	local what=$1 want=$2 pattern=$3 status=0 said

	shift 3
	said=$(said_file)
	"$@" >"$said" 2>&1 </dev/null || status=$?
	outcome "$what" "$status" "$want" "$pattern" "$said"
}

# check WHAT COMMAND [STATUS [PATTERN]]: COMMAND is a string for a shell of its own, and what it
# leaves in the background must end or let go of the output too.
check()
{
	local output status=0 said

	said=$(said_file)
	output=$(eval "$2" 2>&1 </dev/null) || status=$?
	printf '%s\n' "$output" >"$said"
	outcome "$1" "$status" "${3:-0}" "${4:-}" "$said"
}

# holds WHAT COMMAND...: COMMAND ends well.
holds()
{
	local what=$1

	shift
	expect "$what" 0 '' "$@"
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
