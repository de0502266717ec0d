# SPDX-License-Identifier: GPL-2.0-or-later
# machine: --profile counted
# debug: it counts instructions, of a kernel without checks
# Where the TSC counts instructions a benchmark gives the same number again and again, in
# one run and in the next, but where an interrupt of the Host's fell into a sample.

samples=/tmp/samples

# one_run N: samples of the null hypercall, the no-op twin's left out, in $samples.N,
# and how many interrupts the Guest was left for.
one_run()
{
	rm -f "$samples.all"
	./lg --counters --samples "$samples.all" guests/bench/null_hypercall 2>/tmp/counters || return
	awk '$1 == "host_irq" { print $2 }' /tmp/counters >"$samples.irqs.$1"
	grep '^null_hypercall,' "$samples.all" | cut -d, -f3 >"$samples.$1"
	[ -s "$samples.$1" ] && [ -s "$samples.irqs.$1" ]
}

# The tick comes every four million instructions; beside those that met the Guest itself
# (host_irq) it may have met the Host in the middle of a sample.
compare()
{
	paste "$samples.1" "$samples.2" | awk -v irqs="$(cat "$samples.irqs.1" "$samples.irqs.2" | awk "{ n += \$1 } END { print n }")" '
		{ n++; differ += $1 != $2; all += $1 + $2; count[$1]++; count[$2]++ }
		END {
			for (v in count) if (count[v] > count[mode]) mode = v
			for (v in count) if (v + 0 < mode + 0) low += count[v]
			other = 2 * n - count[mode]
			ticks = int(all / 4000000) + 2
			printf "%d of %d differ; %d are not the usual %d, %d of them below; ",
				differ, n, other, mode, low
			printf "%d interrupts in the Guest, at most %d ticks\n", irqs, ticks
			print (n && differ <= n / 100 ? "alike" : "not alike")
			print (n && other <= irqs + ticks && !low ? "explained" : "unexplained")
		}'
}

load
check "a run of the null hypercall" "one_run 0"
check "one run" "one_run 1"
check "and another" "one_run 2"
check "at least 99 % of their samples are the same" compare 0 '^alike'
check "the rest are no more than the interrupts, and cost more" compare 0 '^explained'
compare | sed "s,^,# ,"
unload
