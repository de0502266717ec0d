/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of phases, which is also the CSV that the figures of phases are drawn from. */
#ifndef REPORT_PHASE_TABLE_H
#define REPORT_PHASE_TABLE_H

#include "analysis/table/phases.h"
#include "analysis/table/table.h"
#include "report/figures/bars.h"

/* All rows of a tally, with title and notes; @unit is what a TSC tick is here. */
void phase_table(struct lg_tally *tally, const char *unit, struct lg_table *table);

/* These rows and their bars alone. */
void phase_table_rows(const struct lg_phase_rows *rows, const struct bar *bars,
		      struct lg_table *table);

#endif
