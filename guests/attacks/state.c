/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state - what the CPU keeps besides flags: x87 exceptions left pending, odd code and stack
 * segments, and what can be read that one should not rely on (A10, A11, B6, E7).
 *
 * An x87 exception that a Guest leaves pending goes off at the next waiting instruction of
 * whoever has the FPU then: it must be the Guest's own.  16-bit code and stacks, and code
 * with a limit right behind it, take traps and hypercalls as any.  Of the Host the Guest may
 * see where tables lie (not with UMIP), TR, a null LDTR, and CR0.  Its last message has no end and
 * looks like a printf format.
 *
 * test: state; variants=classic,lazy_fpu,fast_reentry,stacked; expect=INERT; groups=killers
 */
#include "attack.h"

static void pending_x87(void)
{
	static const uint16_t control = 0x0000;

	expect(ATTEMPT("fninit; fldcw (%%ebx); fldz; fld1; fdivp; movl $0, %%eax; int $0x1f;"
		       "inb %%dx, %%al; fwait", 0, (uint32_t)&control, 0, PORT_CONSOLE), 16 << 16,
	       "x87", 0);
	asm volatile("fninit");
	expect(ATTEMPT("fld1; fstp %%st", 0, 0, 0, 0), RAN, "x87", 1);
}

/* Limit in bytes, D bit clear or set. */
static uint32_t code_limit(uint32_t limit, bool wide)
{
	return DESC_CODE(1) - 0x00cf0000 + (wide ? 0x00400000 : 0) + (limit & 0xf0000);
}

/* From a code segment that could not hold the way back. */
static void come_back(struct trap *trap)
{
	try_result = trap->vector << 16;
	trap->cs = LG_GUEST_CS;
	trap->eip = try_resume;
	lguest_data.irq_enabled = LG_IF;
}

static void odd_segments(void)
{
	uint32_t end = 0x10ffff;
	struct { uint32_t offset; uint16_t selector; } far = { 0, MINE_SELECTOR };
	static uint8_t *const code16 = (uint8_t *)0x8000;
	/* mov $0, %eax in 16-bit code; int $0x1f; ud2 */
	static const uint8_t bytes[] = { 0x66, 0xb8, 0, 0, 0, 0, 0xcd, 0x1f, 0x0f, 0x0b };

	load_gdt_entry(MINE, 0x0000ffff, code_limit(end, true) | 0);
	far.offset = 0x120000;
	ATTEMPT("ljmp *(%%ebx)", 0, (uint32_t)&far, 0, 0);
	expect(try_result, GP(0), "a jump past the limit", 0);
	guest_gate(6, GATE_INTERRUPT, 0, come_back);
	memcpy(code16, bytes, sizeof(bytes));
	load_gdt_entry(MINE, 0x0000ffff, code_limit(0xffff, false));
	far.offset = (uint32_t)code16;
	expect(ATTEMPT("ljmp *(%%ebx)", 0, (uint32_t)&far, 0, 0), UD, "16-bit code", 0);
	load_gdt_entry(MINE, 0x0000ffff, DESC_DATA(1) & ~0x00400000u);
	expect(ATTEMPT("mov %%ebx, %%ss; movl $0, %%eax; int $0x1f; inb $0x80, %%al", 0,
		       MINE_SELECTOR, 0, 0), RAN, "a 16-bit stack", 0);
}

static uint32_t ldtr(void)
{
	uint32_t ldt = 0;

	ATTEMPT("sldt (%%ebx)", 0, (uint32_t)&ldt, 0, 0);
	return ldt;
}

/* Runs at ring 1, or is refused where UMIP is on. */
static void leaks(void)
{
	static uint8_t table[8];

	expect(ldtr(), 0, "LDTR", 0);
	ATTEMPT("sgdt (%%ebx)", 0, (uint32_t)table, 0, 0);
	expect(try_result == RAN ? GP(0) : try_result, GP(0), "sgdt", 0);
	ATTEMPT("smsw %%eax; str %%ebx", 0, 0, 0, 0);
	expect(try_result == RAN ? GP(0) : try_result, GP(0), "smsw", 0);
}

int main(void)
{
	static char message[LG_MESSAGE_BYTES];

	/* The life after the message. */
	if (guest_word("restarts"))
		return 0;
	attack_begin();
	pending_x87();
	odd_segments();
	leaks();
	if (attack_end("state"))
		return 1;
	for (uint32_t i = 0; i < LG_MESSAGE_BYTES; i++)
		message[i] = "%n%s"[i % 4];
	hypercall2(LG_HC_SHUTDOWN, (uint32_t)message, LG_SHUTDOWN_RESTART);
	return 1;
}
