/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * io - IN and OUT that the Host carries out at ring 1: eight opcodes, with and without
 * the operand-size prefix, at both ends of a page.  IN gives all ones of its width and
 * touches nothing else; OUT changes nothing; EIP moves on by the right length.
 *
 * test: io; variants=all; twins=all; groups=contract; expect=INERT
 */
#include "guest.h"

struct insn {
	uint8_t bytes[3];
	uint8_t length;
	uint32_t eax;		/* afterwards, from 0x12345678 */
};

static const struct insn insns[] = {
	{ { 0xe4, 0x80 }, 2, 0x123456ff },		/* in $0x80, %al */
	{ { 0xe5, 0x80 }, 2, 0xffffffff },		/* in $0x80, %eax */
	{ { 0x66, 0xe5, 0x80 }, 3, 0x1234ffff },	/* in $0x80, %ax */
	{ { 0x66, 0xe4, 0x80 }, 3, 0x123456ff },
	{ { 0xec }, 1, 0x123456ff },			/* in %dx, %al */
	{ { 0xed }, 1, 0xffffffff },
	{ { 0x66, 0xed }, 2, 0x1234ffff },
	{ { 0x66, 0xec }, 2, 0x123456ff },
	{ { 0xe6, 0x80 }, 2, 0x12345678 },		/* out %al, $0x80 */
	{ { 0xe7, 0x80 }, 2, 0x12345678 },
	{ { 0x66, 0xe7, 0x80 }, 3, 0x12345678 },
	{ { 0x66, 0xe6, 0x80 }, 3, 0x12345678 },
	{ { 0xee }, 1, 0x12345678 },			/* out %al, %dx */
	{ { 0xef }, 1, 0x12345678 },
	{ { 0x66, 0xef }, 2, 0x12345678 },
	{ { 0x66, 0xee }, 2, 0x12345678 },
};

static uint8_t pages[2 * PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

/* Run the bytes at `at`, followed by ret, with known registers. */
static bool run_at(const struct insn *insn, uint8_t *at)
{
	uint32_t a = 0x12345678, b = 0xb0b0b0b0, c = (uint32_t)at, d = 0xabcd0080;
	uint32_t si = 0x51515151, di = 0xd1d1d1d1;

	memcpy(at, insn->bytes, insn->length);
	at[insn->length] = 0xc3;
	asm volatile("call *%%ecx"
		     : "+a" (a), "+b" (b), "+c" (c), "+d" (d), "+S" (si), "+D" (di)
		     : : "memory", "cc");
	return a == insn->eax && b == 0xb0b0b0b0 && c == (uint32_t)at &&
	       d == 0xabcd0080 && si == 0x51515151 && di == 0xd1d1d1d1;
}

static void run_all(const char *mode)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(insns); i++) {
		bool good = run_at(&insns[i], pages);

		/* Every way to lie across the end of the page. */
		for (int back = 1; back <= 3; back++)
			good &= run_at(&insns[i], pages + PAGE_BYTES - back);
		report(good, "%s: opcode %2x %2x", mode, insns[i].bytes[0],
		       insns[i].bytes[1]);
	}
}

int main(void)
{
	guest_init();
	run_all("linear");
	guest_paging();
	run_all("paged");
	report(in8(PORT_CONSOLE) == (uint8_t)CONSOLE_ANSWER(PORT_CONSOLE), "a claimed port: byte");
	report(in16(PORT_CONSOLE) == (uint16_t)CONSOLE_ANSWER(PORT_CONSOLE),
	       "a claimed port: two bytes");
	report(in32(PORT_CONSOLE) == CONSOLE_ANSWER(PORT_CONSOLE), "a claimed port: four");
	return report_status();
}
