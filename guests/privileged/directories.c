/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * directories - page directories in turn: after a load of CR3 the CPU sees what the tables say
 * then, whatever it saw when the directory was loaded before, and whatever became of the
 * tables, of the directory and of its page in between.
 *
 * test: directories; variants=all; twins=all; launch=--privileged; expect=INERT
 * test: directories.global; variants=all; launch=--privileged --shadow global; expect=INERT
 * test: directories.single; variants=all; launch=--privileged --shadow single; expect=INERT
 */
#include "privileged.h"

#define DIRS	20			/* more than the Host keeps */
#define SLOT	0x100u
#define MANY	140u			/* slots: more tables than the Host keeps */
#define VA	(SLOT << 22)
#define AT(page)	(*(volatile uint32_t *)(VA + (page) * PAGE_BYTES))
#define USED	0x67u
#define CLEAN	0x07u
#define FRAME(i)	(0x210000u + (i) * PAGE_BYTES)
#define TLS	6
#define TLS_SELECTOR	(TLS * 8 + 3)

static volatile uint32_t dirs[DIRS][1024] __attribute__((aligned(PAGE_BYTES)));
static volatile uint32_t tables[DIRS][1024] __attribute__((aligned(PAGE_BYTES)));
static uint64_t other_gdt[LG_GDT_ENTRIES] __attribute__((aligned(PAGE_BYTES)));
static uint32_t words[2] = { 0x11111111, 0x22222222 };

static void load(uint32_t i)
{
	WRITE_CR(3, dirs[i]);
}

/* Page 0 of VA is frame i in directory i, and the others are absent. */
static void make(uint32_t i)
{
	memcpy((void *)dirs[i], guest_dir, PAGE_BYTES);
	memset((void *)tables[i], 0, PAGE_BYTES);
	dirs[i][SLOT] = (uint32_t)tables[i] | USED;
	tables[i][0] = FRAME(i) | USED;
}

static void faults(int32_t came, int32_t expected, const char *what)
{
	report(came == expected, "%s: %x", what, came);
}

static void in_turn(void)
{
	uint32_t i, good = 0;

	for (i = 0; i < 3 * DIRS; i++) {
		load(i % DIRS);
		good += AT(0) == FRAME(i % DIRS);
	}
	for (i = 0; i < 8; i++) {
		load(i % 2);
		good += AT(0) == FRAME(i % 2);
	}
	report(good == 3 * DIRS + 8, "each directory has its own page: %u", good);
}

/* Directory 0 has been used; 1 is loaded, and 0 again when the caller has changed it. */
static void leave(void)
{
	make(0);
	load(0);
	if (AT(0) != FRAME(0))
		report(false, "what was there before: %x", AT(0));
	AT(0) = FRAME(0);
	load(1);
}

static void entries(void)
{
	leave();
	tables[0][0] = FRAME(2) | USED;
	load(0);
	report(AT(0) == FRAME(2), "another page: %x", AT(0));
	leave();
	tables[0][0] = 0;
	load(0);
	faults(TRY("cmpl $0, 0x40000000"), PF(0), "no page");
	leave();
	tables[0][0] &= ~2u;
	load(0);
	faults(TRY("movl $0, 0x40000000"), PF(PF_P | PF_W), "a read-only page");
	leave();
	tables[0][0] = FRAME(0) | CLEAN;
	load(0);
	AT(0) = FRAME(0);
	report((tables[0][0] & 0x60) == 0x60, "accessed and dirty again: %x", tables[0][0]);
	load(0);
	tables[0][0] = FRAME(3) | USED;
	load(0);
	report(AT(0) == FRAME(3), "the same directory loaded again: %x", AT(0));
}

static void tables_of_it(void)
{
	leave();
	dirs[0][SLOT] = (uint32_t)tables[4] | USED;
	load(0);
	report(AT(0) == FRAME(4), "another table: %x", AT(0));
	leave();
	dirs[0][SLOT] &= ~2u;
	load(0);
	faults(TRY("movl $0, 0x40000000"), PF(PF_P | PF_W), "a read-only table");
	leave();
	dirs[0][SLOT] = 0;
	load(0);
	faults(TRY("cmpl $0, 0x40000000"), PF(0), "no table");
	leave();
	memcpy((void *)dirs[0], (void *)dirs[5], PAGE_BYTES);
	load(0);
	report(AT(0) == FRAME(5), "another directory on its page: %x", AT(0));
	leave();
	load(0);
	tables[0][16] = FRAME(1) | USED;
	AT(0) = FRAME(0);
	dirs[0][SLOT] &= ~2u;
	report(AT(16) == FRAME(1), "a page by a table that has become read-only: %x", AT(16));
	load(0);
	faults(TRY("movl $0, 0x40000000"), PF(PF_P | PF_W), "and the others of it after a load");
	leave();
	tables[0][0] = FRAME(0) | USED;
	dirs[0][SLOT] = (uint32_t)tables[0] | CLEAN;
	load(0);
	report(AT(0) == FRAME(0), "the same by another entry: %x", AT(0));
}

static void neighbours(void)
{
	uint32_t i, good = 0;

	make(0);
	for (i = 0; i < 8; i++)
		tables[0][i] = FRAME(i) | USED;
	load(0);
	good += AT(2) == FRAME(2);
	for (i = 0; i < 8; i++) {
		tables[0][i] = FRAME(i + 8) | USED;
		flush_page(VA + i * PAGE_BYTES);
	}
	for (i = 0; i < 8; i++)
		good += AT(i) == FRAME(i + 8);
	report(good == 9, "neighbours after invlpg: %u", good);
	for (i = 0, good = 0; i < 8; i++)
		tables[0][i] = FRAME(i) | USED;
	load(0);
	for (i = 0; i < 8; i++)
		good += AT(i) == FRAME(i);
	report(good == 8, "and after a load: %u", good);
}

/* A slot with global entries and others. */
static void global(void)
{
	WRITE_CR(4, CR4_PGE);
	leave();
	load(0);
	tables[0][1] = FRAME(6) | USED | PTE_GLOBAL;
	report(AT(1) == FRAME(6), "a global page: %x", AT(1));
	load(1);
	report(AT(0) == FRAME(1), "beside it another directory's page: %x", AT(0));
	report(AT(1) == FRAME(6), "and the global one: %x", AT(1));
	load(0);
	report(AT(0) == FRAME(0), "and the first one's again: %x", AT(0));
	WRITE_CR(4, 0);
	load(1);
	faults(TRY("cmpl $0, 0x40001000"), PF(0), "gone with CR4.PGE");
}

/* Two directories that both have more tables than are kept, in turn. */
static void many(void)
{
	uint32_t i, dir, round, good = 0;

	for (dir = 0; dir < 2; dir++) {
		make(dir);
		for (i = 0; i < MANY; i++)
			dirs[dir][SLOT + i] = (uint32_t)tables[(i + dir) % DIRS] | USED;
	}
	for (round = 0; round < 4; round++) {
		dir = round % 2;
		load(dir);
		for (i = 0; i < MANY; i++)
			good += *(volatile uint32_t *)((SLOT + i) << 22) == FRAME((i + dir) % DIRS);
	}
	report(good == 4 * MANY, "more tables than are kept: %u", good);
}

/* Directory 0 has had a page writable that becomes the GDT while another is loaded. */
static void watched(void)
{
	volatile uint64_t *alias = (void *)(VA + PAGE_BYTES);
	uint32_t value, i, good = 0;

	memcpy(other_gdt, own_gdt, sizeof(own_gdt));
	make(0);
	tables[0][1] = (uint32_t)other_gdt | USED;
	load(0);
	alias[TLS] = descriptor((uint32_t)&words[0], DESC_FLAT_LOW, DESC_DATA(3u));
	load(1);
	load_gdtr(other_gdt, sizeof(other_gdt) - 1);
	load(0);
	for (i = 0; i < 8; i++) {
		alias[TLS] = descriptor((uint32_t)&words[i % 2], DESC_FLAT_LOW, DESC_DATA(3u));
		asm volatile("movl %1, %%gs; movl %%gs:0, %0" : "=r" (value)
			     : "r" (TLS_SELECTOR));
		good += value == words[i % 2];
	}
	report(good == 8, "a GDT that is written by its other address: %u", good);
}

int main(void)
{
	uint32_t i;

	privileged_begin();
	for (i = 0; i < DIRS; i++) {
		*(volatile uint32_t *)FRAME(i) = FRAME(i);
		make(i);
	}
	in_turn();
	entries();
	tables_of_it();
	neighbours();
	global();
	many();
	watched();
	return report_status();
}
