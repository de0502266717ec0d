/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of the Linux workloads of a run; without rows if it has none. */
#ifndef REPORT_WORKLOAD_TABLES_H
#define REPORT_WORKLOAD_TABLES_H

#include "run_folder.h"
#include "analysis/table/table.h"

/* Each workload and variant: native, Guest, ratio, exits. */
void workloads_table(const struct run_folder *run, struct lg_table *table);

/* The classes of exits: readers see one workload, CSV and JSON have all. */
void workload_exits_table(const struct run_folder *run, struct lg_table *table);

#endif
