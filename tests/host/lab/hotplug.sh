# SPDX-License-Identifier: GPL-2.0-or-later
# CPUs that go and come while the module is loaded.

cpu1=/sys/devices/system/cpu/cpu1/online

field()
{
	awk -v cpu="$1" -v field="$2" '$1 == cpu && $2 == field { print $3 }' "$fingerprint"
}

# CR4's bit 7, PGE, of a CPU.
pge()
{
	echo $((0x$(field "$1" cr4) >> 7 & 1))
}

offline_online()
{
	echo 0 >$cpu1 && echo 1 >$cpu1
}

# A Launcher that was preempted on a CPU that goes enters its Guest there until it is next
# scheduled (R7), so the GDT of that CPU keeps the Switcher's segments while the module is there.
offline_keeps_segments()
{
	local status

	echo 0 >$cpu1
	grep off1 "$fingerprint"
	[ "$(field off1 gdt10)" = "$(field cpu0 gdt10)" ] &&
		[ "$(field off1 gdt11)" = "$(field cpu0 gdt11)" ]
	status=$?
	echo 1 >$cpu1
	return $status
}

# Ten times round, with a Guest that wants to be on both CPUs.
under_a_guest()
{
	local lg status n

	./lg guests/witness/witness >/tmp/passes &
	lg=$!
	for n in $(seq 10); do
		offline_online || return
	done
	sleep 1
	kill -TERM $lg
	wait $lg
	status=$?
	echo "$(wc -l </tmp/passes) passes"
	return $status
}

check "without the module, PGE is on" "pge cpu1" 0 1
load
cat "$fingerprint" >/tmp/loaded
check "with it, PGE is off on CPU 1" "pge cpu1" 0 0
check "CPU 1 goes offline and comes back" offline_online
check "and its PGE is off again" "pge cpu1" 0 0
check "and all else is as when loaded" "same_fingerprint /tmp/loaded"
check "while it is offline, its GDT keeps the Switcher's segments" offline_keeps_segments
check "a Guest runs on CPU 1" "taskset 2 ./lg guests/contract/canary" 0
check "ten times, under a running Guest" under_a_guest 143 '[0-9]+ passes'
echo 0 >$cpu1
unload
check "unloaded while CPU 1 is offline" "! grep switchyard /proc/modules"
check "and its GDT has them no more" "field off1 gdt10" 0 '^0{16}$'
echo 1 >$cpu1
check "CPU 1 comes back with PGE on" "pge cpu1" 0 1
