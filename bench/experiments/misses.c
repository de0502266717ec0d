/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * misses VARIANT SAMPLES: the cost of copy-in for each reason that does not come from the Guest
 * itself, measured around LG_RUN.  One process owns two Guests that do nothing but one OUT after
 * another, so every LG_RUN is the same except for copy-in:
 *
 *	hit		this Guest ran last, here
 *	other_guest	the other Guest ran in between
 *	here, other_cpu	with two CPUs: LG_RUN twice after a move; the second finds all as it was
 *	first_run	a new Guest's first LG_RUN, which also fills in the page of its code
 *	next_run	the same Guest from another page that is not filled in yet
 *	later_run	and from a third; as long as next_run if nothing else differs
 *
 * The Host's own counters must show the expected reason, once for each sample.
 * CSV on standard output: series,index,value.  Exit status: 0; 2 usage; 3 the Host refused;
 * 4 the Guest or copy-in did something else.
 */
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lg/dev.h"

#define PORT		0xe9
#define TABLE_BYTES	(4u << 20)	/* what one page table maps */
#define CODE_PA		0x1000u		/* and the same in each TABLE_BYTES */
#define TABLES		3u
#define MOST_SAMPLES	1000u
#define MOST_LIVES	5u		/* each pins TABLES * TABLE_BYTES */

struct guest {
	int fd;
	uint8_t *memory;
	size_t bytes;
	struct lg_run run;
};

static const uint8_t code[] = { 0xe6, PORT, 0xeb, 0xfc };	/* 1: out %al, $PORT; jmp 1b */
static uint32_t values[MOST_SAMPLES];

static uint32_t tsc(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high) : : "memory");
	return low;
}

static void must(int result, const char *what)
{
	if (result < 0)
		err(3, "%s", what);
}

static void make_guest(struct guest *g, const char *variant, unsigned int tables)
{
	struct lg_create create = { .interface = LG_INTERFACE, .entry_pa = CODE_PA };
	struct lg_ports claim = { PORT, 1, 1 };

	g->bytes = tables * TABLE_BYTES;
	g->memory = mmap(NULL, g->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);
	if (g->memory == MAP_FAILED)
		err(3, "a Guest's memory");
	for (unsigned int i = 0; i < tables; i++)
		memcpy(g->memory + i * TABLE_BYTES + CODE_PA, code, sizeof(code));
	must(g->fd = open("/dev/switchyard", O_RDWR | O_CLOEXEC), "/dev/switchyard");
	create.memory_hva = (uintptr_t)g->memory;
	create.memory_pages = g->bytes / 4096;
	strncpy(create.variant, variant, sizeof(create.variant) - 1);
	must(ioctl(g->fd, LG_CREATE, &create), variant);
	must(ioctl(g->fd, LG_CLAIM_PORTS, &claim), "LG_CLAIM_PORTS");
}

static void end_guest(struct guest *g)
{
	close(g->fd);
	munmap(g->memory, g->bytes);
}

static uint32_t run(struct guest *g)
{
	uint32_t before = tsc();
	int result = ioctl(g->fd, LG_RUN, &g->run);
	uint32_t ticks = tsc() - before;

	must(result, "LG_RUN");
	if (g->run.reason != LG_RUN_PORT)
		errx(4, "the Guest did something else: %u", g->run.reason);
	return ticks;
}

/* How often copy-in missed for a reason.  The Host computes the hits. */
static uint64_t copies(struct guest *g, enum lg_copy_reason reason)
{
	struct lg_counters counters;

	must(ioctl(g->fd, LG_COUNTERS, &counters), "LG_COUNTERS");
	return counters.copies[reason];
}

static void hand_over(const char *series, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		printf("%s,%u,%u\n", series, i, values[i]);
}

/* Run `before`, untimed, and then g, timed. */
static void measure(const char *series, struct guest *before, struct guest *g, unsigned int n,
		    enum lg_copy_reason reason)
{
	uint64_t had;

	run(before);
	run(g);
	had = copies(g, reason);
	for (unsigned int i = 0; i < n; i++) {
		run(before);
		values[i] = run(g);
	}
	if (reason != LG_COPY_HIT && copies(g, reason) - had != n)
		errx(4, "%s: not every run was one", series);
	hand_over(series, n);
}

static void move(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	must(sched_setaffinity(0, sizeof(set), &set), "moving");
}

static void measure_moves(struct guest *g, unsigned int n)
{
	uint32_t again[MOST_SAMPLES];
	uint64_t had;

	run(g);
	move(1);
	run(g);
	had = copies(g, LG_COPY_OTHER_CPU);
	for (unsigned int i = 0; i < n; i++) {
		move(0);
		run(g);
		move(1);
		values[i] = run(g);
		again[i] = run(g);
	}
	/* The run on CPU 0 is one too. */
	if (copies(g, LG_COPY_OTHER_CPU) - had != 2 * n)
		errx(4, "other_cpu: not every run was one");
	hand_over("other_cpu", n);
	memcpy(values, again, sizeof(values));
	hand_over("here", n);
}

/* Run from the page of code in another table's range, which no shadow page maps yet. */
static uint32_t run_from(struct guest *g, unsigned int table)
{
	struct lg_user_regs regs;

	must(ioctl(g->fd, LG_GET_REGS, &regs), "LG_GET_REGS");
	regs.eip = table * TABLE_BYTES + CODE_PA;
	must(ioctl(g->fd, LG_SET_REGS, &regs), "LG_SET_REGS");
	return run(g);
}

static void measure_births(const char *variant, unsigned int n)
{
	static const char *const series[TABLES] = { "first_run", "next_run", "later_run" };
	uint32_t taken[TABLES][MOST_LIVES];
	struct guest g = { 0 };

	for (unsigned int i = 0; i < n; i++) {
		make_guest(&g, variant, TABLES);
		for (unsigned int table = 0; table < TABLES; table++)
			taken[table][i] = run_from(&g, table);
		if (copies(&g, LG_COPY_FIRST_RUN) != 1)
			errx(4, "first_run: the Host counted another reason");
		end_guest(&g);
	}
	for (unsigned int table = 0; table < TABLES; table++) {
		memcpy(values, taken[table], sizeof(taken[table]));
		hand_over(series[table], n);
	}
}

int main(int argc, char **argv)
{
	unsigned long n = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	struct guest a = { 0 }, b = { 0 };

	if (!n || n > MOST_SAMPLES)
		errx(2, "usage: misses VARIANT SAMPLES, 1 to %u of them", MOST_SAMPLES);
	make_guest(&a, argv[1], 1);
	make_guest(&b, argv[1], 1);
	puts("series,index,value");
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1) {
		move(0);
		measure_moves(&a, n);
	} else {
		measure("hit", &a, &a, n, LG_COPY_HIT);
		measure("other_guest", &b, &a, n, LG_COPY_OTHER_GUEST);
		measure_births(argv[1], n < MOST_LIVES ? n : MOST_LIVES);
	}
	return fflush(stdout) || ferror(stdout);
}
