# SPDX-License-Identifier: GPL-2.0-or-later
# These must act on a Launcher whose Guest never ends, although it never goes back to user space
# (R16): limits of CPU time, a cgroup's freezer, and memory.high.

switches=guests/demos/switches
cgroups=/tmp/cgroups
group=$cgroups/limited

# in_group COMMAND...: started in the cgroup; $pid is its process.
in_group()
{
	bash -c 'echo $$ >'$group'/cgroup.procs && exec "$@"' bash "$@" >/dev/null 2>&1 &
	pid=$!
}

# until COMMAND: it succeeds within ten seconds.
until_true()
{
	local n

	for n in $(seq 100); do
		eval "$1" && return
		sleep 0.1
	done
	echo "never: $1"
	return 1
}

frozen_is()
{
	grep -q "^frozen $1" $group/cgroup.events
}

switches_now()
{
	awk '$2 == "switches" { n += $3 } END { print n }' /sys/kernel/debug/switchyard/counters
}

# Frozen, its Guest stands still; thawed, it goes on.
freezer()
{
	local status=0 before

	in_group ./lg --variant "$1" $switches count=4000000000
	until_true '[ "$(switches_now)" != 0 ]' || status=1
	echo 1 >$group/cgroup.freeze
	until_true "frozen_is 1" || status=1
	before=$(switches_now)
	sleep 0.5
	[ "$(switches_now)" = "$before" ] || { echo "a frozen Guest switches"; status=1; }
	echo 0 >$group/cgroup.freeze
	until_true '[ "$(switches_now)" != '"$before"' ]' || status=1
	kill -KILL $pid
	wait $pid 2>/dev/null
	return $status
}

# Above memory.high the kernel makes a task wait before it goes on: there it is seen.
high()
{
	local status=0

	echo 4M >$group/memory.high
	in_group ./lg --mem 2 --variant "$1" guests/attacks/sparse rounds=4000000000
	until_true 'grep -q mem_cgroup_handle_over_high /proc/'$pid'/stack' || status=1
	kill -KILL $pid
	wait $pid 2>/dev/null
	echo max >$group/memory.high
	return $status
}

mkdir -p $cgroups
check "a cgroup can be made" \
	"mount -t cgroup2 none $cgroups && echo +memory >$cgroups/cgroup.subtree_control && mkdir $group && ls $group/cgroup.freeze"
load
for variant in classic stacked; do
	check "$variant: limits of CPU time reach the Launcher" \
		"tests/device limits inside ./lg --variant $variant $switches count=4000000000" 0 'ITIMER_PROF ended it'
	check "$variant: and a limit of its user time, while it has any" \
		"tests/device limits outside ./lg --variant $variant $switches count=4000000000 port=1" 0 'ITIMER_VIRTUAL ended it'
	check "$variant: a cgroup's freezer stops the Guest" "freezer $variant"
	check "$variant: memory.high makes the Launcher wait" "high $variant"
done
unload
check "the cgroup goes" "rmdir $group && umount $cgroups"
