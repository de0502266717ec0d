# SPDX-License-Identifier: GPL-2.0-or-later
# What `bench --prepare` changes meanwhile, and that it is as before afterwards, whatever becomes of it.

prepared=/run/switchyard-prepared

settings()
{
	cat /proc/irq/*/smp_affinity_list /proc/sys/kernel/nmi_watchdog
}

# bench SAMPLES [OPTION]...
bench()
{
	local samples=$1

	shift
	rm -rf /tmp/run
	./switchyard bench --native --bench null_hypercall --variant classic --twin plain \
		--arguments samples="$samples" -o /tmp/run "$@"
}

as_before()
{
	settings | diff /tmp/before - && [ ! -e $prepared ]
}

# It is killed as soon as it has changed something.
killed()
{
	local n

	bench 20 --runs 1000 --prepare >/dev/null 2>&1 &
	for n in $(seq 300); do
		! pgrep -x lg >/dev/null || break
		sleep 0.1
	done
	pkill -KILL -x switchyard
	wait
	pkill -KILL -x lg
	while pgrep -x lg >/dev/null; do sleep 0.1; done
	rmmod switchyard || return
	[ -e $prepared ] && ! settings | diff /tmp/before - >/tmp/changed && grep -q '^> 0$' /tmp/changed
}

settings >/tmp/before
check "a prepared run" "bench 20 --prepare" 0 '/tmp/run'
check "its environment has what was changed, and the values before" \
	"grep -A 30 '\"changed\"' /tmp/run/env.json" 0 'proc/irq/[0-9]+/smp_affinity_list.: .0-1'
check "all is put back" as_before
check "a run that is not prepared changes nothing" "bench 20 && ! grep '\"changed\"' /tmp/run/env.json"
check "one that is killed leaves it changed" killed
check "which check says" "./switchyard check --native; :" 0 'a run that was killed has left'
check "and the next run puts it back" "bench 20 >/dev/null 2>&1 && as_before"
