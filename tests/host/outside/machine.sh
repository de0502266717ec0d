# SPDX-License-Identifier: GPL-2.0-or-later
# Ctrl-C on a lab machine.  (tests/vm has its other ends.)

# interrupt_lab: as a terminal does it, to the whole group, while a command runs.
interrupt_lab()
{
	local pid status=0

	env --default-signal=INT setsid "$top/vm/lab" --log "$PWD/console" -- \
		sh -c 'echo up; sleep 100' >out 2>err &
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
	pgrep -f "qemu-system-i386.*$PWD" || grep "$PWD" /proc/mounts || ls -d "$PWD"/lab[.-]*
}

export TMPDIR=$PWD
check "Ctrl-C ends a lab machine and its QEMU" interrupt_lab 130 interrupted
check "and leaves no folder, no mount and no process" stray 2
unset TMPDIR
