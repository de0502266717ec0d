/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's perf interface counted of a cell: the whole life of a Launcher whose Guest
 * takes a few samples of each series, and of one that takes more.  What the two differ by belongs
 * to the samples alone, since all else (the Launcher's start, the Guest's own) is the same in both.
 */
#ifndef BENCH_DATA_PMU_H
#define BENCH_DATA_PMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct pmu_row {
	/* ring: 0 (Host and Switcher), 1-3 (Guest and Launcher), or all */
	char *bench, *variant, *twin, *event, *ring;
	unsigned int boot, run;
	unsigned int fewer, more;		/* samples */
	uint64_t fewer_count, more_count;	/* events in them */
};

struct pmu {
	struct pmu_row *row;
	size_t n, room;
};

void pmu_free(struct pmu *pmu);
void pmu_add(struct pmu *pmu, const struct pmu_row *row);

/* Events of one sample of each series of the benchmark; chance may make it negative. */
double pmu_per_sample(const struct pmu_row *row);

/* What env.json says of an event, machine.pmu; anything else is why it is not. */
#define PMU_COUNTED "counted"

#define PMU_FILE "pmu.csv"
#define PMU_HEADER "bench,variant,twin,boot,run,event,ring,fewer,fewer_count,more,more_count"
void pmu_write(const struct pmu *pmu, FILE *stream);

/* Add what a file holds; on failure why[] says which line is bad. */
enum { PMU_WHY = 160 };
bool pmu_read(struct pmu *pmu, FILE *stream, char why[PMU_WHY]);

#endif
