/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fences - readings of the TSC are fenced where the CPU has LFENCE, and work where it has not.
 *
 * test: fences; variants=classic,stacked; groups=contract; expect=INERT
 */
#include <cpuid.h>

#include "guest.h"

int main(void)
{
	extern const uint8_t *const guest_fences_begin[], *const guest_fences_end[];
	uint32_t eax, ebx, ecx, edx, wrong = 0;
	uint32_t before = tsc_low(), after = tsc_low();

	__cpuid(1, eax, ebx, ecx, edx);
	for (const uint8_t *const *at = guest_fences_begin; at < guest_fences_end; at++)
		wrong += (*(const volatile uint32_t *)*at & 0xffffff) !=
			 (edx & bit_SSE2 ? 0xe8ae0fu : 0x001f0fu);
	report(guest_fences_end - guest_fences_begin >= 4 && !wrong, "%u fences, %u wrong",
	       guest_fences_end - guest_fences_begin, wrong);
	report(after - before, "time goes on");
	return report_status();
}
