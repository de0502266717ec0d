/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cells of runs: one is a benchmark with a variant and a twin.  And the options of the commands
 * that compare cells: which cells, and how sampled ones are compared.
 */
#ifndef REPORT_CELLS_H
#define REPORT_CELLS_H

#include <argp.h>

#include "comparison.h"
#include "run_folder.h"
#include "util/words.h"

struct cells {
	struct words benches, variants, twins;	/* none: all of them */
	double margin;				/* relative; below 0: the plan's */
	unsigned long seed, replicates;		/* of the bootstrap */
};

#define CELLS_ALL { .margin = -1, .seed = 1, .replicates = 20000 }
void cells_free(struct cells *cells);

/* --bench, --variant, --twin, --margin, --seed, --replicates: for a child parser, whose input is a
 * struct cells. */
extern const struct argp cells_argp;

/* An option's value as a share; ends the program with usage. */
double cells_percent(const char *argument, struct argp_state *state);

/* The string of a result under a key; "?" if there is none. */
const char *cells_word(const json_t *result, const char *key);

bool cells_wanted(const struct cells *cells, const json_t *result);

/* The array of results; NULL if there is no run.json. */
const json_t *cells_results(const struct run_folder *run);

/* The result of a cell in the array `results` of a run.json, NULL if it has none. */
const json_t *cells_find(const json_t *results, const char *bench, const char *variant,
			 const char *twin);

/* False, after an error message, if a requested name is in no run. */
bool cells_known(const struct cells *cells, const struct run_folder *const *runs, size_t n);
bool cells_name_known(const char *key, const char *name, const struct run_folder *const *runs,
		      size_t n);

/* Add two results, to be compared with the options' margin or that of the plan of `run`. */
void cells_add(const struct cells *cells, struct pairs *pairs, const struct run_folder *run,
	       const json_t *a, const json_t *b);

#endif
