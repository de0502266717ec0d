/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of kmod/check.h, the validators between a Guest's values and the CPU.  Each is
 * compared with an oracle that says, from the CPU manual, what a value may do; where the space of
 * values is small enough all of it is tried.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lg/abi.h"
#include "lg/dev.h"
#include "check.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define RANDOM_TRIES	2000000
#define SEED		0x5eed1e55u

/* xorshift32: the same words in every run. */
static u32 random_word(void)
{
	static u32 state = SEED;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Words near every edge that a comparison could be off by one at. */
static const u32 edges[] = {
	0, 1, 2, 3, 4, 5, 7, 8, 0xfff, 0x1000, 0x1001, 0x1fff, 0x2000,
	0x3ffffb, 0x3ffffc, 0x3ffffd, 0x3fffff, 0x400000, 0x400001, 0x400fff, 0x401000,
	0x7fffffff, 0x80000000, 0x80000001, 0xfffff000, 0xffffefff,
	0xfffffffb, 0xfffffffc, 0xfffffffd, 0xfffffffe, 0xffffffff,
};

/* ---- flags ---- */

#define FLAG_IOPL	0x00003000u
#define FLAG_NT		0x00004000u
#define FLAG_RF		0x00010000u
#define FLAG_VM		0x00020000u
#define FLAG_VIF	0x00080000u
#define FLAG_VIP	0x00100000u
/* Bits that are 0 in every EFLAGS of the manual. */
#define FLAG_RESERVED	0xffc08028u

static void check_flags(u32 flags)
{
	u32 got = lg_check_flags(flags);

	if (got & (FLAG_IOPL | FLAG_NT | FLAG_RF | FLAG_VM | FLAG_VIF | FLAG_VIP |
		   FLAG_RESERVED) ||
	    !(got & LG_FLAG_IF) || !(got & LG_FLAG_FIXED) ||
	    (got ^ flags) & LG_FLAGS_ALLOWED)
		fail_msg("flags %#x gave %#x", flags, got);
}

static void flags_one_at_a_time(void **state)
{
	(void)state;
	for (unsigned int bit = 0; bit < 32; bit++) {
		check_flags(1u << bit);
		check_flags(~(1u << bit));
	}
	check_flags(0);
	check_flags(~0u);
}

/* Every combination of the bits that mean something, the reserved all clear or set. */
static void flags_all_together(void **state)
{
	(void)state;
	for (u32 flags = 0; flags < 1u << 22; flags++) {
		check_flags(flags);
		check_flags(flags | FLAG_RESERVED);
	}
}

static void flags_at_random(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < RANDOM_TRIES; i++)
		check_flags(random_word());
}

static void flags_twice_is_once(void **state)
{
	(void)state;
	for (u32 flags = 0; flags < 1u << 22; flags++)
		if (lg_check_flags(lg_check_flags(flags)) != lg_check_flags(flags))
			fail_msg("flags %#x change when checked again", flags);
}

/* ---- descriptors ---- */

/* As the CPU reads a descriptor's high word. */
static bool is_present(u32 high) { return high >> 15 & 1; }
static bool is_segment(u32 high) { return high >> 12 & 1; }
static u32 ring_of(u32 high) { return high >> 13 & 3; }
static bool is_accessed(u32 high) { return high >> 8 & 1; }

#define DESC_MAY_CHANGE	0x00006100u	/* DPL, accessed */

static void check_descriptor(u32 low, u32 high)
{
	u64 fixed = 0x123456789abcdef0u;
	bool taken = lg_check_descriptor(low, high, &fixed);
	u32 got = fixed >> 32;

	if (taken != (!is_present(high) || is_segment(high)))
		fail_msg("descriptor %08x%08x: taken %d", high, low, taken);
	if (!taken || !is_present(high)) {
		if (fixed)
			fail_msg("descriptor %08x%08x is stored", high, low);
		return;
	}
	if (!is_present(got) || !is_segment(got) || !ring_of(got) || !is_accessed(got))
		fail_msg("descriptor %08x%08x reaches the GDT as %08x", high, low, got);
	if ((u32)fixed != low || (got ^ high) & ~DESC_MAY_CHANGE)
		fail_msg("descriptor %08x%08x became another segment, %08x%08x", high, low,
			 got, (u32)fixed);
	if (ring_of(high) && ring_of(got) != ring_of(high))
		fail_msg("descriptor %08x%08x: DPL %u became %u", high, low,
			 ring_of(high), ring_of(got));
}

/* All attributes: type, S, DPL, P, limit 19:16, AVL, L, D, G. */
static void descriptors_all_attributes(void **state)
{
	static const u32 lows[] = { 0, 0xffff, 0xffff0000, 0xffffffff, 0x0060ffff };
	static const u32 bases[] = { 0, 0x000000ff, 0xff000000, 0xff0000ff };

	(void)state;
	for (u32 attributes = 0; attributes < 1u << 16; attributes++)
		for (size_t i = 0; i < ARRAY_SIZE(lows); i++)
			for (size_t j = 0; j < ARRAY_SIZE(bases); j++)
				check_descriptor(lows[i], attributes << 8 | bases[j]);
}

static void descriptors_at_random(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < RANDOM_TRIES; i++)
		check_descriptor(random_word(), random_word());
}

static void descriptors_twice_is_once(void **state)
{
	u64 once, twice;

	(void)state;
	for (u32 attributes = 0; attributes < 1u << 16; attributes++) {
		if (!lg_check_descriptor(0xffff, attributes << 8, &once))
			continue;
		assert_true(lg_check_descriptor((u32)once, once >> 32, &twice));
		assert_true(once == twice);
	}
}

/* Of the LDT's copy: the same, but an absent segment stays, and what is refused is absent. */
static void ldt_all_attributes(void **state)
{
	u64 fixed, want;

	(void)state;
	for (u32 attributes = 0; attributes < 1u << 16; attributes++) {
		u32 high = attributes << 8 | 0x5a0000a5u;

		lg_check_ldt_descriptor(0x0060ffff, high, &fixed);
		if (is_segment(high) && !is_present(high))
			want = (u64)high << 32 | 0x0060ffff;
		else
			lg_check_descriptor(0x0060ffff, high, &want);
		assert_true(fixed == want);
		assert_true(!fixed || is_segment(fixed >> 32));
	}
}

/* The limit as a CPU reckons it. */
static void limits_all(void **state)
{
	(void)state;
	for (u32 limit = 0; limit < 1u << 20; limit += 0x111) {
		u64 d = (u64)(limit & 0xf0000) << 32 | (limit & 0xffff) | 0xff00f0ffffff0000ull;

		assert_int_equal(lg_descriptor_limit(d & ~(0x800000ull << 32)), limit);
		assert_int_equal(lg_descriptor_limit(d | 0x800000ull << 32), limit * 4096 + 4095);
	}
}

static void reserved_entries(void **state)
{
	(void)state;
	for (u32 entry = 0; entry < 1u << 16; entry++)
		assert_int_equal(lg_gdt_entry_reserved(entry),
				 entry == 10 || entry == 11 || entry == 16 || entry == 31);
}

/* ---- gates and vectors ---- */

/* Type (S included) and P decide; DPL, the reserved bits and the offset do not. */
static void gates_all(void **state)
{
	(void)state;
	for (u32 high = 0; high < 1u << 16; high++) {
		enum lg_gate want = LG_GATE_BAD;

		if (!is_present(high))
			want = LG_GATE_ABSENT;
		else if ((high >> 8 & 0x1f) == 0x0e)
			want = LG_GATE_INTERRUPT;
		else if ((high >> 8 & 0x1f) == 0x0f)
			want = LG_GATE_TRAP;
		assert_int_equal(lg_check_gate(high), want);
		assert_int_equal(lg_check_gate(high | 0xabcd0000), want);
	}
}

/* The exceptions of the manual that push an error code on this kernel's CPUs. */
static bool pushes_error(u32 vector)
{
	static const u8 vectors[] = { 8, 10, 11, 12, 13, 14, 17 };

	return memchr(vectors, (int)vector, sizeof(vectors)) && vector < 256;
}

static void vectors_with_an_error(void **state)
{
	(void)state;
	for (u32 vector = 0; vector < 256; vector++)
		assert_int_equal(lg_vector_has_error(vector), pushes_error(vector));
}

/* NMI, double fault, machine check and every real interrupt stay with the Host. */
static void vectors_of_the_host(void **state)
{
	(void)state;
	for (u32 syscall = 32; syscall < 256; syscall++)
		for (u32 vector = 0; vector < 256; vector++) {
			bool host = vector == 2 || vector == 8 || vector == 18 ||
				    (vector > 31 && vector != syscall);

			assert_int_equal(lg_vector_host_owned(vector, syscall), host);
			if (host)
				assert_false(lg_vector_direct(vector, syscall));
		}
}

static void vectors_that_go_direct(void **state)
{
	/* What the Host must see itself: debug, #NM, #GP, #PF, #AC, the hypercall. */
	static const u8 never[] = { 1, 7, 13, 14, 17, LG_HYPERCALL_VECTOR };

	(void)state;
	for (size_t i = 0; i < sizeof(never); i++)
		assert_false(lg_vector_direct(never[i], 0x80));
	assert_true(lg_vector_direct(0, 0x80));
	assert_true(lg_vector_direct(3, 0x80));
	assert_true(lg_vector_direct(6, 0x80));
	assert_true(lg_vector_direct(0x80, 0x80));
	assert_false(lg_vector_direct(0x81, 0x80));
}

/* `int n` from ring 1 or 3 reaches a gate whose DPL is at least the ring. */
static void gates_by_int(void **state)
{
	(void)state;
	for (u32 vector = 0; vector < 256; vector++)
		for (u32 high = 0; high < 1u << 16; high++) {
			u32 dpl = lg_gate_dpl(vector, high);

			if (dpl & ~LG_DESC_DPL)
				fail_msg("vector %u: more than a DPL, %#x", vector, dpl);
			if (pushes_error(vector) && dpl)
				fail_msg("int %u forges a frame", vector);
			if (!pushes_error(vector) && ring_of(dpl) != ring_of(high))
				fail_msg("vector %u: DPL %u became %u", vector,
					 ring_of(high), ring_of(dpl));
		}
}

/* ---- selectors ---- */

static void code_selectors_all(void **state)
{
	(void)state;
	for (u32 selector = 0; selector < 1u << 17; selector++) {
		u32 rpl = selector & 3, entry = selector >> 3;
		bool local = selector & 4;
		bool want = !local && (rpl == 1 || rpl == 3) && entry >= 1 &&
			    entry < LG_GDT_ENTRIES;

		assert_int_equal(lg_check_code_selector(selector), want);
	}
	assert_false(lg_check_code_selector(0xffffffff));
	assert_false(lg_check_code_selector(0x10061));
}

/* ---- ranges and page tables ---- */

static void check_range(u32 pa, u32 bytes, u32 limit)
{
	bool want = pa < limit && (u64)pa + bytes <= limit;

	if (lg_check_range(pa, bytes, limit) != want)
		fail_msg("range %#x + %#x of %#x", pa, bytes, limit);
}

static void ranges(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(edges); i++)
		for (size_t j = 0; j < ARRAY_SIZE(edges); j++)
			for (size_t k = 0; k < ARRAY_SIZE(edges); k++)
				check_range(edges[i], edges[j], edges[k]);
	for (unsigned int i = 0; i < RANDOM_TRIES; i++)
		check_range(random_word(), random_word(), random_word());
}

/* A directory entry may carry P, RW, US, A, D, and name a table inside memory. */
static void directory_entries(void **state)
{
	static const u32 limit = 0x400000;

	(void)state;
	for (u32 low = 0; low < 1u << 12; low++)
		for (size_t i = 0; i < ARRAY_SIZE(edges); i++) {
			u32 gpde = (edges[i] & ~0xfffu) | low;
			bool want = !(low & ~0x67u) && (gpde & ~0xfffu) < limit;

			assert_int_equal(lg_check_gpde(gpde, limit), want);
		}
}

/* A page-table entry names a page of memory or of the device window; bit 7 is PAT. */
static void table_entries(void **state)
{
	static const u32 sizes[][2] = {
		{ 1, 0 }, { 0x400, 0 }, { 0x400, 1 }, { 0x400, 0x400 },
		{ LG_MAX_WINDOW_PAGES, LG_MAX_WINDOW_PAGES },
	};

	(void)state;
	for (u32 low = 0; low < 1u << 12; low++)
		for (size_t i = 0; i < ARRAY_SIZE(edges); i++)
			for (size_t j = 0; j < ARRAY_SIZE(sizes); j++) {
				u32 gpte = (edges[i] & ~0xfffu) | low;
				bool want = !(low & 0x80) &&
					    gpte >> 12 < (u64)sizes[j][0] + sizes[j][1];

				assert_int_equal(lg_check_gpte(gpte, sizes[j][0],
							       sizes[j][1]), want);
			}
}

/* ---- a Guest's text ---- */

/* As the manual of ASCII has it, and with the sign that a char may have. */
static void text_bytes_all(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		u8 got = lg_clean_byte((u8)byte);

		assert_int_equal(got, byte >= 0x20 && byte <= 0x7e ? byte : 0x3f);
		assert_int_equal(lg_clean_byte((u8)(char)byte), got);
		assert_int_equal(lg_clean_byte(got), got);
	}
}

/* Strings of every length, every byte in every place, with and without a NUL of their own.
 * They end at the end of what was allocated, so that a byte too far is seen. */
static void text_lengths_all(void **state)
{
	(void)state;
	for (u32 room = 1; room <= LG_MESSAGE_BYTES; room++)
		for (int byte = 0; byte < 256; byte++) {
			char *from = malloc(room), *to = malloc(room);
			size_t want = byte ? room - 1 : 0;

			memset(from, byte, room);
			memset(to, 0x55, room);
			lg_clean_text(to, from, room);
			assert_non_null(memchr(to, 0, room));
			assert_int_equal(strlen(to), want);
			for (size_t i = 0; i < want; i++)
				assert_int_equal((u8)to[i], lg_clean_byte((u8)byte));
			free(from);
			free(to);
		}
}

static void text_ends_at_its_nul(void **state)
{
	char to[16];

	(void)state;
	lg_clean_text(to, "bye\nnow\0then\n", sizeof(to));
	assert_string_equal(to, "bye?now");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_one_at_a_time), cmocka_unit_test(flags_all_together),
		cmocka_unit_test(flags_at_random), cmocka_unit_test(flags_twice_is_once),
		cmocka_unit_test(descriptors_all_attributes),
		cmocka_unit_test(descriptors_at_random),
		cmocka_unit_test(descriptors_twice_is_once),
		cmocka_unit_test(text_bytes_all), cmocka_unit_test(text_lengths_all),
		cmocka_unit_test(text_ends_at_its_nul),
		cmocka_unit_test(ldt_all_attributes), cmocka_unit_test(limits_all),
		cmocka_unit_test(reserved_entries), cmocka_unit_test(gates_all),
		cmocka_unit_test(vectors_with_an_error), cmocka_unit_test(vectors_of_the_host),
		cmocka_unit_test(vectors_that_go_direct), cmocka_unit_test(gates_by_int),
		cmocka_unit_test(code_selectors_all), cmocka_unit_test(ranges),
		cmocka_unit_test(directory_entries), cmocka_unit_test(table_entries),
	};

	printf("# random words from seed %#x\n", SEED);
	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
