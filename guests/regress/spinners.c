/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spinners - companions that never give their CPU back, and a Launcher that is to be killed (R10).
 *
 * Companions run under SCHED_FIFO at their Guest's priority.  With three of them spinning, the
 * Launcher's turn never came again, and a SIGKILL to it waited for the turn as long.  A neighbour
 * of the same priority did the same.  The runner kills this Guest while it waits for its turn,
 * which must act at once, and nothing may be left on the CPU.
 *
 * test: spinners; args=companions=3; stop=2; expect=INERT
 * test: spinners.before_their_turn; args=companions=1 first=spin; stop=2; expect=INERT
 * test: spinners.neighbour; args=companions=1 neighbour=1; stop=2; expect=INERT
 */
#include "guest.h"

__attribute__((noreturn))
static void spin(void)
{
	for (;;)
		asm volatile("" : : : "memory");
}

int main(void)
{
	const char *first = guest_word("first");

	if (guest_word("companion") && first)
		spin();
	if (guest_word("companion")) {
		out8(PORT_TURN, 0);
		spin();
	}
	if (guest_word("neighbour"))
		out8(PORT_NEIGHBOUR, 255);
	out8(PORT_COMPANIONS, guest_number("companions", 1));
	out8(PORT_TURN, 0);
	return 1;
}
