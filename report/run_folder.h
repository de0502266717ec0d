/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a run's folder: its records, whether it is valid, and its trace. */
#ifndef REPORT_RUN_FOLDER_H
#define REPORT_RUN_FOLDER_H

#include <jansson.h>
#include <stdbool.h>

#include "analysis/model/tally.h"

struct run_folder {
	char *path;			/* the run's folder; NULL: a trace alone */
	char *trace;			/* NULL: no trace */
	json_t *run, *env, *record;	/* NULL where the file is not there */
	const char *tier, *unit;	/* "unknown" and "TSC ticks" if nothing says */
	json_t *warnings;		/* array of strings, gathered from all files */
	char *void_because;		/* NULL: it is valid as far as known */
	bool interrupted, part;		/* part: some boots of its plan, for `join` */

	struct lg_consumer *consumers;	/* further receivers; set before the analysis */
	/* unread: not read to its end, so missing events mean nothing */
	bool analysed, unread;
	struct lg_tally tally;
	int status;			/* of the analysis, one of enum exit_status */
	char why[400];			/* what is wrong, if status is not good */
};

/* Answers an exit status; after a failure an error message has been printed. */
int run_folder_open(struct run_folder *run, const char *path);
void run_folder_close(struct run_folder *run);

/*
 * Read the trace, if there is one; the outcome is in run->status and run->why.  It is read here
 * only, and once: tables are made of the tally, and whatever needs each switch or event is a
 * consumer.
 */
void run_folder_analyse(struct run_folder *run, const struct lg_options *options);

/* Print the faults that the loss check found, up to a number; answers how many there are. */
size_t run_folder_print_faults(const struct run_folder *run);

/* Open a run's folder, do something with it, close it.  Answers an exit status. */
int run_folder_visit(const char *path, int (*visit)(const void *arg, struct run_folder *run),
		     const void *arg);

/* Print all warnings of the run. */
void run_folder_print_warnings(const struct run_folder *run);

/* The exit status after the run was shown: void, interrupted and partial runs have their own. */
int run_folder_shown(const struct run_folder *run, int status);

/* Has it been read, and is nothing wrong with it? */
bool run_folder_trace_good(const struct run_folder *run);

/* "insns (tier insns); n = ...; commit ...; kernel ...; QEMU ...". To be freed. */
char *run_folder_caption(const struct run_folder *run, const char *numbers);

/* The string at a path of keys such as "env.machine.kernel" in run.json, env.json, record.json. */
const char *run_folder_text(const struct run_folder *run, const char *keys);

bool run_folder_is_rehearsal(const struct run_folder *run);

#endif
