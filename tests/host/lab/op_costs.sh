# SPDX-License-Identifier: GPL-2.0-or-later
# What the module that measures operations (bench/op_costs/) does to the CPU: nothing that lasts, and
# no NMI is lost while its tables stand.

fingerprint=/sys/kernel/debug/lg_fingerprint
costs=/sys/kernel/debug/lg_op_costs

# measured [WORD]...: measure on CPU 0.
measured()
{
	taskset 1 insmod lg_op_costs.ko samples=21 "$@"
}

# Tables, task register, LDT, control registers and SYSENTER are as before.
as_before()
{
	cat $fingerprint >/tmp/before
	measured || return
	rmmod lg_op_costs
	diff /tmp/before $fingerprint
}

# A line a sample of each block and its twin, none missing.
whole()
{
	measured || return
	awk -F, 'NR > 1 { n[$1 "," $2 "," $3]++ }
		END { for (op in n) { ops++; bad += n[op] != 42 } print ops " ops, " bad + 0 " of them not whole"; exit bad || ops < 80 }' $costs
	set -- $?
	rmmod lg_op_costs
	return "$1"
}

# While CPU 0 measures over and over CPU 1 sends it NMIs; the storm does not load if one is lost.
storm()
{
	local measures status=0

	touch /tmp/more
	: >/tmp/retaken
	while [ -e /tmp/more ]; do
		measured || break
		cat /sys/module/lg_op_costs/parameters/retaken >>/tmp/retaken
		rmmod lg_op_costs || break
	done &
	measures=$!
	taskset 2 insmod lg_storm.ko target=0 gap_ns=5000 count=20000 && rmmod lg_storm || status=1
	[ -e /tmp/more ] && kill -0 $measures || { echo "the measuring has ended"; status=1; }
	rm -f /tmp/more
	wait $measures
	diff /tmp/before $fingerprint || status=1
	awk '{ n += $1 } END { print n " samples met an NMI"; exit !n }' /tmp/retaken || status=1
	return $status
}

check "ops: the CPU is afterwards as before" as_before
check "ops: each is measured, with its twin" whole
check "ops: no NMI is lost meanwhile" storm
check "ops: more samples than there may be are refused" "measured samples=100001" 1 'Invalid'
check "ops: and none" "measured samples=0" 1 'Invalid'
