/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Performance counters around the samples of a cell, through the kernel's perf interface.
 *
 * Hardware counters tell ring 0 from all others (Intel SDM 3B, IA32_PERFEVTSELx, bits OS and USR),
 * so what they count at "1-3" is the Guest and the Launcher, and at 0 the Switcher, the module and
 * the kernel.  At most two counters are in use, so that none has to be shared.
 */
#ifndef BENCH_PERF_EVENTS_H
#define BENCH_PERF_EVENTS_H

#include <jansson.h>

#include "bench/data/pmu.h"
#include "runner.h"

/* {event: "counted", or why this machine does not count it}, of every event there is. */
json_t *perf_events_record(void);

/*
 * Run the cell twice for each event, with a third of its samples and with all, and add a row for
 * each ring, if this machine counts it; @like has the cell, boot and run.  No file gets the samples
 * of these runs, and a warm-up is no part of them.
 */
enum run_outcome perf_events_measure(const struct launch *launch, const struct cell *cell,
				     const struct pmu_row *like, struct pmu *pmu);

#endif
