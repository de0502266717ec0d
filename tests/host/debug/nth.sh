# SPDX-License-Identifier: GPL-2.0-or-later
# Each allocation, and each copy from or to user space, made to fail in turn by the kernel itself
# (H11): over loading, and over each request of a Guest.

. tests/host/held.sh
parameters=/sys/module/lg_nth/parameters

# Every kind of allocation may fail, and nothing is printed about it.
all_may_fail()
{
	local attribute

	for attribute in failslab fail_page_alloc; do
		echo N >/sys/kernel/debug/$attribute/ignore-gfp-wait || return
	done
	echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem &&
		echo 0 >/sys/kernel/debug/fail_page_alloc/min-order || return
	for attribute in failslab fail_page_alloc fail_usercopy; do
		echo 0 >/sys/kernel/debug/$attribute/verbose || return
	done
}

# The load is refused, or does without; either way it leaves the CPUs as they were.
load_fails_at()
{
	echo "$1" >$parameters/nth
	if load 2>/dev/null; then
		echo 0 >$parameters/nth
		cp $parameters/failed /tmp/failed
		unload || return
	else
		cp $parameters/failed /tmp/failed
	fi
	same_fingerprint /tmp/clean &&
		! ls -d /dev/switchyard /sys/kernel/debug/switchyard /sys/module/switchyard 2>/dev/null &&
		! grep switchyard /sys/devices/system/cpu/hotplug/states
}

each_load_fails()
{
	local n status=0

	insmod lg_nth.ko || return
	for n in $(seq 1000); do
		load_fails_at "$n" || { echo "point $n"; status=1; break; }
		[ "$(cat /tmp/failed)" = Y ] || break
	done
	rmmod lg_nth
	echo "$((n - 1)) points fail"
	return $status
}

no_less_free()
{
	echo "$1 kB free before, $2 kB after"
	[ $(($1 - $2)) -lt 1200 ]
}

# The kernel shows a trace of calls where vmalloc() has failed, and that is no fault.
quiet_but_for_vmalloc()
{
	! dmesg | grep -E 'BUG|WARNING|Oops|general protection|corrupt|Poison' && dmesg -C
}

check "every allocation can be made to fail" all_may_fail
load && unload
free_before=$(free_kb)
check "loading: each allocation" each_load_fails 0 '^[1-9][0-9]+ points fail'
check "no page is lost by it" 'no_less_free $free_before $(free_kb)'
# The kernel copies a thread's rseq when it is preempted, and kills where that fails.
export GLIBC_TUNABLES=glibc.pthread.rseq=0
load
held_before=$(held)
for variant in ${VARIANTS:-$(cut -d';' -f1 variants.list)}; do
	check "$variant: each allocation and copy of each request" \
		"tests/device nth $variant" 0 '[1-9][0-9] points in all'
done
check "the module holds no more slab objects" 'same $held_before $(held)'
check "a Guest runs after all that" "./lg $tiny" 0 'Hello'
unload
check "the kernel's log is quiet, but for vmalloc()" quiet_but_for_vmalloc
