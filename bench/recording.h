/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options of `record`: one benchmark, traced in one mode.  Both programs have this command: the
 * workstation's runs the agent's in the lab machine and takes over its files.
 */
#ifndef BENCH_RECORDING_H
#define BENCH_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/data/plan.h"

enum recording_mode { RECORD_FULL, RECORD_BATCHED, RECORD_SNAPSHOT, RECORD_FTRACE };

struct recording {
	struct plan plan;		/* one bench, one twin; variants, one after the other */
	struct words events, host;	/* when complete: full names in `events` */
	enum recording_mode mode;
	/* snapshot: stop after a switch that took longer; 0: never */
	uint64_t slow_tsc;
	uint64_t buffer_bytes;		/* of each CPU; 0: found by a run without tracing */
	const char *output;
	bool native;
};

/* Parse a command line; ends the program with a usage error.  `native` is the default. */
void recording_parse(struct recording *recording, bool native, int argc, char **argv);
void recording_free(struct recording *recording);

/* Check all of it and complete the list of events.  Answers an exit status. */
int recording_complete(struct recording *recording);

/* "full", "batched", "snapshot" or "ftrace" */
const char *recording_mode_name(enum recording_mode mode);
bool recording_mode_named(const char *name, enum recording_mode *mode);

#endif
