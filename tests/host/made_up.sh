# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Runs made up for a test, so that the right answer is known.

# a_run FOLDER TIER CELL...: a run.json of cells BENCH/VARIANT=MEDIAN[,MEDIAN]..., a median
# for each boot.
a_run()
{
	local folder=$1 tier=$2 unit=ticks cell name comma='' boot median

	shift 2
	[ "$tier" != insns ] || unit=insns
	mkdir -p "$folder"
	{
		printf '{"schema": "switchyard-run-1", "tool": {"dirty": false}, "tier": "%s",
			"unit": "%s", "interrupted": false, "void": %s, "warnings": [],
			"plan": {"smallest_effect": %s}, "env": {"tier": "%s"}, "results": [' \
			"$tier" "$unit" "${VOID:-null}" "${SMALLEST:-0}" "$tier"
		for cell; do
			name=${cell%%=*}
			printf '%s{"bench": "%s", "variant": "%s", "twin": "plain", "summary":
				{"median": %s, "share_at_median": %s}, "boots": [' "$comma" \
				"${name%/*}" "${name#*/}" "$(cut -d= -f2 <<<"$cell" | cut -d, -f1)" \
				"${SHARE:-0.99}"
			boot=0 comma=
			for median in $(cut -d= -f2 <<<"$cell" | tr , ' '); do
				boot=$((boot + 1))
				printf '%s{"id": %s, "summary": {"median": %s}}' "$comma" $boot "$median"
				comma=,
			done
			printf ']}'
			comma=,
		done
		printf ']}\n'
	} >"$folder/run.json"
}
