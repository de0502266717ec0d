# SPDX-License-Identifier: GPL-2.0-or-later
# Each event has the number after that of the last one of its kind on its CPU (R11): by that alone
# a reader of a trace knows that none is missing.

tracing=/sys/kernel/tracing
events=$tracing/events/lg

# All events of two Guests that want one CPU and then the other.
trace_all()
{
	local event lg

	echo 16384 >$tracing/buffer_size_kb
	echo >$tracing/trace
	for event in "$events"/lg_*/enable; do
		case $event in
		*/lg_batch/*) ;;
		*) echo 1 >"$event" ;;
		esac
	done
	./lg guests/demos/switches count=1000 &
	lg=$!
	taskset 2 ./lg --variant stacked guests/demos/switches count=1000
	wait $lg
	echo 0 >$events/enable
	grep ' lg_' $tracing/trace >/tmp/events
	echo >$tracing/trace
}

in_order()
{
	awk '{
		if (!match($0, /\[[0-9]+\]/)) next
		kind = substr($0, RSTART, RLENGTH)
		if (!match($0, / lg_[a-z_]+: seq=[0-9]+/)) next
		split(substr($0, RSTART + 1, RLENGTH - 1), part, ": seq=")
		kind = kind " " part[1]
		if (kind in last && part[2] != last[kind] + 1 && wrong++ < 5)
			print kind, part[2], "after", last[kind]
		last[kind] = part[2]
		n++
	} END { print n, "events,", wrong + 0, "out of order"; exit wrong || n < 6000 }' /tmp/events
}

load
trace_all >/dev/null
check "each event has the number after the last one's" in_order 0 '^[0-9]+ events, 0 out of order'
unload
