# SPDX-License-Identifier: GPL-2.0-or-later
# The checkout: where it may lie, and who may work in it.  (tests/vm has its cache.)

# A second checkout, in a path with spaces, on this one's base.
other="$PWD/a path with spaces"
clone()
{
	mkdir -p "$other/build" &&
		(cd "$top" && git ls-files -co --exclude-standard -z |
			cpio -0pdm --quiet "$other") &&
		ln -s "$top/build/base" "$other/build/base"
}

# Two makes at once: both good, and one has waited.
two_makes()
{
	local first second status=0

	make -C "$other" lab >first 2>&1 &
	first=$!
	make -C "$other" lab >second 2>&1 &
	second=$!
	wait $first || status=1
	wait $second || status=1
	tail -n 3 first second
	grep -q 'waiting' first second || status=2
	return $status
}

# interrupt_make: Ctrl-C while the i386 part is being made.
interrupt_make()
{
	local pid status=0

	rm -rf "$other/build/lab-obj/686"
	env --default-signal=INT setsid make -C "$other" lab >out 2>&1 &
	pid=$!
	sleep 4
	kill -INT -- "-$pid"
	wait "$pid" || status=$?
	group_gone "$pid" || return 99
	grep "$PWD" /proc/mounts && return 98
	[ $status != 0 ]
}

check "a checkout in a path with spaces" clone
check "two makes of it at once: both good, one waits" two_makes
check "it has its module and its Launcher" "ls '$other'/build/lab/switchyard.ko '$other'/build/lab/lg"
check "a lab machine of it runs a Guest" \
	"'$other/vm/lab' -- sh -c 'insmod switchyard.ko && ./lg guests/demos/tiny'" 0 'Hello from ring 1'
check "Ctrl-C in the middle of a make leaves no process and no mount" interrupt_make
check "and the next one is good" "make -C '$other' lab"
