# SPDX-License-Identifier: GPL-2.0-or-later
# machine: --profile counted
# The SYSENTER experiment at a few of its points: how often each variant writes the MSR,
# and that everybody's SYSENTER works meanwhile, which the sweep fails without.

# at VARIANT BY FIELD: of the row of that variant and way out, switches, outs or WRMSRs in
# the runs that counted WRMSRs.
at()
{
	awk -F, -v variant="$1" -v by="$2" -v field="$3" \
		'$1 == variant && $2 == by { print $field }' /tmp/sweep.csv
}

# wrmsr VARIANT BY LOW HIGH: WRMSRs a switch are between.
wrmsr()
{
	awk -v n="$(at "$1" "$2" 9)" -v switches="$(at "$1" "$2" 7)" -v low="$3" -v high="$4" 'BEGIN {
		printf "%d WRMSRs in %d switches\n", n, switches
		exit !(switches > 0 && n >= low * switches && n <= high * switches)
	}'
}

load
check "the sweep runs, and every system call by SYSENTER is answered" \
	"sweep/sweep -v 'classic lazy_sysenter user_return stacked' -b 1000 -i 30000 >/tmp/sweep.csv && cat /tmp/sweep.csv"
for by in user_return sched_out; do
	check "classic writes twice a switch, by $by" "wrmsr classic $by 1.99 2.6"
done
for variant in lazy_sysenter user_return stacked; do
	check "$variant: under 0.01 a switch at one return to user space per 1000" \
		"wrmsr $variant user_return 0.0015 0.01"
	check "$variant: twice a loss of the CPU, no more" \
		"awk -v n=\$(at $variant sched_out 9) -v outs=\$(at $variant sched_out 8) 'BEGIN { print n, outs; exit !(n >= 2 * outs - 2 && n <= 2 * outs + 2) }'"
done
unload
