# SPDX-License-Identifier: GPL-2.0-or-later
# Faulty Launchers (tests/device): the Host answers their requests as include/lg/dev.h says, and
# leaks nothing.  SCALE, a number, multiplies how much of it is done.

scale=${SCALE:-1}
device=tests/device
. tests/host/held.sh

load
held_before=$(held) pinned_before=$(pinned)
check "windows where none can be are refused" "$device windows" 0 'one with a hole: EFAULT'
check "flags and policies that there are not are refused" "$device flags" 0 'privileged Guest: EINVAL'
check "a Launcher of another interface is refused" "$device version" 0 'next interface: EINVAL'
check "and the kernel's log has both versions" "dmesg" 0 'built for interface [0-9]+, this module has [0-9]+'
check "eight threads on one file" "$device threads $((20000 * scale))" 0 'requests beside'
check "selectors that none may have" "$device regs" 0 'code selectors refused'
check "the window's memory taken away under the Guest" "$device under" 0 'truncate: the Guest goes on'
check "10 kHz of signals, stop and continue, a debugger" "$device signals $((1000 * scale))" 0 'let go 100 times'
check "Launchers killed wherever it finds them" "$device killed 20261 $((64 * scale))" 0 'Launchers killed'
check "two Guests moved against each other each ms" \
	"$device migrate $((1000 * scale)) ./lg guests/witness/witness -- ./lg --variant stacked guests/witness/witness" 0 'times moved'
check "a process beside storms of traps gets its share" "$device share 3 guests/attacks/storm 0 1 2 3 4 5 7" 0 'kind 7'
check "requests at random, most of them harmless" "$device fuzz 20261 $((5000 * scale))" 0 'ended by it'
check "requests at random that end the Guest" "$device fuzz 20262 fatal $((200 * scale))" 0 'of them ended'
check "the module holds no more slab objects" 'same $held_before $(held)'
check "no page stays pinned" 'same $pinned_before $(pinned)'
check "nobody uses the module" "cat /sys/module/switchyard/refcnt" 0 '^0$'
check "a Guest runs after all that" "./lg $tiny" 0 'Hello'
unload
