/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_ports - a Guest that asks for the powers of its Launcher: to start processes, to change
 * their scheduling and CPU, to have its memory written, to live again (R14).
 *
 * A Guest must not reach what only tests use: in a Launcher that was not started for tests each
 * test port ends the Guest, with a message that names the device.  `port=N` is the N-th test port;
 * after the last of them this Guest ends normally.
 *
 * test: test_ports.companions; args=port=12; launch=--test-devices=none; expect=REFUSED 'companions'
 * test: test_ports.turn; args=port=13; launch=--test-devices=none; expect=REFUSED 'companions'
 * test: test_ports.neighbour; args=port=16; launch=--test-devices=none; expect=REFUSED 'neighbour'
 * test: test_ports.move; args=port=17; launch=--test-devices=none; expect=REFUSED 'moves'
 * test: test_ports.flip; args=port=8; launch=--test-devices=none; expect=REFUSED 'flip'
 * test: test_ports.lives; args=port=0; launch=--test-devices=none; expect=REFUSED 'lives'
 * test: test_ports.others; args=port=12; launch=--test-devices=lives,flip,moves; expect=REFUSED 'companions'
 * test: test_ports.in; args=port=11 in=1; launch=--test-devices=none; expect=REFUSED 'slept'
 */
#include "guest.h"

static const uint16_t ports[] = {
	PORT_LIVES, PORT_LIMIT, PORT_TALLY, PORT_TALLY + 1, PORT_TALLY + 2, PORT_TALLY + 3,
	PORT_FLAGS, PORT_SEGMENT, PORT_FLIP, PORT_REARM, PORT_INTRUDE, PORT_SLEPT,
	PORT_COMPANIONS, PORT_TURN, PORT_IRQ, PORT_TRAP, PORT_NEIGHBOUR, PORT_MOVE,
};

int main(void)
{
	uint32_t n = guest_number("port", 0);

	guest_init();
	if (n >= ARRAY_SIZE(ports)) {
		print("there are %u test ports\n", ARRAY_SIZE(ports));
		return 0;
	}
	if (guest_word("in"))
		in8(ports[n]);
	else
		out32(ports[n], 1);
	report(false, "test port %x was answered", ports[n]);
	return report_status();
}
