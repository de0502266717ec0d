/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * attack.h - what the attacks share.  An attack is a Guest that tries one way to escape and prints
 * the result.  Wherever it might have gained rights it runs PAYLOAD, an OUT to the lab machine's
 * exit port: at ring 1 the Host ignores it, and with more rights the machine ends at once with
 * status 181, which no runner can overlook.
 */
#ifndef ATTACK_H
#define ATTACK_H

#include "guest.h"

#define PAYLOAD		"movb $0x5a, %%al; outb %%al, $0xf4\n\t"

/* What ATTEMPT returns. */
#define RAN		(-1)
#define GP(error)	(13 << 16 | (error))
#define UD		(6 << 16)
#define NOT_PRESENT(e)	(11 << 16 | (e))
#define PF(error)	(14 << 16 | (error))
#define PF_P		1
#define PF_W		2
#define PF_U		4

/* A selector of the Switcher's, and the address below which everything is the Guest's. */
#define SWITCHER_CS	0x50
#define SWITCHER_DS	0x58
#define TSS_SELECTOR	0x80
#define REGION_VA	0xff400000u

/* A GDT entry that no one uses, by index and as ring 1 names it. */
#define MINE		20
#define MINE_SELECTOR	(MINE * 8 + 1)

extern uint32_t attack_esp, attack_ds;
extern char attack_payload[];

/*
 * ATTEMPT(text, a, b, c, d): run the text with these registers, whatever it does to
 * stack and segments; RAN if it came to its end, else vector << 16 | error.  Works at
 * ring 1 and ring 3, after guest_try_ready().
 */
#define ATTEMPT(text, a, b, c, d)						\
({										\
	uint32_t a_ = (a), b_ = (b), c_ = (c), d_ = (d);			\
										\
	try_result = RAN;							\
	asm volatile("pushl %%ebp; pushfl; mov %%ds, attack_ds\n\t"		\
		     "movl %%esp, attack_esp; movl $771f, try_resume\n\t"	\
		     text "\n"							\
		     "771:\tmovl %%cs:attack_ds, %%eax\n\t"			\
		     "movl %%eax, %%ds; movl %%eax, %%es\n\t"			\
		     "movl %%eax, %%ss; movl attack_esp, %%esp\n\t"		\
		     "movl $0, try_resume; popfl; popl %%ebp"			\
		     : "+a" (a_), "+b" (b_), "+c" (c_), "+d" (d_)		\
		     : : "esi", "edi", "memory", "cc");				\
	try_result;								\
})

/* Where control must never arrive with rights: the payload, and then a fault, so that
 * an ATTEMPT that got here at ring 1 comes back with GP(0). */
asm(".pushsection .text\n"
    ".globl attack_payload\n"
    "attack_payload:\n\t"
    "movb $0x5a, %al\n\t"
    "outb %al, $0xf4\n\t"
    "hlt\n\t"
    "jmp attack_payload\n"
    ".popsection\n"
    ".pushsection .bss\n"
    ".globl attack_esp, attack_ds\n"
    "attack_esp: .space 4\n"
    "attack_ds: .space 4\n"
    ".popsection\n");

/* What went wrong is printed at the end: ring 3 has no console, and every character is
 * an exit to the Launcher. */
static uint32_t attack_wrong;
static struct attack_failure {
	const char *what;
	uint32_t which;
	int32_t got, want;
} attack_failures[8];

static inline void expect(int32_t got, int32_t want, const char *what, uint32_t which)
{
	if (got == want)
		return;
	if (attack_wrong < ARRAY_SIZE(attack_failures))
		attack_failures[attack_wrong] =
			(struct attack_failure){ what, which, got, want };
	attack_wrong++;
}

static inline int attack_end(const char *what)
{
	for (uint32_t i = 0; i < attack_wrong && i < ARRAY_SIZE(attack_failures); i++) {
		struct attack_failure *f = &attack_failures[i];

		print("# %s (%x): %x, not %x\n", f->what, f->which, f->got, f->want);
	}
	report(!attack_wrong, "%s: %u wrong", what, attack_wrong);
	return report_status();
}
/* INIT, page tables, gates for all vectors that may arrive. */
static inline void attack_begin(void)
{
	guest_init();
	guest_paging();
	guest_try_ready();
}

/* Unmap the memory that the Guest does not use, boot_params and command line too, so that a wild
 * jump ends there. */
static inline void attack_fence(void)
{
	uint32_t bytes = guest_memory_bytes();

	for (uint32_t va = 0; va < bytes; va += PAGE_BYTES)
		if (va < 0x100000 || va >= (uint32_t)guest_end)
			*guest_pte(va) = 0;
	hypercall1(LG_HC_FLUSH_TLB, 1);
}

static inline void load_gdt_entry(uint32_t index, uint32_t low, uint32_t high)
{
	hypercall3(LG_HC_LOAD_GDT_ENTRY, index, low, high);
}

static inline uint32_t page_of(uint32_t va)
{
	return va & ~(PAGE_BYTES - 1);
}

/*
 * What ring 1 can read of the Switcher's slots, found by trying: where the tables lie is
 * a secret only on CPUs with UMIP, and no defence on any.
 */
#define SEEN_PAGES	64
static struct attack_seen {
	uint32_t pages[SEEN_PAGES];	/* all that can be read, lowest first */
	uint32_t count;
	uint32_t regs;			/* the one that can be written */
	uint32_t shared;		/* and, if the Switcher has it, lguest_data's */
	uint32_t text;			/* the first of the Switcher's own slot */
} seen;

static bool attack_can(const char *how, uint32_t va)
{
	if (*how == 'r')
		return ATTEMPT("movl (%%ebx), %%eax", 0, va, 0, 0) == RAN;
	return ATTEMPT("lock orl $0, (%%ebx)", 0, va, 0, 0) == RAN;
}

/* Whether this page is the one of lguest_data by another address, as in the variant resident:
 * what is written to the one is read from the other. */
static inline bool attack_is_shared(uint32_t va)
{
	volatile uint32_t *here = (uint32_t *)&lguest_data.cr2;
	volatile uint32_t *there = (uint32_t *)(va + ((uint32_t)here & (PAGE_BYTES - 1)));
	uint32_t kept = *here, same = 0;

	for (uint32_t n = 0; n < 2; n++) {
		*here = 0x5ea1ed00 + n;
		same += *there == 0x5ea1ed00 + n;
	}
	*here = kept;
	return same == 2;
}

static inline void attack_scan(void)
{
	for (uint32_t va = REGION_VA; va >= REGION_VA; va += PAGE_BYTES) {
		if (!attack_can("read", va) || seen.count == SEEN_PAGES)
			continue;
		seen.pages[seen.count++] = va;
		if (!seen.text && va >= REGION_VA + (1u << 22))
			seen.text = va;
		if (!attack_can("write", va))
			continue;
		if (attack_is_shared(va))
			seen.shared = va;
		else if (!seen.regs)
			seen.regs = va;
	}
}

static inline uint32_t attack_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* The number of this life, in a Guest that must die for many reasons. */
static inline uint32_t attack_life(uint32_t lives)
{
	out32(PORT_LIVES, lives);
	return guest_number("restarts", 0);
}

#endif
