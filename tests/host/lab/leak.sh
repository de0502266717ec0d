# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing leaks: what the module holds after many Guests is what it held before them.

. tests/host/held.sh

lifetimes()
{
	local n

	for n in $(seq "$1"); do
		./lg $tiny >/dev/null || return
	done
}

killed_lifetimes()
{
	local n

	for n in $(seq "$1"); do
		./lg guests/contract/killed case=0 >/dev/null 2>&1
	done
	true
}

# Less than a page for each of 200 Guests, for the kernel has its own ups and downs.
no_less_free()
{
	echo "$1 kB free before, $2 kB after"
	[ $(($1 - $2)) -lt 600 ]
}

objects()
{
	awk -v slab="$1" '$1 == slab { print $2 }' /proc/slabinfo
}

# One for two of 200 Guests: others' tasks come and go.
few_more()
{
	echo "$1 before, $2 after"
	[ $(($2 - $1)) -lt 100 ]
}

load
lifetimes 5
held_before=$(held) pinned_before=$(pinned) free_before=$(free_kb)
tasks_before=$(objects task_struct) mms_before=$(objects mm_struct)
check "150 Guests come and go" "lifetimes 150"
check "and 50 that are killed" "killed_lifetimes 50"
check "the module holds no more slab objects" 'same $held_before $(held)'
check "no page stays pinned" 'same $pinned_before $(pinned)'
check "no owner is held that has ended" 'few_more $tasks_before $(objects task_struct)'
check "nor its mm" 'few_more $mms_before $(objects mm_struct)'
check "no page is lost" 'no_less_free $free_before $(free_kb)'
check "nobody uses the module" "cat /sys/module/switchyard/refcnt" 0 '^0$'
unload
