/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of benchmarks, workloads, variants, events and figures, which the build extracts from the
 * sources (scripts/lists): KIND.list of the payload, one entry a line, fields separated by "; ",
 * the name first.
 */
#ifndef BENCH_LISTS_H
#define BENCH_LISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/data/plan.h"

struct list {
	char **name;
	char **rest;		/* the other fields, as they stand */
	size_t n;
};

/* Read PAYLOAD/KIND.list; an empty list, and false, if it is not there. */
bool list_read(struct list *list, const char *kind);
void list_free(struct list *list);

/* Every word must be in the list; an error message names one that is not, and the nearest entry. */
bool list_has_all(const struct list *list, const char *what, const struct words *words);

/* The list that has the plan's benchmarks. */
const char *plan_benches_list(const struct plan *plan);

/*
 * Benchmarks, variants and twins of a plan must all exist.  Answers an exit status: good; usage,
 * after an error message about one that does not; or refused, if there is no list.
 */
int plan_names_status(const struct plan *plan);

/* The same for words of one list. */
int list_status(const char *kind, const char *what, const struct words *words);

/* The command `list`, which both programs have. */
int list_command(int argc, char **argv);

#endif
