/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:115 The tables of an analysed trace. Each function fills a fresh sheet, to be freed. */
#ifndef LG_ANALYSIS_TABLES_H
#define LG_ANALYSIS_TABLES_H

#include "table.h"
#include "analysis/model/tally.h"

/* Exits in the manner of perf kvm stat; @unit is what a TSC tick is here. */
void lg_table_exits(struct lg_tally *tally, const char *unit, struct lg_sheet *sheet);
/* The ledger: the intervals of a switch, and the phases of the trip in probed twins. */
void lg_table_phases(struct lg_tally *tally, const char *unit, struct lg_sheet *sheet);
/* How the handling of each row of exits is distributed. */
void lg_table_histogram(struct lg_tally *tally, const char *unit, struct lg_sheet *sheet);
/* Copy-in hits and misses by reason. */
void lg_table_copy_in(const struct lg_tally *tally, struct lg_sheet *sheet);
/* Events by CPU and type, and what is missing. */
void lg_table_check(const struct lg_tally *tally, struct lg_sheet *sheet);
/* One line for each fault; returns how many there are. */
size_t lg_print_faults(const struct lg_tally *tally, const char *prefix, FILE *out);

#endif
