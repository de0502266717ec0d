/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * out_host - `out` to a port that nobody has claimed, which the Host carries out itself.
 *
 * bench: out_host; insns; OUT carried out by the Host; ISCA'16 "I/O Out" (kernel)
 */
#include "bench.h"

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("out_host.noop", );
	BENCH("out_host", out8(PORT_NOBODY, 0));
	return 0;
}
