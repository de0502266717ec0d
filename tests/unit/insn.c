/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of kmod/insn.h, the decoder of a Guest's privileged instructions, and of the
 * validators of kmod/check.h that they meet.  Random bytes never make it read past its input, and
 * known encodings come out as the CPU's manual has them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "lg/abi.h"
#include "insn.h"

#define RANDOM_TRIES	3000000
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static u32 random_word(void)
{
	static u32 state = 0x5eed1e55u;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static struct lg_regs some_regs(void)
{
	return (struct lg_regs){
		.eax = 0x1000, .ecx = 0x20000, .edx = 0x300000, .ebx = 0x4000000, .esp = 0x5,
		.ebp = 0x60, .esi = 0x700, .edi = 0x8000,
	};
}

/* Opcodes that matter come first in half of the tries. */
static void random_bytes(struct lg_insn *in)
{
	static const u8 first[] = { 0x0f, 0x8e, 0x66, 0x67, 0xf0, 0x36, 0x65, 0xf4, 0x17 };

	for (unsigned int i = 0; i < LG_INSN_BYTES; i++)
		in->bytes[i] = random_word();
	if (random_word() & 1)
		in->bytes[0] = first[random_word() % ARRAY_SIZE(first)];
	in->have = random_word() % (LG_INSN_BYTES + 1);
}

static void never_past_its_bytes(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < RANDOM_TRIES; i++) {
		struct lg_regs regs = some_regs();
		struct lg_insn in = { .have = 0 };
		bool decoded;

		random_bytes(&in);
		decoded = lg_insn_decode(&in);
		assert_true(in.at <= in.have);
		if (!decoded)
			continue;
		decoded = lg_insn_operand(&in, &regs);
		assert_true(in.at <= in.have);
		assert_true(in.segment <= LG_SEG_GS);
		assert_false(decoded && in.bad);
	}
}

/* Fewer bytes than the instruction has: no answer, and never a shorter one. */
static void truncated(void **state)
{
	static const u8 lgdt[] = { 0x65, 0x0f, 0x01, 0x94, 0x88, 0x78, 0x56, 0x34, 0x12 };

	(void)state;
	for (u8 have = 0; have <= sizeof(lgdt); have++) {
		struct lg_regs regs = some_regs();
		struct lg_insn in = { .have = have };
		bool whole;

		memcpy(in.bytes, lgdt, sizeof(lgdt));
		whole = lg_insn_decode(&in) && lg_insn_operand(&in, &regs);
		assert_int_equal(whole, have == sizeof(lgdt));
	}
}

static void known(void **state)
{
	static const struct {
		u8 bytes[10], length;
		u16 opcode;
		u8 segment;
		u32 offset;
	} rows[] = {
		{ { 0x0f, 0x01, 0x10 }, 3, 0x0f01, LG_SEG_DS, 0x1000 },
		{ { 0x0f, 0x01, 0x15, 4, 3, 2, 1 }, 7, 0x0f01, LG_SEG_DS, 0x01020304 },
		{ { 0x0f, 0x01, 0x50, 0xff }, 4, 0x0f01, LG_SEG_DS, 0xfff },
		{ { 0x0f, 0x01, 0x55, 0x10 }, 4, 0x0f01, LG_SEG_SS, 0x70 },
		{ { 0x0f, 0x01, 0x14, 0x24 }, 4, 0x0f01, LG_SEG_SS, 5 },
		{ { 0x0f, 0x01, 0x54, 0x8c, 1 }, 5, 0x0f01, LG_SEG_SS, 5 + 0x80000 + 1 },
		{ { 0x0f, 0x01, 0x14, 0x4d, 8, 0, 0, 0 }, 8, 0x0f01, LG_SEG_DS, 0x40008 },
		{ { 0x64, 0x0f, 0x01, 0x14, 0x24 }, 5, 0x0f01, LG_SEG_FS, 5 },
		{ { 0x66, 0x8e, 0x97, 0xfc, 0xff, 0xff, 0xff }, 7, 0x8e, LG_SEG_DS, 0x7ffc },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct lg_regs regs = some_regs();
		struct lg_insn in = { .have = sizeof(rows[i].bytes) };

		memcpy(in.bytes, rows[i].bytes, sizeof(rows[i].bytes));
		assert_true(lg_insn_decode(&in) && lg_insn_operand(&in, &regs));
		assert_int_equal(in.opcode, rows[i].opcode);
		assert_int_equal(in.at, rows[i].length);
		assert_true(in.memory);
		assert_int_equal(in.segment, rows[i].segment);
		assert_int_equal(in.offset, rows[i].offset);
	}
}

/* What the manual says of a load of a segment register: `ring` is CPL and RPL together.  For SS it
 * is the GDT's alone. */
static bool cpu_loads(u32 selector, u64 d, bool stack)
{
	u32 high = d >> 32, type = high >> 8 & 0xf, dpl = high >> 13 & 3, rpl = selector & 3;
	bool code = type & 8;

	if (selector < 4)
		return !stack;
	if ((stack && (selector & 4 || selector >= 256)) || !(high >> 15 & 1) || !(high >> 12 & 1))
		return false;
	if (stack)
		return !code && type & 2 && dpl == 1;
	if (code)
		return type & 2 && (type & 4 || rpl <= dpl);
	return rpl <= dpl;
}

static void selectors_all(void **state)
{
	(void)state;
	for (u32 selector = 0; selector < 0x140; selector++)
		for (u32 attributes = 0; attributes < 256; attributes++) {
			u64 d = (u64)(attributes << 8) << 32 | 0xffff;

			assert_int_equal(lg_check_data_selector(selector, d),
					 cpu_loads(selector, d, false));
			assert_int_equal(lg_check_stack_selector(selector, d),
					 cpu_loads(selector, d, true));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_past_its_bytes),
		cmocka_unit_test(truncated),
		cmocka_unit_test(known),
		cmocka_unit_test(selectors_all),
	};

	return cmocka_run_group_tests_name("insn", tests, NULL, NULL);
}
