# SPDX-License-Identifier: GPL-2.0-or-later
# A Guest's output, followed to where it is printed and parsed (rule 15): guests/regress/forger.c
# writes lines of every format there is.

load
forger=guests/regress/forger
lg=./lg
events=/sys/kernel/tracing/events/lg
trace=/sys/kernel/tracing/trace
printable='^[ -~]*$'

# No byte but of printable ASCII, tab, line feed, carriage return and backspace.
harmless()
{
	! LC_ALL=C tr -d ' -~\t\n\r\b' <"$1" | grep -q .
}

# The Guest's last words, in ftrace's text: in the one line that they are the reason of.
traced()
{
	echo >$trace
	echo 1 >$events/lg_life/enable
	$lg $forger what=trace >/dev/null 2>&1
	echo 0 >$events/lg_life/enable
	cat $trace >/tmp/trace
	[ "$(grep -c 'reason=bye?' /tmp/trace)" -ge 1 ] || return 10
	! grep -a forged /tmp/trace | grep -av ' lg_life: ' || return 11
	! LC_ALL=C grep -av "$(printf '^[ -~\t]*$')" /tmp/trace
}

# The same on standard error: one line, and a failure.
last_words_of()
{
	local status=0

	$lg $forger what=trace 2>/tmp/errors || status=$?
	cat /tmp/errors
	[ "$(wc -l </tmp/errors)" = 1 ] && LC_ALL=C grep -q "$printable" /tmp/errors && return $status
}

# Whatever it prints, nothing commands a terminal; and what the Launcher says has a stream of its own.
console()
{
	$lg $forger what=console >/tmp/console 2>/tmp/errors || return
	harmless /tmp/console && grep -q '^lg: killed' /tmp/console && [ ! -s /tmp/errors ]
}

raw_console()
{
	$lg --raw-console $forger what=console >/tmp/console && ! harmless /tmp/console
}

# A series by which samples become other lines.
bad_series()
{
	rm -f /tmp/samples
	$lg --samples /tmp/samples $forger what=series series="$1"
}

samples()
{
	rm -f /tmp/samples
	$lg --samples /tmp/samples $forger what=console samples=4 >/dev/null || return
	[ "$(grep -cE '^null_hypercall(\.noop)?,[0-3],[0-9]+$' /tmp/samples)" = 8 ] &&
		[ "$(wc -l </tmp/samples)" = 8 ]
}

# The Guest as a benchmark of the front end's, in a payload of its own.
payload=/tmp/payload
mkdir -p $payload/guests/bench
cp -r ./*.ko ./*.list lg switchyard $payload
cp $forger $payload/guests/bench/null_hypercall
# Of a run that failed the user sees what the Guest printed, as one harmless line.
benchmark()
{
	local status=0

	mkdir -p /tmp/bench
	$payload/switchyard bench --native --block 1 --output /tmp/bench --bench null_hypercall \
		--runs 1 --seed 1 --arguments "$1" >/tmp/said 2>&1 || status=$?
	cat /tmp/said
	LC_ALL=C tr '\r' '\n' </tmp/said | LC_ALL=C grep -v "$printable" && return 99
	return $status
}

# Were the counts of the Host read from the Guest's console, they would not be the trace's; were
# the words of its restart a line of the trace, an event would be lost or there twice.  The
# recording must not be void, nor its trace in the eyes of a reader.
recorded()
{
	unload
	rm -rf /tmp/recording
	$payload/switchyard record --native --bench null_hypercall --mode "$1" \
		--arguments what=again,samples=100 -o /tmp/recording || return
	awk -F'[:,]' '/"copy_in_hit"/ { hit = $2 } /"switches"/ { switches = $2 }
		END { print switches, "switches,", hit, "hits"; exit !(switches > 200 && hit <= switches) }' \
		/tmp/recording/record.json
	local status=$?
	load
	return $status
}

# Every test port, until the Guest says that there are no more, is reported and ends it.
test_ports()
{
	local n status

	for ((n = 0; n < 100; n++)); do
		for way in '' in=1; do
			status=0
			$lg guests/attacks/test_ports port=$n $way >/tmp/console 2>/tmp/errors || status=$?
			[ $status != 0 ] || { cat /tmp/console; return; }
			[ $status = 6 ] && [ "$(wc -l </tmp/errors)" = 1 ] &&
				grep -q 'lg: .* test device' /tmp/errors ||
				{ echo "port $n $way: status $status: $(cat /tmp/errors)"; return 1; }
		done
	done
	return 1
}

# The Launcher that was just started is still an ordinary process, alone.
no_powers()
{
	$lg guests/attacks/test_ports port=12 2>/dev/null
	[ $? = 6 ] && ! pgrep -x lg
}

check "a Guest's last words are one line of a trace" traced
check "and one of standard error, with a status of failure" last_words_of 1 'with an error: bye\?'
check "a Guest that powers off normally causes no message" "$lg $tiny 2>&1 >/dev/null | grep -c . || :" 0 '^0$'
check "a Guest's console commands no terminal" console
check "but for --raw-console" raw_console
check "a series that is a path is refused" "bad_series ../x" 1 'bad block of samples'
check "a series that is a hidden file is refused" "bad_series .x" 1 'bad block of samples'
check "a series that is another line is refused" "bad_series a,1,2" 1 'bad block of samples'
check "what a Guest prints is no sample" samples
check "a failed benchmark is reported in the Launcher's words" "benchmark what=failure" 1 \
	'status 1: lg: the Guest reported failure.*the Guest printed .FAIL: # TODO .\[31mforged'
check "what a Guest prints is no count of the Host's" "recorded ftrace" 0 'switches'
case $(uname -r) in
*-debug)
	echo "ok - nor in a recording of LTTng's # SKIP it has no modules for this kernel"
	grep -q '^switchyard ' /proc/modules || load ;;
*) check "nor in a recording of LTTng's" "recorded full" 0 'switches' ;;
esac
check "each test port ends a Guest that was not given it, with a message" test_ports 0 'there are 18 test ports'
check "such a Guest has started nothing" no_powers
check "a test device that there is none of" "$lg --test-devices=flip,chaos $tiny" 2 "no test device is called 'chaos': .*neighbour"
check "some test devices" "$lg --test-devices=moves,irq guests/bench/virtual_irq samples=4"
rm -rf $payload
unload
