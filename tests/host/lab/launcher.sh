# SPDX-License-Identifier: GPL-2.0-or-later
# The Launcher's messages about bad input, and its exit statuses.

load
canary=guests/contract/canary
head -c 60 $canary >/tmp/short.elf
head -c 5000 $canary >/tmp/cut.elf
printf 'not a Guest' >/tmp/text
cp /bin/true /tmp/dynamic
# The type of machine and the class in an ELF header.
cp $canary /tmp/amd64 && printf '\076' | dd of=/tmp/amd64 bs=1 seek=18 conv=notrunc 2>/dev/null
cp $canary /tmp/class64 && printf '\002' | dd of=/tmp/class64 bs=1 seek=4 conv=notrunc 2>/dev/null
# The first program header's memory size, and its physical address.
cp $canary /tmp/large && printf '\377\377\377\077' | dd of=/tmp/large bs=1 seek=72 conv=notrunc 2>/dev/null
cp $canary /tmp/high && printf '\000\360\377\377' | dd of=/tmp/high bs=1 seek=64 conv=notrunc 2>/dev/null
cp $canary /tmp/entry && printf '\000\000\000\377' | dd of=/tmp/entry bs=1 seek=24 conv=notrunc 2>/dev/null
: >/tmp/empty

as_nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# Root's own file, without root's capabilities.
without_capabilities()
{
	setpriv --bounding-set=-all --inh-caps=-all "$@"
}

# ended_by SIGNAL: what a Guest that never ends comes back with.
ended_by()
{
	local lg

	./lg guests/witness/witness >/dev/null &
	lg=$!
	sleep 1
	kill -"$1" $lg
	wait $lg
}

# A neighbour whose system call goes wrong would leave its Guest asleep for ever.
neighbour_dies()
{
	local lg

	./lg --test-devices=neighbour guests/bench/leave_sweep samples=2000 >/dev/null &
	lg=$!
	until pkill -SEGV -P $lg; do
		kill -0 $lg || return 99
	done
	wait $lg
}

check "no Guest named" "./lg" 2 'name a Guest'
check "a missing file" "./lg /tmp/none" 2 'No such file'
check "an empty file" "./lg /tmp/empty" 2 '/tmp/empty: '
check "a folder" "./lg /tmp" 2 '/tmp: '
check "a file that is no ELF" "./lg /tmp/text" 2 'not an i386 ELF'
check "an ELF of another machine" "./lg /tmp/amd64" 2 'not an i386 ELF'
check "an ELF of another class" "./lg /tmp/class64" 2 'not an i386 ELF'
check "an ELF that is not static" "./lg /tmp/dynamic" 2 'static'
check "an ELF cut off in its headers" "./lg /tmp/short.elf" 2 'truncated|not an i386|nothing to load'
check "an ELF cut off in a segment" "./lg /tmp/cut.elf" 2 'truncated|nothing to load'
check "a Guest larger than its memory" "./lg /tmp/large" 2 'does not fit'
check "a Guest above its memory" "./lg /tmp/high" 2 'does not fit'
check "an entry outside memory" "./lg /tmp/entry" 2 'entry'
check "no such variant" "./lg --variant clasic $tiny" 3 'no such variant'
check "a variant's name that is too long" "./lg --variant $(printf 'x%.0s' {1..64}) $tiny" 3 'no such variant'
check "no such twin" "./lg --twin both $tiny" 2 'plain or probed'
check "no memory" "./lg --mem 0 $tiny" 2 'must be'
check "too much memory" "./lg --mem 257 $tiny" 2 'must be'
check "an option that is none" "./lg --frobnicate $tiny" 2
check "a command line that is too long" "./lg $tiny $(printf 'x%.0s' {1..3000})" 2 'longer than'
check "a samples file that cannot be written" "./lg --samples /nowhere/s $tiny" 2 '/nowhere/s'
check "not root" "as_nobody ./lg $tiny" 3 'root'
check "root without its capabilities" "without_capabilities ./lg $tiny" 3 'permitted|root'
check "a small locked-memory limit binds whoever is not privileged" \
	"setpriv --bounding-set=-ipc_lock --inh-caps=-ipc_lock prlimit --memlock=65536 ./lg $tiny" 3 'pin'
check "SIGTERM ends a Guest in order" "ended_by TERM" 143
check "SIGINT too" "ended_by INT" 130
check "and SIGKILL" "ended_by KILL" 137
check "a neighbour that dies ends its Guest" "neighbour_dies" 1 'SYSENTER went wrong'
check "twenty Guests at once leave room for another" \
	"for i in \$(seq 20); do ./lg guests/witness/witness >/dev/null & done; sleep 3; ./lg $tiny; s=\$?; kill \$(jobs -p); wait; exit \$s" 0 'Hello'
unload
