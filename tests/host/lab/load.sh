# SPDX-License-Identifier: GPL-2.0-or-later
# Loading and unloading.

load_twenty_times()
{
	local n

	for n in $(seq 20); do
		load && unload && same_fingerprint /tmp/clean || return
	done
	echo "$n times"
}

# A file of the device that is held open, by a Guest that goes on for ever.
busy_unload()
{
	local lg status=0

	./lg guests/witness/witness >/dev/null &
	lg=$!
	sleep 1
	rmmod switchyard || status=1
	kill -TERM $lg
	wait $lg
	echo "the Guest ended with $?"
	return $status
}

left_behind()
{
	ls -d /dev/switchyard /sys/kernel/debug/switchyard /sys/module/switchyard \
		/sys/kernel/tracing/events/lg 2>/dev/null
	grep -c switchyard /proc/modules /sys/devices/system/cpu/hotplug/states
}

check "load and unload 20 times, the fingerprint unchanged each time" load_twenty_times 0 '^20 times'
check "nothing is left behind" left_behind 1
check "the Launcher without a module says what to do" "./lg $tiny" 3 'load the module first'
load
cat "$fingerprint" >/tmp/loaded
check "loading it twice is refused" load 1 'File exists'
check "unloading with a Guest alive is refused, and the Guest goes on" busy_unload 1 'in use'
check "and it was ended by its signal" busy_unload 1 'ended with 143'
check "a Guest runs after that" "./lg $tiny" 0 'Hello from ring 1'
check "loaded, the fingerprint is as it was" "same_fingerprint /tmp/loaded"
unload
