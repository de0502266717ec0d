/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syscall_reflected - int 0x80 from ring 3 through an interrupt gate, as Linux has it
 * since 4.6: it must turn virtual interrupts off, so it goes through the Host.
 *
 * bench: syscall_reflected; insns; int 0x80 to the Guest's kernel and back, reflected; ASPLOS'06 "syscall"
 */
#include "syscall.h"

int main(void)
{
	return syscall_bench("syscall_reflected.noop", "syscall_reflected", GATE_INTERRUPT);
}
