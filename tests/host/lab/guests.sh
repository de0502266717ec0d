# SPDX-License-Identifier: GPL-2.0-or-later
# machine: --mem 1024
# Guests as their Launchers have them: other kinds of files, the device window, many at
# once, two on one CPU, and their end.

switches=guests/demos/switches
sleeper=guests/demos/sleeper
device=guests/contract/device

# many COUNT NAPS: that many sleepers at once, each in time; how they ended.
many()
{
	local n status lgs=() good=0 refused=0 other=0

	for n in $(seq "$1"); do
		timeout 120 ./lg --mem 2 $sleeper naps="$2" >/dev/null 2>&1 &
		lgs+=($!)
	done
	for n in "${lgs[@]}"; do
		status=0
		wait "$n" || status=$?
		case $status in
		0) good=$((good + 1)) ;;
		3) refused=$((refused + 1)) ;;
		*) other=$((other + 1)) ;;
		esac
	done
	echo "$good ran, $refused refused, $other otherwise"
	[ $other = 0 ]
}

# One Guest of this variant after the other on CPU 1, until /tmp/more is gone.
follow()
{
	while [ -e /tmp/more ]; do
		taskset 2 ./lg --variant "$1" $switches count=30000 >/tmp/first || return
	done
}

# alternate A B: two Guests of these variants share CPU 1, and each keeps its registers.
alternate()
{
	local first status=0

	touch /tmp/more
	follow "$1" &
	first=$!
	taskset 2 ./lg --counters --variant "$2" $switches count=30000 >/tmp/second 2>/tmp/counters || status=$?
	rm /tmp/more
	wait $first || status=$?
	cat /tmp/first /tmp/second
	awk '$1 == "copy_in_other_guest" { print $2, "times after another Guest"; found = $2 > 0 }
		END { exit !found }' /tmp/counters || status=1
	return $status
}

# Killed in the middle of its run it must be gone within a second of the Host's time.
killed_soon()
{
	local lg started now

	./lg --variant "$1" guests/witness/witness >/dev/null &
	lg=$!
	sleep 0.5
	read -r started _ </proc/uptime
	kill -KILL $lg
	wait $lg 2>/dev/null
	read -r now _ </proc/uptime
	echo "gone after $((${now/./} - ${started/./})) hundredths of a second"
	[ $((${now/./} - ${started/./})) -le 100 ]
}

variants()
{
	cut -d';' -f1 variants.list
}

load
check "the boot contract as a bzImage" "./lg guests/images/boot.bzimage one=1 two=22"
check "and with an initrd" "./lg --initrd $tiny guests/images/boot.bzimage one=1 two=22 initrd=1"
check "device window: more than MOV is refused" "./lg --device-pages 1 $device refuse=1" 1 'only MOV'
check "device window: an access over a page's end" "./lg --device-pages 1 $device refuse=2" 1 'end of a page'
check "device window: an access that begins in memory" "./lg --device-pages 1 $device refuse=3" 1 'another address'
check "device window: no code lies there" "./lg --device-pages 1 $device refuse=4" 1 'cannot be read'
check "device window: no pages" "./lg --device-pages 0 $device" 2 'must be 1 to'
check "32 Guests alive at once" "many 32 200" 0 '^32 ran, 0 refused'
check "200 attempted: each runs or is refused" "many 200 20" 0 ' 0 otherwise'
for variant in $(variants); do
	check "$variant and classic alternate on one CPU" "alternate $variant classic" 0 'times after'
done
check "kill -9 of a Guest that spins" "killed_soon classic" 0 'gone after'
check "kill -9 of one that goes straight back in" "killed_soon stacked" 0 'gone after'
unload
