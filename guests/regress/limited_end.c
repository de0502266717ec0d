/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * limited_end - a Guest that jumps at random powers itself off.
 *
 * Of ten thousand lives that jump into random bytes one or two reach their own shutdown.
 * The Launcher once took that for the end of the whole run: nine thousand lives were not
 * lived, with status 0.  After PORT_LIMIT no shutdown of the Guest counts; the next life must
 * follow.
 *
 * test: limited_end; expect=INERT
 */
#include "attack.h"

#define LIMIT_MS	60000

int main(void)
{
	uint32_t life = attack_life(4);

	guest_init();
	if (life < 2) {
		out32(PORT_LIMIT, LIMIT_MS);
		guest_shutdown("on the way", LG_SHUTDOWN_POWEROFF);
	}
	report(life == 2, "two lives powered themselves off, and life %u goes on", life);
	return report_status();
}
