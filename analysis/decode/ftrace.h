/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads an ftrace recording, a file of trace-cmd's (trace-cmd.dat(5)), into a tally.
 *
 * Events are found by name, and their fields by the formats that the kernel gave and the file
 * keeps.  The file has an instance for the events and one for the marks, which are read in the
 * order of time.
 */
#ifndef ANALYSIS_DECODE_FTRACE_H
#define ANALYSIS_DECODE_FTRACE_H

#include "graph.h"

/* Does the folder of a trace hold trace.dat? */
bool lg_is_ftrace(const char *folder);

/* As lg_graph_run (graph.h), of the file in this folder. */
enum lg_graph_status lg_ftrace_run(const char *folder, struct lg_tally *tally,
				   const volatile sig_atomic_t *stop, char *why, size_t size);

#endif
