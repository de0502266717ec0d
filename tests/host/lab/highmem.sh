# SPDX-License-Identifier: GPL-2.0-or-later
# machine: --mem 1536 --append preempt=full
# A CPU that goes while the Host has a page of the Guest's mapped which lies above its low
# memory, and is preempted there: a task that may not be moved just then stays on that CPU, and
# must not go on to the Guest when the CPU has been given back (R7).

cpu1=/sys/devices/system/cpu/cpu1/online

# The Guest walks its page tables in the Host at each page that it touches.
gone_under_a_walk()
{
	local lg n status=0

	./lg --variant "$1" guests/attacks/sparse rounds=4000000000 >/dev/null 2>&1 &
	lg=$!
	for n in $(seq 150); do
		taskset -p 2 $lg >/dev/null || status=$?
		sleep 0.02
		echo 0 >$cpu1 && echo 1 >$cpu1 || status=$?
	done
	kill -KILL $lg || status=$?
	wait $lg 2>/dev/null
	return $status
}

check "the kernel preempts itself" "cat /sys/kernel/debug/sched/preempt" 0 '\(full\)'
check "there is memory above the low" "awk '\$1 == \"HighFree:\" { exit \$2 < 200000 }' /proc/meminfo"
load
check "CPU 1 goes 150 times under a Guest whose pages lie high" "gone_under_a_walk classic"
unload
