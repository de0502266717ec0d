# SPDX-License-Identifier: GPL-2.0-or-later
# The file of a Guest in other hands, and after its owner: what the module names by pointer it
# holds, and lets go.

. tests/host/held.sh

load
held_before=$(held) pinned_before=$(pinned)
check "by fork, socket and exec" "tests/device pass" 0 'by exec'
check "a dead owner has no heir, whoever gets its task_struct" "tests/device heirs 16 96" 0 'ran none of'
check "a file is closed by io_uring, in the work before an entry" "tests/device closing 60" 0 '^60 Guests'
check "the module holds no more slab objects" 'same $held_before $(held)'
check "no page stays pinned" 'same $pinned_before $(pinned)'
check "nobody uses the module" "cat /sys/module/switchyard/refcnt" 0 '^0$'
unload
