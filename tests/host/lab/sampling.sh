# SPDX-License-Identifier: GPL-2.0-or-later
# What `bench --native` owes to numbers that scatter: one CPU, an order that changes, several loads of
# the module, a warm-up that is dropped, and counters of the CPU where there are any.

run=/tmp/run

# bench [OPTION]...: what is measured matters less here than how.
bench()
{
	rm -rf $run
	./switchyard bench --native --bench null_hypercall,in_host --variant classic,stacked \
		--twin plain --arguments samples=30 -o $run "$@"
}

# The cells of a boot as they came.
order()
{
	awk -F, -v boot="$1" 'NR > 1 && $4 == boot && !seen[$1, $2]++ { printf "%s %s, ", $1, $2 }' $run/samples.csv
}

orders_differ()
{
	bench --boots 2 >/dev/null && order 1 && echo && order 2 && [ "$(order 1)" != "$(order 2)" ]
}

# The program, and with it each Launcher that it starts, may run on the last CPU alone.
pinned()
{
	local allowed=none last=$(($(nproc) - 1)) pid n

	./switchyard bench --native --bench null_hypercall --runs 1000 -o $run.pinned >/dev/null 2>&1 &
	pid=$!
	for n in $(seq 100); do
		sleep 0.1
		allowed=$(sed -n 's/^Cpus_allowed_list:\t//p' /proc/$pid/status)
		[ "$allowed" != $last ] || break
	done
	kill -TERM $pid
	wait $pid
	rm -rf $run.pinned
	echo "it may run on $allowed"
	[ "$allowed" = $last ]
}

# The parameter `layout` of each boot's module.
loaded_twice()
{
	sed -n '/"boots"/,$s/.*"seed": "\([0-9]*\)".*/\1/p' $run/env.json | tee /tmp/seeds
	[ "$(sort -u /tmp/seeds | wc -l)" = 2 ]
}

loaded_before()
{
	load && bench --boots 2
	set -- $?
	rmmod switchyard || return 99
	return "$1"
}

# counted EVENT BENCH FROM TO: events of one sample, in each variant.
counted()
{
	awk -F, -v event="$1" -v bench="$2" -v from="$3" -v to="$4" '
		$1 == bench && $6 == event {
			each = ($11 - $9) / ($10 - $8)
			print $0 ": " each
			n++
			bad += each < from || each > to
		}
		END { exit bad || !n }' $run/pmu.csv
}

rmmod switchyard 2>/dev/null
check "a tier that this machine has not is refused, and it is said which it has" "bench --tier cycles" 3 \
	'measures tier rehearsal, not cycles .*not invariant.*say --tier rehearsal'
check "a run of two boots says that they are loads" "bench --boots 2 && grep warnings -A 3 $run/run.json" 0 \
	'the 2 boots are loads of the module, in one start of this machine'
check "each has loaded the module, with an order of pages of its own" loaded_twice
check "and takes it out" "! grep -q '^switchyard ' /proc/modules"
check "which one that is loaded already forbids" loaded_before 3 'rmmod it first'
check "their orders differ" orders_differ 0 'null_hypercall stacked'
check "the warm-up is dropped" "bench --warmup 10 && awk -F, '\$1 == \"in_host\" && \$2 == \"classic\"' $run/net.csv | wc -l" 0 '^20$'
check "Guests run on one CPU" pinned 0
check "counters: a run with them" "bench --pmu --arguments samples=600" 0 '/tmp/run'
check "a hypercall does not lose the CPU" "counted context_switches null_hypercall -0.4 0.4"
check "what this CPU does not count has a reason" "grep -A 10 '\"pmu\"' $run/env.json" 0 \
	'"dtlb_load_misses": "(counted|this CPU, or its emulator, shows the kernel no such counter)"'
check "no file of a run without them" "bench && ! [ -e $run/pmu.csv ]"
bench --pmu --bench cpu_move --arguments samples=600 >/dev/null 2>&1
check "two moves to another CPU do, each time" "counted context_switches cpu_move 1.8 2.5"
check "the workloads of Linux have none" \
	"./switchyard bench --native --guest linux --bench getppid --pmu -o $run.linux" 2 'it wants --guest tiny'
