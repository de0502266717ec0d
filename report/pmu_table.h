/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of performance counters; without rows if the run has none (bench --pmu). */
#ifndef REPORT_PMU_TABLE_H
#define REPORT_PMU_TABLE_H

#include "run_folder.h"
#include "analysis/table/table.h"

void pmu_table(const struct run_folder *run, struct lg_table *table);

#endif
