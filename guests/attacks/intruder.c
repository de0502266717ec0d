/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intruder - another task runs the Guest (R8).
 *
 * A run relies on the owner's FPU, memory map and Host stack.  A second thread of the Launcher
 * calls LG_RUN again and again; each time the owner returns for its console that thread can take
 * the Guest's lock.  It must get EPERM each time.
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
