# SPDX-License-Identifier: GPL-2.0-or-later
# The virtio devices (guests/devices/) on files and networks that are prepared here and looked at
# afterwards, and how the Launcher refuses what it cannot have.

load
lg=./lg
blk=guests/devices/blk
disk=/tmp/disk

# 64 sectors, of which each byte of number n is n.
make_disk()
{
	awk 'BEGIN { for (n = 0; n < 64; n++) for (i = 0; i < 512; i++) printf "\\%03o", n }' >/tmp/octal
	printf "$(cat /tmp/octal)" >$disk
	[ "$(stat -c %s $disk)" = 32768 ]
}

sector()
{
	dd if=$disk bs=512 skip="$1" count=1 2>/dev/null | tr -d "$2" | wc -c
}

written()
{
	$lg --disk $disk $blk do=all && [ "$(stat -c %s $disk)" = 32768 ] && [ "$(sector 3 w)" = 0 ] &&
		[ "$(sector 10 D)" = 0 ] && [ "$(sector 5 '\005')" = 0 ]
}

read_only()
{
	cp $disk /tmp/before && $lg --disk $disk,ro $blk do=ro && cmp $disk /tmp/before
}

# On a file system of 64 KiB, a file of 1 MiB.
full()
{
	local status=0

	mkdir -p /tmp/small && mount -t tmpfs -o size=64k tmpfs /tmp/small && truncate -s 1M /tmp/small/disk
	$lg --disk /tmp/small/disk $blk do=full || status=$?
	umount /tmp/small
	return $status
}

# locked OPTION OTHER: a Launcher has the disk as OPTION says; what becomes of another.
locked()
{
	local status=0 first

	$lg --disk "$1" guests/demos/sleeper naps=1000 >/dev/null 2>&1 &
	first=$!
	sleep 1
	$lg --disk "$2" guests/demos/tiny || status=$?
	kill $first
	wait $first
	return $status
}

on_read_only()
{
	local status=0

	mkdir -p /tmp/fixed && mount -t tmpfs tmpfs /tmp/fixed && truncate -s 512 /tmp/fixed/disk &&
		mount -o remount,ro /tmp/fixed
	$lg --disk /tmp/fixed/disk guests/demos/tiny || status=$?
	umount /tmp/fixed
	return $status
}

# Its exits: of each request the notification alone, as the Guest polls.
mebibyte()
{
	truncate -s 1M /tmp/mebibyte
	$lg -c --disk /tmp/mebibyte $blk do=count 2>/tmp/counters || return
	grep -E '^(blk_|io_launcher)' /tmp/counters
	grep -qx 'blk_requests 8' /tmp/counters && grep -qx 'blk_bytes_in 1048584' /tmp/counters
}

printed()
{
	rm -f /tmp/console
	$lg --virtio-console --console /tmp/console guests/devices/console >/tmp/said || return
	cat /tmp/console
	[ ! -s /tmp/said ] && grep -q '^!said in two$' /tmp/console && ! grep -q AAAA /tmp/console
}

typed()
{
	printf typed | $lg --virtio-console --input guests/devices/console do=read
}

helpers_gone()
{
	! pgrep lg-usernet
}

check "a disk is made" make_disk
check "reads, writes, flushes, rules broken, resets" written 0 'whole after 50 resets'
check "a disk that may not be written" read_only
check "a disk whose file has no room" full
check "1 MiB takes 8 requests" mebibyte
check "one Launcher writes" "locked $disk $disk" 3 'in use by another Launcher'
check "and nobody reads meanwhile" "locked $disk $disk,ro" 3 'in use by another Launcher'
check "any number reads" "locked $disk,ro $disk,ro"
check "a disk that is missing" "$lg --disk /tmp/none guests/demos/tiny" 2 '/tmp/none: No such file'
check "a disk that is a folder" "$lg --disk /tmp,ro guests/demos/tiny" 2 'not a disk'
check "a disk of half a sector" "printf x >/tmp/odd; $lg --disk /tmp/odd guests/demos/tiny" 2 'multiple of 512'
check "a disk on a file system that is read-only" on_read_only 2 'say /tmp/fixed/disk,ro'
check "what a console prints goes to a file" printed
check "what is typed comes in" typed 0 "reads 'typed'"
check "--input wants a console" "$lg --input guests/demos/tiny" 2 'is for a Guest with a console'
check "a file for the console that cannot be" "$lg --console /none/x guests/demos/tiny" 2 '/none/x: No such file'
check "a network of no kind" "$lg --net other guests/demos/tiny" 2 'user or tap=NAME'
if modinfo tun 2>/dev/null | grep -q '^filename: *(builtin)'; then
	echo "ok - a tap without the module # SKIP it is built in"
else
	check "a tap without the module" "$lg --net tap=lg0 guests/demos/tiny" 3 'load the module tun'
	modprobe tun
fi
check "a tap" "$lg --net tap=lg0 guests/demos/tiny"
check "a tap without rights" \
	"setpriv --bounding-set -net_admin --inh-caps -net_admin $lg --net tap=lg0 guests/demos/tiny" 3 'not permitted'
check "a tap of too long a name" "$lg --net tap=abcdefghijklmnopq guests/demos/tiny" 2 'has 1 to 15 letters'
check "a tap that is an address" "$lg --net tap=lo guests/demos/tiny" 3 "tap 'lo'"
check "no process of a network is left" helpers_gone
! grep -q '^tun ' /proc/modules || rmmod tun
unload
