/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * task_gate - gates for vectors that are never the Guest's are ignored, whatever their type.
 *
 * Linux loads its whole IDT, in which vector 8 has a task gate (0x8500): the Host judged the
 * type first and killed it.
 *
 * test: task_gate; expect=INERT
 */
#include "guest.h"

int main(void)
{
	static const uint8_t vectors[] = { 2, 8, 15, 18, LG_HYPERCALL_VECTOR };

	guest_init();
	for (uint32_t i = 0; i < sizeof(vectors); i++)
		hypercall3(LG_HC_LOAD_IDT_ENTRY, vectors[i], 0x00f80000, 0x8500);
	report(true, "the Guest goes on beside %u task gates", (uint32_t)sizeof(vectors));
	return report_status();
}
