/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of costs (bench/data/op_costs.h) as a table, and as a model of a run's switches. */
#ifndef REPORT_OP_COSTS_TABLE_H
#define REPORT_OP_COSTS_TABLE_H

#include <jansson.h>

#include "run_folder.h"
#include "analysis/table/table.h"
#include "bench/data/op_costs.h"

/* NULL, after an error message, if it is not a file of costs.  To be freed. */
json_t *op_costs_load(const char *path);

/* Initialises the table; the caller frees it.  False, with the reason in why[], if the record is no
 * file of costs. */
bool op_costs_table(const json_t *record, struct lg_table *table, char why[OP_COSTS_WHY]);

#endif
