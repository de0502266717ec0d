# SPDX-License-Identifier: GPL-2.0-or-later
# machine: --profile counted
# debug: it counts instructions, of a kernel without checks
# Counts do not depend on where the Switcher's pages and the Guests' stacks lie.

# bench_in LAYOUT BOOT: samples and the record of the machine in /tmp/LAYOUT.BOOT.
bench_in()
{
	mkdir -p "/tmp/$1.$2"
	./switchyard bench --native --block "$2" --output "/tmp/$1.$2" --layout "$1" --seed 5 \
		--bench null_hypercall,shadow_fill,in_host --variant classic,stacked --twin plain,probed \
		--tier insns --arguments samples=20
}

# The most frequent value of every series: an interrupt may fall anywhere.
usual()
{
	sed 1d "/tmp/$1/samples.csv" | cut -d, -f1-3,7 | sort | uniq -c | sort -k1,1nr |
		awk '{ split($2, f, ","); key = f[1] f[2] f[3] } !seen[key]++ { print $2 }' | sort
}

alike()
{
	local n

	usual fixed.1 >/tmp/usual.fixed
	usual "$1" >/tmp/usual.other
	n=$(wc -l </tmp/usual.fixed)
	echo "$n series"
	[ "$n" = 24 ] && diff /tmp/usual.fixed /tmp/usual.other
}

# What a run's record says of its layout.
said()
{
	tr -d ' \n' <"/tmp/$1/boot.json" | sed "s/.*\"$2\":\"\{0,1\}\([^\",}]*\).*/\1/"
	echo
}

# moved KEY RUN RUN...: it is another in each of them.
moved()
{
	local key=$1 run

	shift
	for run; do
		said "$run" "$key"
	done >/tmp/values
	cat /tmp/values
	[ "$(sort -u /tmp/values | wc -l)" = $# ]
}

first_page()
{
	insmod switchyard.ko layout="$1" first="$2" || return
	awk -v name="${2%.*}" -v twin="${2#*.}" '
		$1 == "switcher" { base = substr($2, 1, 5) }
		$3 == name && $4 == twin { print base, $2; good = substr($2, 1, 5) == base }
		END { exit !good }' /sys/kernel/debug/switchyard/layout
	local status=$?
	rmmod switchyard
	return $status
}

for run in "fixed 1" "seeded 1" "seeded 2" "same_page 1"; do
	# shellcheck disable=SC2086
	check "layout and boot: $run" "bench_in $run"
done
check "the Switcher's pages lie elsewhere in each" "moved classic_stubs fixed.1 seeded.1 seeded.2"
check "and the Guests' stacks" "moved guest_stack_bytes fixed.1 seeded.1 seeded.2"
for run in seeded.1 seeded.2 same_page.1; do
	check "counts are the same, fixed and $run" "alike $run"
done
check "a blob can be given the first page" "first_page 7 stacked.probed"
check "also where it has it already" "first_page 0 always_copy.plain"
check "a blob that is none is refused" "insmod switchyard.ko first=classic || dmesg | grep 'first=classic: no such blob'" 0 'no such blob'
