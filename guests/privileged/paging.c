/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * paging - the shadow as a TLB: a page that is mapped anew is seen after invlpg, after a load of
 * CR3 unless it is global, and after a change of CR4.PGE in any case; accessed and dirty
 * bits appear; the error code's P is what the tables say.
 *
 * test: paging; variants=all; twins=all; launch=--privileged; expect=INERT
 * test: paging.global; variants=all; launch=--privileged --shadow global; expect=INERT
 * test: paging.single; variants=all; launch=--privileged --shadow single; expect=INERT
 */
#include "privileged.h"

#define VA	0x200000u
#define OTHER	0x201000u
#define USED	0x67u

static volatile uint32_t *const at = (void *)VA;

/* A page of memory, known by what its first word says. */
static void fill(uint32_t pa)
{
	*(volatile uint32_t *)pa = pa;
	*guest_pte(pa) |= USED;
}

static void map(uint32_t pa, uint32_t flags)
{
	*guest_pte(VA) = pa | flags;
}

static void local(void)
{
	map(0x210000, USED);
	WRITE_CR(3, READ_CR(3));
	report(*at == 0x210000, "a page is mapped");
	map(0x211000, USED);
	flush_page(VA);
	report(*at == 0x211000, "another, after invlpg");
	map(0x210000, USED);
	WRITE_CR(3, READ_CR(3));
	report(*at == 0x210000, "another, after a load of CR3");
}

static void global(void)
{
	WRITE_CR(4, CR4_PGE);
	map(0x210000, USED | PTE_GLOBAL);
	flush_page(VA);
	report(*at == 0x210000, "a global page");
	map(0x211000, USED | PTE_GLOBAL);
	WRITE_CR(3, READ_CR(3));
	report(*at == 0x210000, "stays over a load of CR3");
	flush_page(VA);
	report(*at == 0x211000, "goes at invlpg");
	map(0x210000, USED);
	WRITE_CR(4, 0);
	WRITE_CR(4, CR4_PGE);
	report(*at == 0x210000, "goes when CR4.PGE changes");
	*guest_pte(OTHER) = 0x211000 | USED | PTE_GLOBAL;
	flush_page(OTHER);
	report(*(volatile uint32_t *)OTHER == 0x211000, "a global page beside a local one");
	map(0x212000, USED);
	*guest_pte(OTHER) = 0x212000 | USED | PTE_GLOBAL;
	WRITE_CR(3, READ_CR(3));
	report(*at == 0x212000 && *(volatile uint32_t *)OTHER == 0x211000,
	       "each goes or stays by itself");
}

static void used_bits(void)
{
	uint32_t value;

	map(0x210000, 0x07);
	flush_page(VA);
	value = *at;
	report(value == 0x210000 && (*guest_pte(VA) & 0x60) == 0x20, "accessed: %x",
	       *guest_pte(VA));
	*at = value;
	report((*guest_pte(VA) & 0x60) == 0x60, "and dirty: %x", *guest_pte(VA));
}

static void errors(void)
{
	map(0x210000, 0x65);
	flush_page(VA);
	report(TRY("movl $0, 0x200000") == PF(PF_P | PF_W), "a write to a read-only page: %x",
	       try_result);
	report(shared->cr2 == VA, "CR2 is shared: %x", shared->cr2);
	map(0, 0);
	report(TRY("movl $0, 0x200000") != RAN || *at,
	       "an entry that was dropped may still be used");
	flush_page(VA);
	report(TRY("movl $0, 0x200000") == PF(PF_W), "but not after invlpg: %x", try_result);
}

int main(void)
{
	privileged_begin();
	for (uint32_t pa = 0x210000; pa < 0x213000; pa += PAGE_BYTES)
		fill(pa);
	local();
	global();
	used_bits();
	errors();
	return report_status();
}
