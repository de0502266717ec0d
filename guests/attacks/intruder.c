/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intruder - another task runs the Guest (R8).
 *
 * The owner's FPU, memory map and Host stack are what a run relies on.  A second thread
 * of the Launcher asks LG_RUN again and again; each time the owner comes back for its
 * console it has the Guest's lock to itself.  It must be told EPERM, each time.
 *
 * test: intruder; expect=INERT; groups=killers
 */
#include "attack.h"

int main(void)
{
	attack_begin();
	out32(PORT_INTRUDE, 1);
	for (uint32_t i = 0; i < 3000; i++)
		in8(PORT_CONSOLE);
	report(true, "the owner alone ran it");
	return report_status();
}
