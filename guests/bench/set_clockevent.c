/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * set_clockevent - SET_CLOCKEVENT 0: cancelling a clock that is not set.
 *
 * bench: set_clockevent; insns; cancelling a clock that is not set; -
 */
#include "bench.h"

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("set_clockevent.noop", );
	BENCH("set_clockevent", hypercall1(LG_HC_SET_CLOCKEVENT, 0));
	return 0;
}
