/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * linear_stack - a ring-1 stack named in linear mode, after the first NEW_PGTABLE.
 *
 * In linear mode every page is its own address, writable, and ring 3's too; the first
 * directory ends all that.  The Host threw its shadow away and filled in the stack's pages
 * again, as it must whenever a shadow is emptied, but it did so before it had left linear
 * mode: those pages kept the rights and the place they had before, whatever the Guest's tables
 * said about them.  Here the tables map the stack to another page.
 *
 * test: linear_stack; variants=classic,stacked; expect=INERT
 */
#include "guest.h"

#define SLOT_PAGES	1024

static uint32_t table[SLOT_PAGES] __attribute__((aligned(PAGE_BYTES)));
static uint32_t here[1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t there[1024] __attribute__((aligned(PAGE_BYTES)));

int main(void)
{
	guest_init();
	here[0] = 0x1111;
	there[0] = 0x2222;
	hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, (uint32_t)here + PAGE_BYTES, 1);
	for (uint32_t n = 0; n < SLOT_PAGES; n++)
		table[n] = n * PAGE_BYTES | 0x67;
	table[(uint32_t)here / PAGE_BYTES] = (uint32_t)there | 0x63;
	guest_dir[0] = (uint32_t)table | 0x27;
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir);
	report(*(volatile uint32_t *)here == 0x2222, "the stack is where the tables put it");
	*(volatile uint32_t *)here = 0x3333;
	*(volatile uint32_t *)&table[(uint32_t)here / PAGE_BYTES] = (uint32_t)here | 0x63;
	hypercall1(LG_HC_FLUSH_TLB, 1);
	report(*(volatile uint32_t *)here == 0x1111, "and was written there alone");
	return report_status();
}
