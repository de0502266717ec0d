/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syscall_direct - int 0x80 from ring 3 through a trap gate, which the CPU takes to ring
 * 1 without an exit, to a handler that does nothing.
 *
 * bench: syscall_direct; insns; int 0x80 to the Guest's kernel and back, direct; ASPLOS'06 "syscall", PVM "getpid"
 */
#include "syscall.h"

int main(void)
{
	return syscall_bench("syscall_direct.noop", "syscall_direct", GATE_TRAP);
}
