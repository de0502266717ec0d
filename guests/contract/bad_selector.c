/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bad_selector - a segment register holds a selector whose descriptor the Guest then
 * takes away: on the way back in, the Switcher's own pop faults, at ring 0, with the
 * Guest's pages live.  The Host must see that the fault was the Switcher's, and kill.
 *
 * test: bad_selector.fs; variants=all; twins=all; expect=KILLED "bad selector"; args=case=0
 * test: bad_selector.gs; variants=all; twins=all; expect=KILLED "bad selector"; args=case=1
 * test: bad_selector.ds; variants=all; twins=all; expect=KILLED "bad selector"; args=case=2
 * test: bad_selector.es; variants=all; twins=all; expect=KILLED "bad selector"; args=case=3
 * test: bad_selector.cs; variants=all; twins=all; expect=KILLED "bad selector"; args=case=4
 * test: bad_selector.ss; variants=all; twins=all; expect=KILLED "bad selector"; args=case=5
 */
#include "guest.h"

#define MINE	20

/* Load the selector of entry 20, and ask for that entry to be cleared. */
#define LOSE(segment)								\
	asm volatile("mov %w0, %%" #segment "; int $0x1f"			\
		     : : "r" (MINE * 8 + 1), "a" (LG_HC_LOAD_GDT_ENTRY),		\
			 "b" (MINE), "c" (0), "d" (0) : "memory")

int main(void)
{
	guest_init();
	guest_paging();
	hypercall3(LG_HC_LOAD_GDT_ENTRY, MINE, DESC_FLAT_LOW, DESC_DATA(1u));
	switch (guest_number("case", 0)) {
	case 0: LOSE(fs); break;
	case 1: LOSE(gs); break;
	case 2: LOSE(ds); break;
	case 3: LOSE(es); break;
	case 4: hypercall3(LG_HC_LOAD_GDT_ENTRY, LG_GUEST_CS / 8, 0, 0); break;
	case 5: LOSE(ss); break;
	}
	report(false, "a lost selector was no matter");
	return report_status();
}
