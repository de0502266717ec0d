/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operations that the emulator's plugin counts (vm/lab --ops, docs/measuring.md): for each cell
 * the ops and instructions of its median sample, by the part of the system that executed them,
 * less those of the empty loop's median sample.  Every TSC sample is first checked against the
 * plugin's own count.
 */
#ifndef BENCH_OPS_H
#define BENCH_OPS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lg/ops.h"
#include "rows.h"
#include "bench/data/samples.h"

/* What is counted: see docs/lab.md; the ops stand behind the rest. */
enum { OPS_INSNS, OPS_ABANDONED, OPS_UNSURE, OPS_OVERCOUNTED, OPS_FIRST, OPS_WHATS = OPS_FIRST +
       LG_NR_OPS - 1 };
const char *ops_what(unsigned int what);
const char *ops_where(unsigned int where);

struct ops_counts {
	int64_t count[LG_NR_WHERES][OPS_WHATS];
};

/* A function's share: of the insns of the median sample, less the no-op twin's. */
struct ops_function {
	uint8_t where;
	char *name;
	int64_t insns;
};

struct ops_cell {
	char *bench, *variant, *twin;
	unsigned int boot, run;
	struct ops_counts net;
	/* the plugin's patterns of the two samples; noop: -1, none */
	int pattern, noop;
	struct ops_function *function;	/* functions.h */
	size_t functions, room;
};

struct ops {
	struct ops_cell *cell;
	size_t n, room;
};

void ops_free(struct ops *ops);

/*
 * Add what the plugin left in `folder` of boot number `boot`, whose samples are there.
 * False, with the reason in why, if a sample of that boot is missing or its count is not the TSC's.
 */
enum { OPS_WHY_BYTES = ROWS_WHY_BYTES };
bool ops_read(struct ops *ops, const char *folder, const struct samples *samples,
	      unsigned int boot, unsigned int warmup, char why[OPS_WHY_BYTES]);

/* The plugin's name of a series. */
char *ops_window(const char *bench, const char *variant, const char *twin, unsigned int run);

/* The counts of a cell in its first boot and run; NULL if there are none. */
const struct ops_cell *ops_find(const struct ops *ops, const char *bench, const char *variant,
				const char *twin);

/* Whether all boots and runs of a cell came to the same ops. */
bool ops_agree(const struct ops *ops, const struct ops_cell *cell);

/* The sum over all of `where`. */
int64_t ops_total(const struct ops_counts *counts, unsigned int what);

/* bench,variant,twin,boot,run,where,what,count; zeroes are left out, but where a cell has nothing
 * else. */
#define OPS_HEADER "bench,variant,twin,boot,run,where,what,count"
void ops_write(const struct ops *ops, FILE *stream);

/* Add what a run's ops.csv and functions.csv hold: written again they are the same. */
bool ops_read_written(struct ops *ops, const char *folder, char why[OPS_WHY_BYTES]);

/* {where: {what: count}}, zeroes left out. */
json_t *ops_record(const struct ops_counts *counts);

#endif
