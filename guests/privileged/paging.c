/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * paging - the shadow as a TLB: a page that is mapped anew is seen after invlpg, after a load of
 * CR3 unless it is global, and after a change of CR4.PGE in any case; accessed and dirty
 * bits appear; the error code's P is what the tables say; INVLPG of operands of each kind.
 *
 * test: paging; variants=all; twins=all; launch=--privileged; expect=INERT
 * test: paging.global; variants=all; launch=--privileged --shadow global; expect=INERT
 * test: paging.single; variants=all; launch=--privileged --shadow single; expect=INERT
 */
#include "privileged.h"

#define VA	0x200000u
#define OTHER	0x201000u
#define BASED	20		/* an entry of the GDT, */
#define BASE	0x120000u	/* and where its segment begins */
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

/* Whether an INVLPG, whatever its operand looks like, drops the page. */
#define DROPS(...)						\
({								\
	map(0x210000, USED);					\
	flush_page(VA);						\
	(void)*at;						\
	map(0x211000, USED);					\
	asm volatile(__VA_ARGS__);				\
	*at == 0x211000;					\
})

static void operands(void)
{
	uint32_t good = 0;

	good += DROPS("invlpg (%0)" : : "a" (VA) : "memory");
	good += DROPS("invlpg (%0)" : : "b" (VA + 7) : "memory");
	good += DROPS("invlpg (%0)" : : "c" (VA + 4095) : "memory");
	good += DROPS("invlpg (%0)" : : "d" (VA) : "memory");
	good += DROPS("invlpg (%0)" : : "S" (VA) : "memory");
	good += DROPS("invlpg (%0)" : : "D" (VA) : "memory");
	report(good == 6, "invlpg of a register: %u", good);
	good = DROPS("invlpg 0x200000" : : : "memory");
	good += DROPS("invlpg -8(%0)" : : "r" (VA + 8) : "memory");
	good += DROPS("invlpg (%0, %1, 4)" : : "r" (VA - 0x400), "r" (0x100) : "memory");
	good += DROPS("invlpg %%es:(%0)" : : "r" (VA) : "memory");
	good += DROPS("xchgl %0, %%ebp; invlpg (%%ebp); xchgl %0, %%ebp" : : "a" (VA) : "memory");
	good += DROPS("xchgl %0, %%esp; invlpg (%%esp); xchgl %0, %%esp" : : "a" (VA) : "memory");
	report(good == 6, "of other operands: %u", good);
}

/* DS has a base while the page is dropped. */
static void based_operands(void)
{
	uint32_t good;

	own_gdt[BASED] = descriptor(BASE, DESC_FLAT_LOW, DESC_DATA(0u));
	load_gdtr(own_gdt, sizeof(own_gdt) - 1);
	good = DROPS("movl %1, %%ds; invlpg (%0); movl %2, %%ds" : :
		     "a" (VA - BASE), "r" (BASED * 8), "r" (LG_GUEST_DS & ~3u) : "memory");
	good += DROPS("movl %1, %%ds; invlpg 4(%0); movl %2, %%ds" : :
		      "a" (VA - BASE), "r" (BASED * 8), "r" (LG_GUEST_DS & ~3u) : "memory");
	report(good == 2, "of a segment with a base: %u", good);
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
	operands();
	based_operands();
	return report_status();
}
