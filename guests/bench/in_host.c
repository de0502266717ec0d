/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * in_host - `in` from a port that nobody has claimed, which the Host carries out itself.
 *
 * bench: in_host; insns; IN carried out by the Host; ISCA'16 "I/O In" (kernel), ASPLOS'06 "in"
 */
#include "bench.h"

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("in_host.noop", );
	BENCH("in_host", in8(PORT_NOBODY));
	return 0;
}
