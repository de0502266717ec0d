/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a CTF trace from disk into a tally: a Babeltrace graph of ctf.fs, muxer and our
 * consumer.
 */
#ifndef ANALYSIS_DECODE_GRAPH_H
#define ANALYSIS_DECODE_GRAPH_H

#include <signal.h>
#include <stddef.h>

#include "analysis/model/tally.h"

enum lg_graph_status {
	LG_GRAPH_GOOD,
	LG_GRAPH_NO_TRACE,	/* the folder holds nothing that is a CTF trace */
	LG_GRAPH_OTHER,		/* a trace, but our events do not fit the schema */
	LG_GRAPH_DAMAGED,	/* decoding failed half-way */
	LG_GRAPH_FAILED,	/* Babeltrace is not whole, or memory ran out */
	LG_GRAPH_STOPPED,	/* *stop was set */
};

/* All traces under @folder at once. On trouble @why says what, in one line. */
enum lg_graph_status lg_graph_run(const char *folder, struct lg_tally *tally,
				  const volatile sig_atomic_t *stop, char *why, size_t size);

#endif
