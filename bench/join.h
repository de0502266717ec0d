/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Combines boots of one plan that were run separately by `bench --boot`, on any machine. Boots do
 * not depend on one another, so the result is the same as running all of them at once.
 */
#ifndef BENCH_JOIN_H
#define BENCH_JOIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A run that holds some boots of its plan, or all. */
struct part {
	const char *name;		/* what the user calls it: its folder */
	const json_t *run;		/* run.json */
};

/* In the order of their first boots. */
void join_sort(struct part *parts, size_t n);

/* Do they belong together, and complete the plan?  If not, false and one line in why[]. */
enum { JOIN_WHY = 400 };
bool join_fits(const struct part *parts, size_t n, char why[JOIN_WHY]);

/*
 * Write the run that fitting, sorted parts make to a folder that does not exist, or is empty, and
 * its table to `out`.  Answers an exit status.
 */
int join_write(const struct part *parts, size_t n, const char *folder, FILE *out);

#endif
