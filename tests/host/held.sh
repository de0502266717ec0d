# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the module holds.  The lab machine's slabs remember who allocated each object, and the
# functions above it (slub_debug=U): what kvmalloc() allocated is its caller's.

held()
{
	cat /sys/kernel/debug/slab/kmalloc-*/alloc_traces 2>/dev/null |
		awk '/^ *[0-9]+ / {
				if (/\[switchyard\]/) n += $1
				objects = /kvmalloc_node/ ? $1 : 0
				above = 0
				next
			}
			above { if (/\[switchyard\]/) n += objects; objects = above = 0 }
			objects && /kvmalloc_node/ { above = 1 }
			END { print n + 0 }'
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

same()
{
	echo "$1 before, $2 after"
	[ "$1" = "$2" ]
}
