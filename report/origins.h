/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the exits of a recorded Linux workload come from: the class, the instruction, and the
 * function of the Guest's kernel, of each exit that the trace has.
 *
 * The workload's program reads the card of `lg --meter` just before and just after what it times
 * (bench/linux/main.c), and it alone goes through the kernel's functions *_resource_io: what lies
 * between the last two readings of a Guest is the workload.  Of a Guest that read none it is all.
 */
#ifndef REPORT_ORIGINS_H
#define REPORT_ORIGINS_H

#include "run_folder.h"
#include "analysis/table/table.h"

/* One exit of a workload. */
struct origin {
	uint64_t ts;
	uint32_t guest, eip;
	uint16_t variant, class;		/* names of the trace */
	uint32_t place;				/* which origin_sum it is part of */
};

/* All exits from one place, for one reason, in one variant. */
struct origin_sum {
	uint16_t variant, class;
	const char *symbol;			/* of the Guest's kernel, or "a program" */
	char insn[40];				/* "": the exit is not the instruction's own */
	uint64_t exits;
};

struct origins {
	struct origin *exit;			/* Guest by Guest, by time */
	size_t n;
	struct origin_sum *sum;			/* the largest first */
	size_t n_sums;
	unsigned int guests;
	uint64_t times;				/* operations of each Guest; 0: not known */
};

/* The run's Guests were Linux, and the file `vmlinux` is beside the trace. */
bool origins_wanted(const struct run_folder *run);

/* Keep what is needed, while the trace is read; does nothing of another run. */
void origins_follow(struct run_folder *run);

/* NULL if there is nothing, or after an error message; made once, it belongs to the program. */
const struct origins *origins_of(struct run_folder *run);

/* The table `origins`; without rows if there is nothing. */
void origins_table(struct run_folder *run, struct lg_table *table);

#endif
