/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * restart - SHUTDOWN asks for a restart: the Launcher makes the Guest afresh, with one
 * word more on its command line, so that it knows.
 *
 * test: restart; groups=contract; expect=INERT
 */
#include "guest.h"

static uint32_t here_before;

int main(void)
{
	guest_init();
	report(!here_before, "memory is fresh");
	here_before = 1;
	if (!guest_word("restarts"))
		guest_shutdown("again, please", LG_SHUTDOWN_RESTART);
	report(guest_number("restarts", 0) == 1, "this is restart %u",
	       guest_number("restarts", 0));
	return report_status();
}
