# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Guests of different variants on the same CPUs, sourced by files of lab/.  A lever keeps the
# Host CPU changed for longer than a switch and remembers that it has; here somebody else
# changes it meanwhile.

switches=guests/demos/switches
cpu1=/sys/devices/system/cpu/cpu1/online

variants()
{
	cut -d';' -f1 variants.list
}

# spin VARIANT CPUS: a Guest that does nothing but switch; its process is $attacker.
spin()
{
	taskset "$2" ./lg --variant "$1" $switches count=4000000000 >/tmp/attacker 2>&1 &
	attacker=$!
}

# attack VARIANT CPUS: one that has filled its page tables and tries SYSENTER without end.
attack()
{
	local n

	: >/tmp/attacker
	taskset "$2" ./lg --variant "$1" guests/attacks/sysenter rounds=4000000000 \
		>/tmp/attacker 2>&1 &
	attacker=$!
	for n in $(seq 600); do
		! grep -q filled /tmp/attacker || return 0
		sleep 0.1
	done
	return 1
}

# It must still be there with nothing to say, and SIGKILL must end it.
still_there()
{
	kill -KILL $attacker || { cat /tmp/attacker; return 1; }
	wait $attacker 2>/dev/null
	! grep -v filled /tmp/attacker
}

# neighbours CPUS: a Guest of each variant after the other, each with a life of its own.
neighbours()
{
	local variant

	for variant in $(variants); do
		taskset "$1" ./lg --variant "$variant" $switches count=1500 >/dev/null || return
	done
}

# on_one_cpu HOW VARIANT
on_one_cpu()
{
	local status=0

	"$1" "$2" 1 || status=$?
	neighbours 1 || status=$?
	still_there || status=$?
	return $status
}

# on_two_cpus HOW VARIANT: nothing is pinned, two rows of neighbours come and go, CPU 1 too,
# and the Guest is moved.
on_two_cpus()
{
	local n status=0 pids=()

	"$1" "$2" 3 || status=$?
	for n in 1 2; do
		neighbours 3 &
		pids+=($!)
	done
	while kill -0 "${pids[0]}" 2>/dev/null; do
		echo 0 >$cpu1 && echo 1 >$cpu1 || status=$?
		taskset -p 2 $attacker && taskset -p 3 $attacker || status=$?
	done
	for n in "${pids[@]}"; do
		wait "$n" || status=$?
	done
	still_there || status=$?
	return $status
}

