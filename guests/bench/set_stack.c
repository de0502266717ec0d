/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * set_stack - SET_STACK with two pages, as a Guest kernel does at each context switch.
 *
 * bench: set_stack; insns; naming a ring-1 stack of two pages; -
 */
#include "bench.h"

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("set_stack.noop", );
	BENCH("set_stack", hypercall3(LG_HC_SET_STACK, LG_GUEST_DS,
				      (uint32_t)guest_trap_stack_top, 2));
	return 0;
}
