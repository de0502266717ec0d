/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of an analysed trace.  Each function initialises the table; the caller frees it. */
#ifndef ANALYSIS_TABLE_TRACE_TABLES_H
#define ANALYSIS_TABLE_TRACE_TABLES_H

#include "table.h"
#include "analysis/model/tally.h"

/* Exits as in `perf kvm stat`; @unit is what a TSC tick is here. */
void lg_exits_table(struct lg_tally *tally, const char *unit, struct lg_table *table);
/* How the handling of each row of exits is distributed. */
void lg_histogram_table(struct lg_tally *tally, const char *unit, struct lg_table *table);
/* Copy-in hits and misses by reason. */
void lg_copy_in_table(const struct lg_tally *tally, struct lg_table *table);
/* Empty unless a Guest was of a variant that answers in the Switcher. */
void lg_stays_table(const struct lg_tally *tally, const char *unit, struct lg_table *table);
/* Events by CPU and type, and what is missing. */
void lg_check_table(const struct lg_tally *tally, struct lg_table *table);

/* Sort the rows by variant and twin, the most frequent class first. */
void lg_sort_rows(struct lg_tally *tally);
/* Move variant or twin from its column to the title if it is the same in every row. */
void lg_fold_columns(const struct lg_tally *tally, struct lg_table *table, uint32_t variant,
		     uint32_t twin);
/* Seven cells from @first on: min, p50, p95, p99, max, avg, half width. */
void lg_table_summary(struct lg_table *table, uint32_t first, const struct lg_summary *s);

/* One line for each fault; returns how many there are. */
size_t lg_print_faults(const struct lg_tally *tally, const char *prefix, FILE *out);

#endif
