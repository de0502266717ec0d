/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * copy_sweep - what copy-in costs for each bit of `changed`.  So many calls that set the
 * bit, 0 to 3, wait in the async ring when one hypercall drains them, and the switch that
 * follows copies once, however many they were.  With t[n] the time for n of them,
 *
 *	t[2] - t[1]			is a call's own cost, and
 *	t[1] - t[0] - (t[2] - t[1])	is the copy's, and that of beginning to drain,
 *
 * of which the latter is all there is to the series of calls that set nothing.
 *
 * Series: copy_none.N, copy_tls.N, copy_gdt.N, copy_idt.N; copy_all.N of one call of each
 * of the last three.
 *
 * bench: copy_sweep; insns; a hypercall that drains calls which set a bit of changed, by their number; -
 */
#include "bench.h"

#define MOST_CALLS	3u
#define VECTOR		6u		/* one that the CPU would deliver by itself */

enum kind { NONE = 0, TLS = 1, GDT = 2, IDT = 4, ALL = 7 };

static uint64_t tls[LG_TLS_ENTRIES] = { 0x00cff3000000ffffull };

static void one_of_each(enum kind kind)
{
	if (kind == NONE)
		guest_async(LG_HC_FLUSH_ASYNC, 0, 0, 0, 0);
	if (kind & TLS)
		guest_async(LG_HC_LOAD_TLS, (uint32_t)tls, 0, 0, 0);
	if (kind & GDT)
		guest_async(LG_HC_LOAD_GDT_ENTRY, LG_GUEST_USER_DS / 8, DESC_FLAT_LOW,
			    DESC_DATA(3u), 0);
	if (kind & IDT)
		guest_async(LG_HC_LOAD_IDT_ENTRY, VECTOR, LG_GUEST_CS << 16, GATE_INTERRUPT, 0);
}

static void queue(enum kind kind, uint32_t calls)
{
	while (calls--)
		one_of_each(kind);
}

static void measure(enum kind kind, const char *name)
{
	for (uint32_t calls = 0; calls <= MOST_CALLS; calls++)
		BENCH_EACH(bench_name(name, calls, ""), queue(kind, calls),
			   hypercall0(LG_HC_FLUSH_ASYNC));
}

int main(void)
{
	guest_init();
	guest_paging();
	measure(NONE, "copy_none");
	measure(TLS, "copy_tls");
	measure(GDT, "copy_gdt");
	measure(IDT, "copy_idt");
	measure(ALL, "copy_all");
	return 0;
}
