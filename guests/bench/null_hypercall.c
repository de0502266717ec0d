/* SPDX-License-Identifier: GPL-2.0-or-later */
/*G:120
 * null_hypercall - a round trip that asks for nothing: FLUSH_ASYNC with an empty ring,
 * under the Guest's own page tables.
 *
 * bench: null_hypercall; insns; a round trip that asks for nothing; ISCA'16 "Hypercall", kvm-unit-tests vmcall
 */
#include "bench.h"

static inline void null_hypercall(void)
{
	asm volatile("movl %0, %%eax; int %1"
		     : : "i" (LG_HC_FLUSH_ASYNC), "i" (LG_HYPERCALL_VECTOR)
		     : "eax", "memory");
}

int main(void)
{
	guest_init();
	guest_paging();
	BENCH("null_hypercall.noop", );
	BENCH("null_hypercall", null_hypercall());
	return 0;
}
