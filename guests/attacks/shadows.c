/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shadows - more address spaces than the Host keeps, next to its own slots (D4, D7, D8,
 * D9, D10).
 *
 * The Host has few shadow directories and reuses them; a stale entry in one is another address
 * space's page.  64 directories, each with a page of its own under one address, take turns out of
 * order, and each must find its own word.  Then every slot that a Guest may have is touched, which
 * costs the Host a page each; entries right below the Switcher's are read-only, absent and user,
 * and strings, pushes and jumps run from there into the Switcher's slots: the fault must name the
 * first byte that is not the Guest's.  Last, ring 3 on pages of ring 1.
 *
 * test: shadows; variants=classic,cr3_only,stacked; expect=INERT; groups=killers
 */
#include "attack.h"

#define VA		0x40000000u
#define DIRS		64
#define LAST_SLOT	(REGION_VA - (1u << 22))
#define LAST_PAGE	(REGION_VA - PAGE_BYTES)

static uint32_t dirs[DIRS][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t tables[DIRS][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t last_table[1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t data[DIRS][1024] __attribute__((aligned(PAGE_BYTES)));

static void taking_turns(void)
{
	uint32_t random = 2463534242u;

	for (uint32_t n = 0; n < DIRS; n++) {
		memcpy(dirs[n], guest_dir, PAGE_BYTES);
		dirs[n][VA >> 22] = (uint32_t)tables[n] | 0x27;
		tables[n][0] = (uint32_t)data[n] | 7;
		data[n][0] = 0xd1000000 | n;
	}
	for (uint32_t i = 0; i < 2000; i++) {
		uint32_t n = attack_random(&random) % DIRS;

		hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)dirs[n]);
		expect(*(volatile uint32_t *)VA, 0xd1000000 | n, "directory", n);
	}
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir);
}

static void sparse(void)
{
	for (uint32_t slot = VA >> 22; slot < LAST_SLOT >> 22; slot++)
		if (!guest_dir[slot])
			guest_dir[slot] = (uint32_t)tables[0] | 0x27;
	for (uint32_t slot = VA >> 22; slot < LAST_SLOT >> 22; slot++)
		if (guest_dir[slot] == ((uint32_t)tables[0] | 0x27))
			expect(*(volatile uint32_t *)(slot << 22), 0xd1000000, "slot", slot);
}

/* cr2 is where the access left the Guest's part. */
static void crossing(uint32_t cr2, int32_t want, const char *what)
{
	expect(try_result, want, what, 0);
	expect(lguest_data.cr2, cr2, what, 1);
}

static int32_t missing(void)
{
	return try_result & ~PF_P;
}

static void next_door(uint32_t entry)
{
	last_table[0] = last_table[1023] = entry;
	guest_dir[LAST_SLOT >> 22] = (uint32_t)last_table | 0x27;
	guest_dir[REGION_VA >> 22] = guest_dir[LAST_SLOT >> 22];
	guest_dir[1022] = guest_dir[1023] = guest_dir[LAST_SLOT >> 22];
	hypercall1(LG_HC_FLUSH_TLB, 1);
	expect(ATTEMPT("ud2", 0, 0, 0, 0), UD, "a trap next to", entry);
}

/* At 1021 the Guest has nothing, unless this variant keeps its tables there, read-only. */
static void cross(void)
{
	next_door((uint32_t)data[1] | 0x67);
	ATTEMPT("movl %%eax, (%%ebx)", 0, REGION_VA - 2, 0, 0);
	expect(missing(), PF(PF_W), "a word across", 0);
	ATTEMPT("movl %%ebx, %%edi; cld; rep stosb", 0, REGION_VA - 8, 16, 0);
	expect(missing(), PF(PF_W), "a string across", 0);
	expect(lguest_data.cr2, REGION_VA, "a string across", 1);
	ATTEMPT("movl %%ebx, %%edi; movl $0x110000, %%esi; cld; rep movsl", 0, REGION_VA - 8, 9, 0);
	crossing(REGION_VA, missing() == PF(PF_W) ? try_result : 0, "a copy across");
	/* 16 bytes of nop and then the edge. */
	memset((uint8_t *)data[1] + PAGE_BYTES - 16, 0x90, 16);
	ATTEMPT("jmp *%%ebx", 0, REGION_VA - 16, 0, 0);
	expect(try_result != RAN, 1, "running across", 0);
}

#define RING_1_PAGE	(VA + PAGE_BYTES)

static void from_user(void)
{
	expect(ATTEMPT("movl (%%ebx), %%eax", 0, RING_1_PAGE, 0, 0), PF(PF_U | PF_P), "read", 3);
	expect(ATTEMPT("movl %%eax, (%%ebx)", 0, RING_1_PAGE, 0, 0), PF(PF_U | PF_P | PF_W),
	       "write", 3);
	expect(ATTEMPT("jmp *%%ebx", 0, RING_1_PAGE, 0, 0), PF(PF_U | PF_P), "run", 3);
	user_exit();
}

/* First without a shadow entry, then with ring 1's own in place. */
static void ring_1_pages(void)
{
	tables[0][1] = (uint32_t)data[2] | 0x63;
	guest_dir[VA >> 22] = (uint32_t)tables[0] | 0x27;
	hypercall1(LG_HC_FLUSH_TLB, 1);
	*(volatile uint32_t *)RING_1_PAGE = 0;
	guest_user_ready(GATE_TRAP, NULL);
	guest_user(from_user);
	tables[0][1] |= 4;
	guest_dir[VA >> 22] &= ~4u;
	hypercall1(LG_HC_FLUSH_TLB, 1);
	*(volatile uint32_t *)RING_1_PAGE = 0;
	guest_user(from_user);
}

int main(void)
{
	attack_begin();
	taking_turns();
	sparse();
	next_door(0);
	next_door((uint32_t)data[1] | 1);
	next_door((uint32_t)data[1] | 5);
	cross();
	ring_1_pages();
	return attack_end("shadows");
}
