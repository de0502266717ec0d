# SPDX-License-Identifier: GPL-2.0-or-later
# Calls of the kernel that fail (lg_fail.ko): each step of loading in turn, and each of
# making and running a Guest.  What was done before the step is undone, whichever it is.

. tests/host/held.sh
nth=/sys/module/lg_fail/parameters/nth
failed=/sys/module/lg_fail/parameters/failed

# each_fails SYMBOL VALUE COMM FUNCTION [LAST]: FUNCTION SYMBOL N with the N-th call failing, for
# every N that there is, or up to LAST; how many there were.
each_fails()
{
	local n count=0 status=0

	insmod lg_fail.ko symbol="$1" value="$2" comm="$3" || return
	for n in $(seq "${5:-200}"); do
		echo "$n" >$nth
		"$4" "$1" "$n" || { status=1; break; }
		[ "$(cat $failed)" = Y ] || break
		count=$n
	done
	rmmod lg_fail
	echo "$count calls of $1 failed"
	[ $status = 0 ] && [ $count -gt 0 ]
}

# The load is refused if the call was made, and leaves the CPUs as they were.
load_with()
{
	local loaded=y

	load 2>/dev/null || loaded=
	if [ "$(cat $failed)" = Y ] && [ -n "$loaded" ]; then
		echo "loaded, though call $2 of $1 failed"
		unload
		return 1
	fi
	[ -z "$loaded" ] || unload || return
	same_fingerprint /tmp/clean || return
	! left_of_it || { echo "call $2 of $1 failed, and something is left"; return 1; }
}

left_of_it()
{
	ls -d /dev/switchyard /sys/kernel/debug/switchyard /sys/module/switchyard 2>/dev/null ||
		grep switchyard /proc/modules /sys/devices/system/cpu/hotplug/states
}

# What has no name of its own to fail by: debugfs may be off, and that is no reason.
load_without_debugfs()
{
	load && [ ! -e /sys/kernel/debug/switchyard/counters ] && ./lg $tiny && unload &&
		same_fingerprint /tmp/clean
}

# The Guest is refused or killed; the Host goes on and holds nothing.
guest_with()
{
	local was is said

	was="$(held) $(pinned) $(cat /sys/module/switchyard/refcnt)"
	said=$(tests/device create stacked) || { echo "$said"; return 1; }
	is="$(held) $(pinned) $(cat /sys/module/switchyard/refcnt)"
	[ "$was" = "$is" ] || { echo "call $2 of $1: $was became $is"; return 1; }
	case "$(cat $failed) $said" in
	'N ran' | 'Y create ENOMEM' | 'Y create EFAULT' | 'Y killed '*) ;;
	*) echo "call $2 of $1: $said"; return 1 ;;
	esac
}

# A CPU whose GDT entry another uses.
gdt_taken()
{
	insmod lg_fail.ko gdt_cpu="$1" || return
	load 2>/dev/null && { unload; rmmod lg_fail; return 1; }
	rmmod lg_fail
	dmesg | tail -n 4
	same_fingerprint /tmp/clean
}

# Each failure leaves nothing: if what was done before it stayed, it would be some pages a time, and
# so in each sweep.  What the kernel's own caches take comes once, at any time; a kernel that checks
# itself keeps notes of each page and object.
most_lost=400
case $(uname -r) in
*-debug) most_lost=1200 ;;
esac
no_page_lost()
{
	local lost=$(($1 - $2)) before

	echo "$1 kB free before, $2 kB after"
	[ $lost -lt $most_lost ] && return
	before=$(free_kb)
	each_fails __alloc_pages 0 insmod load_with && each_fails get_zeroed_page 0 insmod load_with &&
		each_fails kmalloc_trace 0 insmod load_with || return
	lost=$((before - $(free_kb)))
	echo "and $lost kB of a second time"
	[ $lost -lt $most_lost ]
}

load && unload
free_before=$(free_kb)
check "loading: each page of the region" "each_fails __alloc_pages 0 insmod load_with" 0 '[1-9][0-9] calls'
check "loading: each page of the CPUs' tables" "each_fails get_zeroed_page 0 insmod load_with" 0 'calls'
check "loading: the buffers of switches" "each_fails kmalloc_trace 0 insmod load_with" 0 'calls'
check "loading: no page is lost by all these" 'no_page_lost $free_before $(free_kb)'
check "loading: the hotplug state" "each_fails __cpuhp_setup_state -12 insmod load_with" 0 '1 calls'
check "loading: the device" "each_fails misc_register -16 insmod load_with" 0 '1 calls'
check "loading: GDT entries of CPU 0 in use" "gdt_taken 0" 0 'entries 10 and 11 of CPU 0 are in use'
check "loading: and of CPU 1, when CPU 0 is done" "gdt_taken 1" 0 'entries 10 and 11 of CPU 1 are in use'
check "loading: no debugfs" "insmod lg_fail.ko symbol=debugfs_create_dir value=-19 && echo 1 >$nth && load_without_debugfs; s=\$?; rmmod lg_fail; exit \$s"
load
for call in kvmalloc_node:0 get_zeroed_page:0 fpu_alloc_guest_fpstate:0 \
	pin_user_pages_fast:-14 vmap:0; do
	check "a Guest: each ${call%:*}" \
		"each_fails ${call%:*} ${call#*:} device guest_with" 0 'calls'
done
# The second is the one that gives back, and cannot fail.
check "a Guest: account_locked_vm" "each_fails account_locked_vm -12 device guest_with 1" 0 '1 calls'
check "a Guest runs after all that" "./lg $tiny" 0 'Hello'
unload
