/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sparse - shadow memory without end (D10).
 *
 * A page table of the Guest's costs it one page, and may stand in each slot of as many
 * directories as it likes; each slot that it touches costs the Host a page of its own.  In a
 * cgroup with less memory than that (tests/host/lab/memory.sh) the Guest must be killed and nobody
 * else; without one it goes on for ever, with no more shadow pages than the Host's cache holds.
 *
 * test: sparse; variants=classic,stacked; expect=INERT; groups=killers
 */
#include "attack.h"

#define DIRS	8
#define SLOTS	1020u
#define FIRST	16u	/* below it lies the identity map */

static uint32_t dirs[DIRS][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t table[1024] __attribute__((aligned(PAGE_BYTES)));
static volatile uint32_t page[1024] __attribute__((aligned(PAGE_BYTES)));

static uint32_t touch_all(void)
{
	uint32_t wrong = 0;

	for (uint32_t slot = FIRST; slot < SLOTS; slot++)
		if (slot < 768 || slot >= 800)
			wrong += *(volatile uint32_t *)(slot << 22) != 0x5bac5bac;
	return wrong;
}

int main(void)
{
	uint32_t rounds = guest_number("rounds", 1), wrong = 0;

	attack_begin();
	page[0] = 0x5bac5bac;
	table[0] = (uint32_t)page | 0x67;
	for (uint32_t n = 0; n < DIRS; n++) {
		memcpy(dirs[n], guest_dir, PAGE_BYTES);
		for (uint32_t slot = FIRST; slot < SLOTS; slot++)
			if (slot < 768 || slot >= 800)
				dirs[n][slot] = (uint32_t)table | 0x27;
	}
	for (uint32_t n = 0; n < DIRS * rounds; n++) {
		hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)dirs[n % DIRS]);
		wrong += touch_all();
	}
	report(!wrong, "%u directories of %u slots, %u words wrong", DIRS * rounds, SLOTS - FIRST,
	       wrong);
	return report_status();
}
