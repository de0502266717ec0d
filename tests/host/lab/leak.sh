# SPDX-License-Identifier: GPL-2.0-or-later
# Nothing leaks: what the module holds after many Guests is what it held before them.
# The lab machine's slabs remember who allocated each object (slub_debug=U).

held()
{
	cat /sys/kernel/debug/slab/kmalloc-*/alloc_traces 2>/dev/null |
		awk '/\[switchyard\]/ { n += $1 } END { print n + 0 }'
}

pinned()
{
	cat /proc/sys/vm/stat_refresh >/dev/null
	awk '/nr_foll_pin_acquired/ { n += $2 } /nr_foll_pin_released/ { n -= $2 }
		END { print n }' /proc/vmstat
}

# Pages that each CPU keeps at hand are free too, though not counted as such.
free_kb()
{
	local kept

	sync
	echo 3 >/proc/sys/vm/drop_caches
	kept=$(awk '/^ *count:/ { n += $2 * 4 } END { print n }' /proc/zoneinfo)
	awk -v kept="$kept" '/^MemFree/ { print $2 + kept }' /proc/meminfo
}

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

same()
{
	echo "$1 before, $2 after"
	[ "$1" = "$2" ]
}

# Less than a page for each of 200 Guests, for the kernel has its own ups and downs.
no_less_free()
{
	echo "$1 kB free before, $2 kB after"
	[ $(($1 - $2)) -lt 600 ]
}

load
lifetimes 5
held_before=$(held) pinned_before=$(pinned) free_before=$(free_kb)
check "150 Guests come and go" "lifetimes 150"
check "and 50 that are killed" "killed_lifetimes 50"
check "the module holds no more slab objects" 'same $held_before $(held)'
check "no page stays pinned" 'same $pinned_before $(pinned)'
check "no page is lost" 'no_less_free $free_before $(free_kb)'
check "nobody uses the module" "cat /sys/module/switchyard/refcnt" 0 '^0$'
unload
