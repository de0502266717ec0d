/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ldt - LLDT, and selectors of the LDT: what the CPU uses is as the Guest's table was at its
 * last LLDT, descriptors of ring 0 and of the system do not get there, the copy cannot be written
 * to, and what a segment register holds stays.
 *
 * test: ldt; variants=all; twins=all; launch=--privileged; expect=INERT
 */
#include "privileged.h"

#define SEL(i, rpl)	((i) * 8 + 4 + (rpl))
#define LDT_DESC	0x00008200u
#define ENTRIES		8192u
#define VA		0x300000u
#define USED		0x67u

static uint64_t table[ENTRIES] __attribute__((aligned(PAGE_BYTES)));
static uint64_t other[4];
static uint32_t words[4] = { 0x11111111, 0x22222222, 0x33333333, 0x44444444 };

static uint64_t at_word(uint32_t i, uint32_t dpl)
{
	return descriptor((uint32_t)&words[i], DESC_FLAT_LOW, DESC_DATA(dpl));
}

static void set_ldt(const void *base, uint32_t limit)
{
	own_gdt[MINE] = descriptor((uint32_t)base, limit, LDT_DESC | (limit & 0xf0000));
	asm volatile("lldt %w0" : : "r" (MINE * 8) : "memory");
}

static void no_ldt(void)
{
	asm volatile("lldt %w0" : : "r" (0) : "memory");
}

static int32_t try_gs(uint32_t selector)
{
	return ATTEMPT("movl %%eax, %%gs", selector, 0, 0, 0);
}

static void nonsense(void)
{
	static const uint32_t high[] = { 0x00008900, 0x0000e400, 0x00cf9300, 0x00008500 };
	uint32_t i, wrong = 0;

	for (i = 0; i < ARRAY_SIZE(high); i++) {
		own_gdt[MINE] = descriptor((uint32_t)table, sizeof(table) - 1, high[i]);
		wrong += ATTEMPT("lldt %%ax", MINE * 8 + 1, 0, 0, 0) != GP(MINE * 8);
	}
	report(!wrong, "lldt of what is no LDT: %u of them taken", wrong);
	own_gdt[MINE] = descriptor((uint32_t)table, sizeof(table) - 1, LDT_DESC & ~0x8000u);
	report(ATTEMPT("lldt %%ax", MINE * 8, 0, 0, 0) == NOT_PRESENT(MINE * 8), "an absent one");
	own_gdt[MINE] = descriptor((uint32_t)table, sizeof(table) - 1, LDT_DESC);
	report(ATTEMPT("lldt %%ax", MINE * 8 + 4, 0, 0, 0) == GP(MINE * 8 + 4),
	       "by a selector of the LDT");
	report(ATTEMPT("lldt %%ax", 0xfff8, 0, 0, 0) == GP(0xfff8), "beyond the GDT");
	report(try_gs(SEL(0, 1)) == GP(SEL(0, 0)), "no LDT, no selector of it");
}

static void data(void)
{
	uint32_t i, good = 0;

	for (i = 0; i < 4; i++)
		table[i] = at_word(i, i);
	set_ldt(table, 4 * 8 - 1);
	for (i = 1; i < 4; i++) {
		set_gs(SEL(i, 1));
		good += same_gs() == words[i];
		in8(PORT_NOBODY);
		good += same_gs() == words[i] && gs_selector() == SEL(i, 1);
	}
	report(good == 6, "data of the LDT, before and behind an exit: %u of 6", good);
	set_gs(SEL(0, 1));
	report(same_gs() == words[0], "data of ring 0 is data of ring 1");
	report(try_gs(SEL(4, 1)) == GP(SEL(4, 0)), "beyond the limit");
	report(try_gs(SEL(ENTRIES - 1, 3)) == GP(SEL(ENTRIES - 1, 0)), "far beyond");
	table[1] = at_word(2, 1);
	set_ldt(table, 4 * 8 - 1);
	set_gs(SEL(1, 1));
	report(same_gs() == words[2], "another entry, behind LLDT");
}

/* LLDT's own operand, by a segment of the LDT that is still there. */
static void operands(void)
{
	uint32_t value = 0;

	words[2] = MINE * 8;
	set_gs(SEL(2, 1));
	table[2] = at_word(2, 1);
	asm volatile("lldt %%gs:0" : : : "memory");
	words[2] = 0x33333333;
	set_gs(SEL(2, 1));
	value = same_gs();
	report(value == words[2], "an operand in a segment of the LDT: %x", value);
}

/* LAR of an absent segment works, and a load of it is #NP. */
static void absent(void)
{
	uint32_t rights = 0;
	int32_t loaded;

	table[1] = descriptor(0, DESC_FLAT_LOW, 0x00cf7200);
	set_ldt(table, 4 * 8 - 1);
	asm volatile("larl %1, %0" : "+r" (rights) : "r" (SEL(1, 3)));
	report((rights & 0x00f0ff00) == 0x00c07200, "rights of an absent segment: %x", rights);
	loaded = try_gs(SEL(1, 3));
	report(loaded == NOT_PRESENT(SEL(1, 0)), "a load of it: %x", loaded);
}

static void forbidden(void)
{
	static const uint32_t highs[] = {
		0x0000ec00, 0x0000e400, 0x00008900, 0x00008b00, 0x00008200, 0x0000e500,
		0x0000ee00, 0x0000ef00, 0x00006c00, 0x00006400,
	};
	uint32_t i, wrong = 0, cs;

	for (i = 0; i < ARRAY_SIZE(highs); i++) {
		table[0] = (uint64_t)highs[i] << 32 | SWITCHER_CS << 16 |
			   ((uint32_t)attack_payload & 0xffff);
		set_ldt(table, 7);
		wrong += ATTEMPT("ljmp $0x5, $0", 0, 0, 0, 0) == RAN;
		wrong += ATTEMPT("lcall $0x7, $0", 0, 0, 0, 0) == RAN;
	}
	report(!wrong, "system descriptors: %u are live", wrong);
	table[0] = descriptor(0, DESC_FLAT_LOW, DESC_CODE(0u));
	set_ldt(table, 7);
	asm volatile("ljmp %1, $1f\n1:\tmovl %%cs, %0\n\tljmp %2, $2f\n2:"
		     : "=r" (cs) : "i" (SEL(0, 0)), "i" (LG_GUEST_CS));
	report((cs & 0xffff) == SEL(0, 1), "code of ring 0 is code of ring 1: CS %x", cs & 0xffff);
}

/* Nothing is emulated there: the Host would have to look for it by another table's base. */
static void kernel_code(void)
{
	uint32_t good = 0;

	good += TRY("ljmp $0x4, $2f\n2:\tinvlpg (%0)", "r" (VA)) == GP(0);
	asm volatile("ljmp %0, $1f\n1:" : : "i" (LG_GUEST_CS));
	good += TRY("ljmp $0x4, $2f\n2:\tmovl %0, %%cr3", "r" (READ_CR(3))) == GP(0);
	asm volatile("ljmp %0, $1f\n1:" : : "i" (LG_GUEST_CS));
	report(good == 2, "a kernel's instructions in its LDT are its faults: %u of 2", good);
}

static void copy_is_read_only(void)
{
	uint32_t va, wrong = 0;

	set_ldt(table, 0xffff);
	for (va = LG_LDT_VA; va < LG_LDT_VA + ENTRIES * 8; va += PAGE_BYTES)
		wrong += ATTEMPT("movl %%eax, (%%ebx)", ~0u, va, 0, 0) != PF(PF_W);
	report(!wrong, "the copy: %u pages take a store", wrong);
	va = LG_LDT_VA + ENTRIES * 8;
	report(ATTEMPT("movl (%%ebx), %%eax", 0, va, 0, 0) == PF(0), "and it ends there");
}

/* Entries before and behind a page that is not there. */
static void beside_nothing(void)
{
	int32_t last = 2 * PAGE_BYTES / 8 - 1, hole = PAGE_BYTES / 8, good = 0;
	uint64_t *odd = table + 5;

	table[hole - 1] = table[last + 1] = at_word(1, 3);
	*guest_pte((uint32_t)&table[hole]) = 0;
	flush_page((uint32_t)&table[hole]);
	set_ldt(odd, 0xffff);
	good += try_gs(SEL(hole - 1 - 5, 3)) == RAN;
	good += try_gs(SEL(hole - 5, 3)) == GP(SEL(hole - 5, 0));
	good += try_gs(SEL(last + 1 - 5, 3)) == RAN;
	set_gs(0);
	*guest_pte((uint32_t)&table[hole]) = (uint32_t)&table[hole] | USED;
	report(good == 3, "a page of the table is not mapped: %u of 3", good);
}

/* Every limit, the largest, and tables where none is. */
static void limits(void)
{
	uint32_t i, good = 0;

	for (i = 0; i < 64; i++) {
		set_ldt(table, i);
		good += try_gs(SEL(0, 1)) == (i < 7 ? GP(SEL(0, 0)) : RAN);
		set_gs(0);
	}
	report(good == 64, "limits: %u of 64", good);
	table[ENTRIES - 1] = at_word(1, 3);
	set_ldt(table, 0xfffff);
	set_gs(SEL(ENTRIES - 1, 3));
	report(same_gs() == words[1], "the last entry of the largest");
	set_gs(0);
	own_gdt[MINE] = descriptor((uint32_t)table, 0xffff, LDT_DESC | 0x8f0000);
	asm volatile("lldt %w0" : : "r" (MINE * 8) : "memory");
	report(try_gs(SEL(ENTRIES - 1, 3)) == RAN, "a limit of 4 GiB");
	set_gs(0);
	beside_nothing();
	set_ldt((void *)0xfffffff0, 0xffff);
	set_ldt((void *)0xff800000, 0xffff);
	set_ldt((void *)LG_SHARED_VA, 0xffff);
	set_ldt((void *)0x3ffffff0, 0xffff);
	report(try_gs(SEL(0, 1)) == GP(SEL(0, 0)), "a table that is not mapped");
}

/* A kernel changes the LDT before it saves GS, which the new one does not have. */
static void held(void)
{
	const uint64_t spoilt[] = {
		0, at_word(3, 1), descriptor(0, DESC_FLAT_LOW, 0x00cff800), 0x0000e40000500000,
		descriptor(0, DESC_FLAT_LOW, 0x00cf7200),
	};
	uint32_t i, good = 0;

	table[3] = at_word(3, 3);
	for (i = 0; i < 32; i++) {
		set_ldt(table, 4 * 8 - 1);
		set_gs(SEL(3, 3));
		if (i & 1)
			no_ldt();
		else
			set_ldt(other, sizeof(other) - 1);
		good += gs_selector() == SEL(3, 3) && same_gs() == words[3];
		in8(PORT_NOBODY);
		good += gs_selector() == SEL(3, 3) && same_gs() == words[3];
		set_gs(0);
		in8(PORT_NOBODY);
		good += try_gs(SEL(3, 3)) == GP(SEL(3, 0));
		good += gs_selector() == 0;
	}
	report(good == 4 * 32, "GS over an LLDT: %u of %u", good, 4 * 32);
	for (i = good = 0; i < ARRAY_SIZE(spoilt); i++) {
		table[3] = at_word(3, 3);
		table[2] = at_word(2, 3);
		set_ldt(table, 4 * 8 - 1);
		set_gs(SEL(3, 3));
		table[3] = spoilt[i];
		set_ldt(table, 4 * 8 - 1);
		good += gs_selector() == SEL(3, 3) && same_gs() == words[3];
		table[2] = at_word(1, 3);
		in8(PORT_NOBODY);
		good += gs_selector() == SEL(3, 3) && same_gs() == words[3];
		set_gs(SEL(2, 3));
		good += same_gs() == words[2];
		in8(PORT_NOBODY);
		good += try_gs(SEL(3, 3)) != RAN;
	}
	report(good == 4 * i, "over one that it could not be loaded from: %u of %u", good, 4 * i);
	set_gs(0);
}

static uint32_t user_cs, user_ss, user_value;

static void fault(struct trap *trap)
{
	(void)trap;
	*guest_pte(VA) = VA | USED;
}

/* A program in code and on a stack of its LDT: faults and fills find it there. */
static void user(void)
{
	asm volatile("movl %3, %%gs\n\t"
		     "movl %%ss, %%ecx; movl %4, %%ss\n\t"
		     "ljmp %5, $1f\n"
		     "1:\tmovl %%gs:0, %%edx; movl %%edx, %6\n\t"
		     "movl %%cs, %0; movl %%ss, %1; movl %%gs:0, %2\n\t"
		     "movl %%ecx, %%ss\n\t"
		     "ljmp %7, $2f\n2:"
		     : "=&r" (user_cs), "=&r" (user_ss), "=&r" (user_value)
		     : "r" (SEL(3, 3)), "r" (SEL(2, 3)), "i" (SEL(1, 3)),
		       "m" (*(volatile uint32_t *)VA), "i" (LG_GUEST_USER_CS)
		     : "ecx", "edx", "memory");
	user_exit();
}

static void programs(void)
{
	uint32_t i, good = 0;

	table[1] = descriptor(0, DESC_FLAT_LOW, DESC_CODE(3u));
	table[2] = descriptor(0, DESC_FLAT_LOW, DESC_DATA(3u));
	table[3] = at_word(3, 3);
	set_ldt(table, 4 * 8 - 1);
	guest_user_ready(GATE_TRAP, NULL);
	guest_gate(14, GATE_INTERRUPT, 0, fault);
	for (i = 0; i < 32; i++) {
		*guest_pte(VA) = 0;
		flush_page(VA);
		guest_user(user);
		good += (user_cs & 0xffff) == SEL(1, 3) && (user_ss & 0xffff) == SEL(2, 3) &&
			user_value == words[3];
	}
	report(good == 32, "programs in segments of the LDT: %u of 32", good);
}

int main(void)
{
	privileged_begin();
	nonsense();
	data();
	operands();
	absent();
	forbidden();
	kernel_code();
	copy_is_read_only();
	limits();
	held();
	programs();
	set_gs(0);
	no_ldt();
	return report_status();
}
