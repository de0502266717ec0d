/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fault_present - a page fault's error code says "present" where the Guest's own tables do.
 *
 * A page that may not be written, and that nobody has touched, is not in the shadow yet: the CPU
 * calls it absent.  Linux 4.13 tries its write protection so, at boot, and took the fault
 * again and again.
 *
 * test: fault_present; expect=INERT
 */
#include "guest.h"

#define WINDOW_VA	0x40000000u
#define P		1u
#define W		2u
#define U		4u

static uint32_t table[1024] __attribute__((aligned(PAGE_BYTES)));
static uint8_t data[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

static void page_fault(struct trap *trap)
{
	try_result = trap->vector << 16 | trap->error;
	trap->eip = try_resume;
	lguest_data.irq_enabled = trap->eflags & LG_IF;
}

static void set(uint32_t gpte)
{
	table[0] = gpte;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, WINDOW_VA, gpte);
}

static void expect(int32_t fault, const char *what)
{
	int32_t got = TRY("movl %%eax, (%%ecx)", "c" (WINDOW_VA), "a" (0));

	report(got == fault, "%s: %x", what, got);
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_gate(14, GATE_INTERRUPT, 0, page_fault);
	guest_dir[WINDOW_VA >> 22] = (uint32_t)table | P | W | U;
	hypercall2(LG_HC_SET_PGD, (uint32_t)guest_dir, WINDOW_VA >> 22);
	set(0);
	expect(14 << 16 | W, "absent");
	set((uint32_t)data | P);
	expect(14 << 16 | W | P, "present, untouched, read-only");
	expect(14 << 16 | W | P, "and again");
	return report_status();
}
