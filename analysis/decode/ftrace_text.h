/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads an ftrace recording, as the kernel prints it, into a tally.
 *
 * Each line is one event, `COMMAND-PID [CPU] FLAGS TIME: EVENT: KEY=VALUE...`, as the TP_printk
 * of the generated lg-trace.h (scripts/events) writes it; lines are sorted by time.
 */
#ifndef ANALYSIS_DECODE_FTRACE_TEXT_H
#define ANALYSIS_DECODE_FTRACE_TEXT_H

#include "graph.h"

/* Does the folder of a trace hold ftrace.txt? */
bool lg_is_ftrace(const char *folder);
enum lg_graph_status lg_ftrace_run(const char *folder, struct lg_tally *tally,
				   const volatile sig_atomic_t *stop, char *why, size_t size);

#endif
