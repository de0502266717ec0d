/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * canary - if this fails nothing else is worth reading: INIT, a hypercall that changes
 * no register, leaving linear mode, and a report that reaches the runner.
 *
 * test: canary; variants=all; twins=all; groups=canary,contract; expect=INERT
 */
#include "guest.h"

/* All six registers that a hypercall might touch, before and after. */
static bool registers_survive(void)
{
	uint32_t a = LG_HC_FLUSH_ASYNC, b = 0xb0b0b0b0, c = 0xc1c1c1c1, d = 0xd2d2d2d2;
	uint32_t si = 0x53535353, di = 0xd4d4d4d4;

	asm volatile("int $0x1f"
		     : "+a" (a), "+b" (b), "+c" (c), "+d" (d), "+S" (si), "+D" (di)
		     : : "memory");
	return a == LG_HC_FLUSH_ASYNC && b == 0xb0b0b0b0 && c == 0xc1c1c1c1 &&
	       d == 0xd2d2d2d2 && si == 0x53535353 && di == 0xd4d4d4d4;
}

int main(void)
{
	guest_init();
	report(lguest_data.reserve_mem == 0u - 0xff400000u, "reserve_mem is %x",
	       lguest_data.reserve_mem);
	report(lguest_data.time_sec > 1000000000u, "the Host sets the time");
	report(registers_survive(), "a hypercall changes no register");
	guest_paging();
	report(registers_survive(), "nor does it under the Guest's own page tables");
	report(in8(PORT_NOBODY) == 0xff, "a port of nobody's reads all ones");
	report(in8(PORT_CONSOLE) == (uint8_t)CONSOLE_ANSWER(PORT_CONSOLE),
	       "a claimed port is the Launcher's");
	return report_status();
}
