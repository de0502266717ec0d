/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * companions - a companion that wants companions of its own.
 *
 * The Launcher starts others like itself where its Guest asks for them, each with the same
 * Guest.  A Guest that asks unconditionally asks in its companions too: once each Launcher started
 * another, all of them under SCHED_FIFO, until the Host had no room for a Guest.  Only the first
 * Guest's request counts.
 *
 * test: companions; expect=REFUSED only the first Guest
 */
#include "guest.h"

int main(void)
{
	guest_init();
	out8(PORT_COMPANIONS, 1);
	out8(PORT_COMPANIONS, 0);
	return 0;
}
