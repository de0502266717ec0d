/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What operations cost on one CPU (bench/op_costs/), and the file that `switchyard ops` writes:
 *
 *	{"schema": "switchyard-op-costs-1", "tool": {...}, "tier": TIER, "unit": UNIT,
 *	 "samples": N, "machine": {...}, "lab": {...} or null,
 *	 "costs": [{"op", "from", "to", "copies", "n", "min", "p25", "median", "p75", "max"}...]}
 *
 * `from` and `to` are the rings in which an op begins and ends.  A cost is a sample of all copies,
 * less the median of the twin without the op, divided by the copies; a quantile is that of such
 * samples.
 */
#ifndef BENCH_DATA_OP_COSTS_H
#define BENCH_DATA_OP_COSTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define OP_COSTS_SCHEMA "switchyard-op-costs-1"
#define OP_COSTS_FILE "op_costs.json"

enum { OP_COSTS_NAME = 32, OP_COSTS_WHY = 200 };

struct op_cost {
	char op[OP_COSTS_NAME];
	unsigned int from, to;		/* rings */
	unsigned int copies;
	size_t n;			/* samples */
	double min, p25, median, p75, max;
};

struct op_costs {
	struct op_cost *cost;
	size_t n, room;
};

void op_costs_free(struct op_costs *costs);

/* Add what the lines of the module (bench/op_costs/main.c) come to; if it fails why[] says what is
 * bad. */
bool op_costs_sum_up(struct op_costs *costs, FILE *lines, char why[OP_COSTS_WHY]);

/* The array `costs`. */
json_t *op_costs_json(const struct op_costs *costs);

/* Add those of a whole file; on failure why[] says what is wrong with it. */
bool op_costs_read(struct op_costs *costs, const json_t *file, char why[OP_COSTS_WHY]);

/* NULL if that was not measured. */
const struct op_cost *op_costs_find(const struct op_costs *costs, const char *op,
				    unsigned int from, unsigned int to);

#endif
