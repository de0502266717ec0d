/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recording of ftrace's, as the kernel prints it, into a tally.
 *
 * One event a line, `COMMAND-PID [CPU] FLAGS TIME: EVENT: KEY=VALUE...`, as the TP_printk of
 * tracepoints/lg_trace.h writes them, in the order of their times.
 */
#ifndef LG_ANALYSIS_FTRACE_TEXT_H
#define LG_ANALYSIS_FTRACE_TEXT_H

#include "graph.h"

/* Does the folder of a trace hold ftrace.txt? */
bool lg_is_ftrace(const char *folder);
enum lg_graph_status lg_ftrace_run(const char *folder, struct lg_tally *tally,
				   const volatile sig_atomic_t *stop, char *why, size_t size);

#endif
