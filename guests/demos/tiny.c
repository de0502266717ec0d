/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tiny - the smallest Guest worth running: it prints a line, a character at a time
 * through a port that the Launcher has claimed, and shuts itself down.
 *
 * test: tiny; groups=demos; expect=INERT
 */
#include "guest.h"

int main(void)
{
	print("Hello from ring %u.\n", LG_GUEST_CS & 3);
	return 0;
}
