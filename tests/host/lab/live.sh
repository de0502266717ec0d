# SPDX-License-Identifier: GPL-2.0-or-later
# The counters by variant, and `switchyard live`, which watches them.

live="switchyard live"
counters=/sys/kernel/debug/switchyard/variants
switches=guests/demos/switches

# of_guest NAME [VARIANT TWIN]: a Guest's own counters, as the Launcher prints them at its end.
of_guest()
{
	local variant=${2:-classic} twin=${3:-plain}

	./lg --counters --variant "$variant" --twin "$twin" $switches count=3000 2>"/tmp/own.$1"
}

# of_blob VARIANT TWIN: the same lines of the blob's counters.
of_blob()
{
	sed -n "s/^$1 $2 //p" $counters | grep -v '^guests '
}

# What Guests counted, which have ended, their blob keeps: all classes and misses.
sums_are_kept()
{
	of_guest 1 && of_guest 2 && of_guest 3 stacked && of_guest 4 stacked probed || return
	cat /tmp/own.1 /tmp/own.2 | awk '
		{ if (!($1 in sum)) order[++n] = $1; sum[$1] += $2 }
		END { for (i = 1; i <= n; i++) print order[i], sum[order[i]] }' >/tmp/sums
	[ "$(wc -l </tmp/sums)" -gt 20 ] && of_blob classic plain | diff /tmp/sums - &&
		of_blob stacked plain | diff /tmp/own.3 - && of_blob stacked probed | diff /tmp/own.4 -
}

# That of all CPUs and that of all blobs are one.
same_by_cpu()
{
	local name

	for name in switches hypercall host_irq copy_in_hit copy_in_bits; do
		[ "$(awk -v name=$name '$2 == name { n += $3 } END { print n + 0 }' /sys/kernel/debug/switchyard/counters)" = \
			"$(awk -v name=$name '$3 == name { n += $4 } END { print n + 0 }' $counters)" ] ||
			{ echo "$name differs"; return 1; }
	done
}

alive()
{
	awk '$3 == "guests" { n += $4 } END { print n + 0 }' $counters
}

# The exits of all intervals are those that were counted meanwhile, of Guests that came and went too.
intervals_add_up()
{
	local before after watcher

	before=$(of_blob classic plain | awk '$1 == "switches" { print $2 }')
	$live --json --interval 0.3 --count 12 >/tmp/lines &
	watcher=$!
	sleep 0.5
	for _ in 1 2 3; do
		./lg $switches count=2000
	done
	wait $watcher || return
	after=$(of_blob classic plain | awk '$1 == "switches" { print $2 }')
	[ "$(wc -l </tmp/lines)" = 12 ] || return
	sed 's/.*"seconds":\([0-9.e+-]*\),"exits_per_s":\([0-9.e+-]*\),.*/\1 \2/' /tmp/lines |
		awk -v want=$((after - before)) '{ n += $1 * $2 }
			END { printf "%.0f of %d\n", n, want; exit want < 6000 || n < want - 1 || n > want + 1 }'
}

# at_terminal COMMAND: on a terminal of its own, what it printed and how it left the terminal.
at_terminal()
{
	script -qec "stty -a >/tmp/tty.1; $1; echo status \$?; stty -a >/tmp/tty.2" /dev/null </dev/null >/tmp/shown
	cmp /tmp/tty.1 /tmp/tty.2 && cat -v /tmp/shown
}

check "live without the module" "$live --count 1" 3 '^switchyard live: the module is not loaded in this kernel'
check "in one line" "$live --count 1 2>&1 | wc -l" 3 '^1$'
check "a bad interval" "$live --interval 0" 2 'is not a time from 0.01'
check "a bad count" "$live --count none" 2 'is not a number of intervals'
check "a word too many" "$live always" 2 'takes options only'
load
check "no Guest, no variant" "cat $counters | wc -l" 0 '^0$'
check "nothing to see is no error" "$live --interval 0.1 --count 1" 0 ' 0 exits/s$'
check "a variant has what its Guests counted" sums_are_kept
check "which is what the CPUs counted" same_by_cpu
check "no Guest is there now" alive 0 '^0$'
check "live without root" "setpriv --reuid 65534 --clear-groups /lab/switchyard live --count 1" 3 'must be root'
check "intervals add up to the counters" intervals_add_up 0 ' of '
./lg $switches count=100000000 >/dev/null 2>&1 &
guest=$!
sleep 1
check "one Guest is there" alive 0 '^1$'
check "a line an interval, where there is no terminal" "$live --interval 1 --count 3 | grep -c 'exits/s: classic plain [1-9][0-9]*; hypercall'" 0 '^3$'
check "a line of JSON an interval" "$live --json --interval 0.2 --count 2 | grep -c '^{\"schema\":\"switchyard-live-2\",.*\"guests\":1,.*}\$'" 0 '^2$'
check "at a terminal the second takes the place of the first" "at_terminal '$live --interval 0.2 --count 2'" 0 '\^\[\[[0-9]+A'
check "with the variant and its class" "cat -v /tmp/shown" 0 'hypercall +[0-9.]+ % +[1-9]'
check "it ends well" "cat /tmp/shown" 0 'status 0'
check "and sets nothing of the terminal" "! grep -aE '.\[[?]|.\[[0-9;]*m' /tmp/shown"
check "nor does it where it is interrupted" "at_terminal 'timeout --foreground -s INT 4 $live --interval 0.2; true'" 0 '\^\[\[J'
check "nor by SIGHUP" "at_terminal 'timeout --foreground -s HUP 4 $live --interval 0.2; true'" 0 '\^\[\[J'
check "an interrupt is status 130" "timeout --preserve-status -s INT 1 $live --interval 0.2 >/dev/null" 130
kill $guest
wait $guest 2>/dev/null
./lg --variant resident $switches count=100000000 stays=1 >/dev/null 2>&1 &
guest=$!
sleep 1
check "what stays is told apart" "$live --interval 0.3 --count 2 | grep -cE '; stayed: hypercall [1-9][0-9]*, .*pf_reflected [1-9]'" 0 '^2$'
check "in JSON too" "$live --json --interval 0.3 --count 1 | grep -cE '\"variant\":\"resident\".*\"stayed\":\{\"hypercall\":[1-9]'" 0 '^1$'
check "and at a terminal" "at_terminal '$live --interval 0.3 --count 1'" 0 'stayed in the Switcher +share'
kill $guest
wait $guest 2>/dev/null
( sleep 1; rmmod switchyard ) &
check "a module that is unloaded meanwhile" "$live --interval 0.2 --count 50 >/dev/null" 3 'the module is not loaded'
wait
