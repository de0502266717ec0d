/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * in_launcher - `in` from a port that the Launcher has claimed: out of the Host's kernel
 * and back.
 *
 * bench: in_launcher; insns; IN carried out by the Launcher; ISCA'16 "I/O In" (user space)
 */
#include "bench.h"

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("in_launcher.noop", );
	BENCH("in_launcher", in8(PORT_CONSOLE));
	return 0;
}
