# SPDX-License-Identifier: GPL-2.0-or-later
# machine: --mem 1024
# What happens to a CPU while Guests of every variant run on it: storms of NMIs, system
# calls by SYSENTER, CPUs that go and come.

switches=guests/demos/switches
# For each variant; the environment may ask for another number.
nmis=${NMIS:-5000}
counters=/sys/kernel/debug/switchyard/counters
cpu1=/sys/devices/system/cpu/cpu1/online

# counter NAME [CPU]: of CPU 0 or another, over all Guests.
counter()
{
	awk -v name="$1" -v cpu="${2:-0}" '$1 == cpu && $2 == name { print $3 }' $counters
}

# until_switching FROM: CPU 0 has switched more often than that.
until_switching()
{
	local n

	for n in $(seq 500); do
		[ "$(counter switches)" = "$1" ] || return 0
		sleep 0.01
	done
	return 1
}

# One Guest after the other on CPU 0, until /tmp/more is gone: exits of each kind, so that most
# of its time is the Switcher's in every variant, in those that stay as in those that leave.
guests_follow()
{
	while [ -e /tmp/more ]; do
		taskset 1 ./lg --variant "$1" $switches count=20000 stays=1 || return
	done
}

# And one that has a live LDT and watchpoints.
odd_follow()
{
	while [ -e /tmp/more ]; do
		taskset 1 tests/device rare_state "$1" 200000 || return
	done
}

# storm VARIANT [WORD]...: NMIs for CPU 0, sent by CPU 1 while Guests switch there.  The
# storm's module does not load if one is lost.
storm()
{
	local nested guests status=0

	nested=$(counter nested)
	touch /tmp/more
	"${follow:-guests_follow}" "$1" &
	guests=$!
	shift
	until_switching "$(counter switches)" &&
		taskset 2 insmod lg_storm.ko target=0 gap_ns=5000 count="$nmis" "$@" &&
		rmmod lg_storm || status=1
	rm /tmp/more
	wait $guests || status=$?
	nested=$(($(counter nested) - nested))
	echo "$nested met the Switcher"
	[ $nested -gt 0 ] || status=1
	return $status
}

# System calls by SYSENTER on both CPUs, after a Guest has run there.
sysenter_after()
{
	local cpu

	for cpu in 0 1; do
		taskset $((1 << cpu)) ./lg --variant "$1" $switches count=2000 >/dev/null &&
			tests/sysenter $cpu 1000 || return
	done
}

# And while Guests run on the same CPU, one after the other.
sysenter_while()
{
	local guests before round status=0

	touch /tmp/more
	while [ -e /tmp/more ]; do
		taskset 2 ./lg --variant "$1" $switches count=20000 || exit
	done >/tmp/switches &
	guests=$!
	before=$(counter switches 1)
	for round in $(seq 100); do
		tests/sysenter 1 100000 || { status=$?; break; }
		[ "$(counter switches 1)" -le $((before + 10000)) ] || break
	done
	[ "$(counter switches 1)" -gt $((before + 10000)) ] ||
		{ echo "no Guest ran in $round rounds"; status=1; }
	rm /tmp/more
	wait $guests || status=$?
	return $status
}

# A Guest that is moved away from CPU 1, where nobody is in user space from then on, and
# dies.  Nothing is printed before the end: it would wake a reader there.
moved_away()
{
	local before after lg

	taskset -p 1 $BASHPID >/dev/null
	before=$(grep sysenter "$fingerprint")
	taskset 2 ./lg --variant "$1" $switches count=100000000 >/dev/null &
	lg=$!
	sleep 0.3
	taskset -p 1 $lg >/dev/null
	sleep 0.1
	kill -KILL $lg
	wait $lg 2>/dev/null
	after=$(grep sysenter "$fingerprint")
	echo "$after"
	[ "$after" = "$before" ]
}

# Two Guests that want both CPUs, one of which goes away and comes back.
hotplug_under()
{
	local n status=0 lgs=()

	for n in "$1" "$2"; do
		./lg --variant "$n" $switches count=250000 >/dev/null &
		lgs+=($!)
	done
	while kill -0 "${lgs[0]}" 2>/dev/null; do
		echo 0 >$cpu1 && echo 1 >$cpu1 || status=1
		for n in "${lgs[@]}"; do
			taskset -p 2 "$n" >/dev/null 2>&1
		done
	done
	for n in "${lgs[@]}"; do
		wait "$n" || status=$?
	done
	return $status
}

variants()
{
	cut -d';' -f1 variants.list
}

load
for variant in $(variants); do
	check "$variant: $nmis NMIs, none lost, registers right" "storm $variant"
done
for variant in classic stacked; do
	check "$variant: 500 NMIs whose handler prints" "storm $variant count=500 say=1"
done
for variant in classic stacked; do
	check "$variant: $nmis NMIs, with a live LDT and watchpoints" "follow=odd_follow storm $variant"
done
for variant in $(variants); do
	check "$variant: SYSENTER works on both CPUs after it" "sysenter_after $variant" 0 'on CPU 1'
done
for variant in classic lazy_sysenter user_return stacked; do
	check "$variant: SYSENTER works on its CPU beside it" "sysenter_while $variant" 0 'on CPU 1'
done
for variant in lazy_sysenter user_return; do
	check "$variant: SYSENTER is on where it was before it was moved" "(moved_away $variant)"
done
check "a CPU goes and comes under two Guests" "hotplug_under classic cr3_only"
check "and under those that are lazy" "hotplug_under lazy_sysenter user_return"
unload
