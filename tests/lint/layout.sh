# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# The table of docs/layout.md as rules.  Its rows are `| folder | what it is | folders it knows |`,
# each folder as `name/`.

# layout_rules FILE: lines `knows FOLDER FOLDER`, and `knows FOLDER` for each row.
layout_rules()
{
	awk -F'|' '/^\| *`[a-z_\/]+\/` *\|/ {
		gsub(/[` ]/, "", $2)
		sub(/\/$/, "", $2)
		print "knows", $2
		n = split($4, some, "`")
		for (i = 2; i <= n; i += 2) {
			sub(/\/$/, "", some[i])
			print "knows", $2, some[i]
		}
	}' "$1"
}

# unit(PATH): the deepest folder of the table that it lies in; may(FROM, TO): whether it knows.
layout_awk='
	$1 == "knows" { folder[$2] = 1; if (NF > 2) knows[$2, $3] = 1; next }
	function unit(path,    here, best) {
		best = ""
		for (here in folder)
			if (index(path, here "/") == 1 && length(here) > length(best))
				best = here
		return best
	}
	function may(from, to,    a, b) {
		a = unit(from)
		b = unit(to)
		return a != "" && b != "" && (a == b || (a, b) in knows)
	}
'
