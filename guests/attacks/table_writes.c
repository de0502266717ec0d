/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * table_writes - writing the CPU's own tables (B8, R4).
 *
 * IDT, GDT and TSS must be mapped in the Guest's page tables, or no trap could be
 * taken; any ring may ask where they are; and ring 1 is supervisor for paging.  So the one
 * thing between the Guest and a call gate of its own is that the pages are read-only,
 * and that CR0.WP makes that hold for supervisors.  Every kind of write to each of them
 * must be a page fault on a present page, from either ring.  Then the attacker plants a
 * call gate and an interrupt gate to ring 0 all the same, and goes through them.
 *
 * test: table_writes; variants=all; expect=INERT; groups=killers
 */
#include "attack.h"

static bool user;

#define TRY_WRITE(text)								\
	expect(ATTEMPT(text, 0, va, 4, 0), PF(PF_P | PF_W | (user ? PF_U : 0)), text, va)

static void write_all_ways(uint32_t va)
{
	TRY_WRITE("movb %%al, (%%ebx)");
	TRY_WRITE("movw %%ax, (%%ebx)");
	TRY_WRITE("movl %%eax, (%%ebx)");
	TRY_WRITE("xchgl %%eax, (%%ebx)");
	TRY_WRITE("lock cmpxchg8b (%%ebx)");
	TRY_WRITE("lock btsl $0, (%%ebx)");
	TRY_WRITE("lock incl (%%ebx)");
	TRY_WRITE("movl %%ebx, %%edi; cld; stosl");
	TRY_WRITE("movl %%ebx, %%edi; movl $attack_esp, %%esi; cld; rep movsb");
	TRY_WRITE("fnstcw (%%ebx)");
	TRY_WRITE("setc (%%ebx)");
	TRY_WRITE("pushl %%eax; popl (%%ebx)");
	/* At ring 1 the trap itself would need that stack. */
	if (!user)
		return;
	TRY_WRITE("leal 4(%%ebx), %%esp; pushl %%eax");
	TRY_WRITE("leal 4(%%ebx), %%esp; call attack_payload");
}

static void write_pages(void)
{
	for (uint32_t i = 0; i < seen.count; i++)
		if (seen.pages[i] != seen.regs && seen.pages[i] != seen.shared)
			write_all_ways(seen.pages[i] + 0x7f8);
}

static void user_writes(void)
{
	write_pages();
	user_exit();
}

static void plant(uint32_t va, uint32_t low, uint32_t high)
{
	ATTEMPT("movl %%ecx, (%%ebx)", 0, va, low, 0);
	ATTEMPT("movl %%ecx, (%%ebx)", 0, va + 4, high, 0);
}

/* A call gate at our own entry of whatever may be the GDT, an interrupt gate for vector
 * 6 in whatever may be the IDT, both to ring 0. */
static void go_through(uint32_t page)
{
	uint32_t to = (uint32_t)attack_payload;
	uint32_t low = SWITCHER_CS << 16 | (to & 0xffff), high = to & 0xffff0000;
	struct { uint32_t offset; uint16_t selector; } far = { 0, MINE_SELECTOR };

	plant(page + MINE * 8, low, high | 0xec00);
	plant(page + LG_IDT_ENTRIES * 8 + MINE * 8, low, high | 0xec00);
	expect(ATTEMPT("lcall *(%%ebx)", 0, (uint32_t)&far, 0, 0), GP(MINE * 8), "lcall", page);
	plant(page + 6 * 8, low, high | 0xee00);
	expect(ATTEMPT("int $6", 0, 0, 0, 0), UD, "int 6", page);
}

int main(void)
{
	attack_begin();
	attack_scan();
	report(seen.count >= 3 && seen.regs, "%u pages, the regs page at %x", seen.count,
	       seen.regs);
	write_pages();
	for (uint32_t i = 0; i < seen.count; i++)
		if (seen.pages[i] != seen.regs && seen.pages[i] != seen.shared)
			go_through(seen.pages[i]);
	guest_user_ready(GATE_TRAP, NULL);
	user = true;
	guest_user(user_writes);
	return attack_end("writes");
}
