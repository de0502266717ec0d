/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `switchyard ops` takes, here and on the machine that measures. */
#ifndef BENCH_OP_COSTS_OPTIONS_H
#define BENCH_OP_COSTS_OPTIONS_H

#include <argp.h>
#include <stdbool.h>

enum { OP_COSTS_SAMPLES = 1001, OP_COSTS_MOST_SAMPLES = 100000 };

struct op_costs_options {
	unsigned int samples;		/* of each op */
	const char *output;		/* file for the record; NULL: none */
	bool native;			/* on this kernel, which is all that the agent does */
};

/* --samples, --out, --native: for a child parser, whose input is a struct op_costs_options. */
extern const struct argp op_costs_argp;

#endif
