# SPDX-License-Identifier: GPL-2.0-or-later
# Shadow memory under a memory cgroup (D10): if a Guest takes all memory, it or its Launcher is
# ended, and nobody else.

. tests/host/held.sh
cgroups=/tmp/cgroups
group=$cgroups/guest

# in_group LIMIT COMMAND...: in the cgroup, with so much memory.
in_group()
{
	echo "$1" >$group/memory.max || return
	shift
	bash -c 'echo $$ >'$group'/cgroup.procs && exec "$@"' bash "$@"
}

# Ended by the Host ("no memory", 4) or by the kernel's OOM killer (137).
ends_alone()
{
	local beside status=0

	./lg guests/witness/witness >/dev/null &
	beside=$!
	in_group 8M ./lg --mem 2 --variant "$1" guests/attacks/sparse rounds=100 || status=$?
	echo "it ended with $status, of $(awk '$1 == "oom_kill" { print $2 }' $group/memory.events) killed"
	kill -TERM $beside
	wait $beside
	[ $? = 143 ] || { echo "the Guest beside it ended too"; return 1; }
	[ $status = 4 ] || [ $status = 137 ]
}

# The kernel shows a trace of calls when a cgroup runs out, and that is no fault.
quiet_but_for_oom()
{
	! dmesg | grep -E 'BUG|WARNING|Oops|general protection|corrupt|Poison' && dmesg -C
}

# The charge of pages goes with the last of them, which may take the kernel a moment.
given_back()
{
	local n

	for n in $(seq 100); do
		[ "$(cat $group/memory.current)" -lt 524288 ] && break
		echo 1M >$group/memory.reclaim 2>/dev/null
		sleep 0.1
	done
	echo "$(cat $group/memory.current) bytes are charged"
	[ "$(cat $group/memory.current)" -lt 524288 ] && rmdir $group
}

mkdir -p $cgroups
check "a memory cgroup can be made" \
	"mount -t cgroup2 none $cgroups && echo +memory >$cgroups/cgroup.subtree_control && mkdir $group && ls $group/memory.max"
load
held_before=$(held) pinned_before=$(pinned)
check "the Guest runs where there is memory enough" "in_group 64M ./lg --mem 2 guests/attacks/sparse" 0 '0 words wrong'
for variant in classic stacked; do
	check "with less, $variant ends and nobody else" "ends_alone $variant" 0 'it ended with'
done
check "the module holds no more slab objects" 'same $held_before $(held)'
check "no page stays pinned" 'same $pinned_before $(pinned)'
check "what it had is given back" given_back
check "a Guest runs after that" "./lg $tiny" 0 'Hello'
unload
check "the kernel's log is quiet, but for the cgroup" quiet_but_for_oom
umount $cgroups
