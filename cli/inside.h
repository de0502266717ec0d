/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:231
 * What only the i386 program can do: act on the kernel it runs on.  inside/
 * holds the deeds; in the amd64 program outside/ answers that it cannot.
 */
#ifndef SWITCHYARD_INSIDE_H
#define SWITCHYARD_INSIDE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "plan.h"

/*
 * Run one boot's share of a plan here.  Into the folder go boot.json
 * ({boot, machine}, before the first run) and samples.csv (as the runs end).
 * Under a profile that counts, symbols.txt too (vm/ops/map.h).
 */
#define SYMBOLS_FILE "symbols.txt"
int inside_bench(const struct plan *plan, unsigned int boot, const char *folder);

enum recording_mode { RECORD_FULL, RECORD_BATCHED, RECORD_SNAPSHOT, RECORD_FTRACE };

struct recording {
	enum recording_mode mode;
	uint64_t slow_tsc;		/* snapshot: stop after a switch that took longer; 0: never */
	const char *bench, *twin;
	const struct words *variants;	/* one after the other */
	const struct words *arguments;
	const struct words *events;	/* full names */
	uint64_t buffer_bytes;		/* of each CPU; 0: what a run without tracing says */
};

/* Record one run here.  Into the folder go trace/, record.json and traced.csv, its samples. */
int inside_record(const struct recording *recording, const char *folder);

/* False, and says why, if this program cannot do any of that. */
bool inside_possible(void);

/* Add findings about this machine to an array; see cmd_check.c for their form. */
void inside_check(json_t *findings);

#endif
