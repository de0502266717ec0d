/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * no_message - SHUTDOWN with a message that cannot be read.
 *
 * Linux 4 restarts with the physical address of NULL, which lies outside memory, and was killed
 * where it wanted to boot again.  Such a message is an empty one.
 *
 * test: no_message; expect=INERT
 */
#include "guest.h"

int main(void)
{
	uint32_t life = guest_number("restarts", 0);

	guest_init();
	if (life == 0)
		hypercall2(LG_HC_SHUTDOWN, 0x40000000, LG_SHUTDOWN_RESTART);
	if (life == 1)
		hypercall2(LG_HC_SHUTDOWN, guest_memory_bytes() - 100, LG_SHUTDOWN_RESTART);
	report(life == 2, "two lives ended without a message, and this is restart %u", life);
	return report_status();
}
