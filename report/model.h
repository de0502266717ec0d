/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model of what the cells of a run cost on another CPU: the ops that the emulator's plugin
 * counted, each at the cost that `switchyard ops` measured there, and all other instructions at
 * that of an addition.
 *
 * It is a model, and says so wherever it stands.  An op behind others may begin before they end, or
 * wait for them; caches and the TLB are as the measuring loop leaves them, so that what a write
 * to CR3 costs later is left out; and instructions that wait for memory are worth more than one
 * addition.  So it is the sum of the latencies, and no bound.
 */
#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include <jansson.h>

#include "run_folder.h"
#include "analysis/table/table.h"

struct model {
	const json_t *costs;		/* a file of costs; NULL: there is no model */
	const json_t *measured;		/* results of a run in the same unit; NULL: none */
};

/*
 * A row for each cell whose ops were counted, held against the measured median of the same cell
 * where there is one: in `measured`, or, where the run's own unit is that of the costs, in the
 * run.
 */
void model_table(const struct run_folder *run, const struct model *model, struct lg_table *table);

#endif
