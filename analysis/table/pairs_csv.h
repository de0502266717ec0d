/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes each world switch as a line of CSV. */
#ifndef ANALYSIS_TABLE_PAIRS_CSV_H
#define ANALYSIS_TABLE_PAIRS_CSV_H

#include <stdio.h>

#include "analysis/model/intern.h"
#include "analysis/model/pair.h"

struct lg_pairs_csv {
	FILE *out;
	const struct lg_intern *names;
	uint32_t n_phases, n_c_phases;	/* columns; taken from the first switch */
};

/* An lg_pair_fn: @arg is a struct lg_pairs_csv. The header comes before the first line. */
void lg_pairs_csv(const struct lg_pair *pair, void *arg);
/* The header alone, when no switch came. */
void lg_pairs_csv_end(struct lg_pairs_csv *csv);

#endif
