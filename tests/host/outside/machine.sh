# SPDX-License-Identifier: GPL-2.0-or-later
# How the lab machine's ends look from outside.

lab=$top/vm/lab

# interrupt_lab: Ctrl-C on a lab machine that is running a command.
interrupt_lab()
{
	local pid status=0

	env --default-signal=INT setsid "$lab" --log "$PWD/console" -- sh -c 'echo up; sleep 100' >out 2>err &
	pid=$!
	for _ in $(seq 60); do
		grep -q up out && break
		sleep 1
	done
	kill -INT -- "-$pid"
	wait "$pid" || status=$?
	cat err
	group_gone "$pid" || return 99
	return $status
}

stray()
{
	pgrep -f "qemu-system-i386.*$PWD" || grep "$PWD" /proc/mounts || ls -d "${TMPDIR:-/tmp}"/lab.*/
}

export TMPDIR=$PWD
check "a command's own status comes back" "$lab -- sh -c 'echo said; exit 42'" 42 said
check "a panic is told with the log's path" \
	"$lab --log $PWD/c -- sh -c 'echo c >/proc/sysrq-trigger'" 125 "died: Kernel panic.*see $PWD/c"
check "a hang too" "$lab --timeout 3 --log $PWD/c -- sleep 1000" 124 "longer than 3 s; see $PWD/c"
check "out of space too" \
	"$lab --mem 256 --log $PWD/c -- sh -c 'dd if=/dev/zero of=/tmp/x bs=1M; true'" 125 "out of space in /tmp.*$PWD/c"
check "an escape is not to be overlooked" \
	"$lab -- sh -c 'printf Z | dd of=/dev/port bs=1 seek=244'" 181 'a Guest escaped'
check "Ctrl-C ends it, and its QEMU" interrupt_lab 130 interrupted
check "nothing is left of any of them" stray 2
check "an unknown option" "$lab --frobnicate 1 -- true" 2 'unknown option'
check "an unknown profile" "$lab --profile slow -- true" 2 'unknown profile'
check "an unknown kernel" "$lab --kernel 486 -- true" 2 'unknown kernel'
check "no command" "$lab" 2 'no command'
check "no such payload" "$lab --payload /nowhere -- true" 2 'no such payload'
check "a CPU that QEMU does not know" "$lab --cpu z80 -- true" 3 'QEMU refused'
check "a log that cannot be written" "$lab --log /nowhere/log -- true" 3 'log'
unset TMPDIR
