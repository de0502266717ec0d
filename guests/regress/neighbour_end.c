/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * neighbour_end - a neighbour that is ended before it has begun.
 *
 * The Launcher has the higher priority, so the new process may not have had the CPU when its
 * end is asked for.  A signal that the Launcher handles would then be handled by the copy of
 * that handler, and both would wait for each other for ever.
 *
 * test: neighbour_end
 */
#include "guest.h"

int main(void)
{
	guest_init();
	for (uint32_t i = 0; i < 20; i++) {
		out8(PORT_NEIGHBOUR, 1);
		out8(PORT_NEIGHBOUR, 0);
	}
	report(true, "20 neighbours ended at once");
	return report_status();
}
