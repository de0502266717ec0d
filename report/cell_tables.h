/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables that hold the cells of a run against each other. */
#ifndef REPORT_CELL_TABLES_H
#define REPORT_CELL_TABLES_H

#include "analysis/table/table.h"
#include "run_folder.h"

/* Of each benchmark that two variants have: the baseline's median, and the cheapest variant's. */
void best_table(const struct run_folder *run, struct lg_table *table);

/* Of each cell that has both twins, in the run and in its controls/: what the probes add. */
void probes_table(const struct run_folder *run, struct lg_table *table);

#endif
