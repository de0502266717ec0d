/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes the state of each CPU (Host, Switcher or Guest) as a trace of its own.
 *
 * A recording describes a switch after the fact, by stamps in lg_exit.  A trace viewer changes
 * a state only at the current event and cannot go back to those times; in this trace each change
 * is an event, lg_world, at its own time.  The format is CTF 1.8, one stream for each CPU.
 */
#ifndef ANALYSIS_MODEL_CPU_STATE_H
#define ANALYSIS_MODEL_CPU_STATE_H

#include "pair.h"

/* The values of lg_world's field "world"; trace viewers' analyses know them by number. */
enum lg_world { LG_HOST = 1, LG_SWITCHER, LG_GUEST, LG_SWITCHER_OR_GUEST, LG_WORLDS };

struct lg_world_stream;

struct lg_cpu_states {
	const struct lg_intern *names;
	char *folder;
	struct lg_world_stream **streams;	/* by CPU number */
	uint32_t n_streams;
	uint64_t frequency, offset;		/* of the clock, from the recording */
	int64_t offset_s;
	bool seen[1 << 16];			/* names of variants */
	bool made, failed;			/* errno has the reason */
};

/* The folder must not exist; false, with errno, if it cannot be made. */
bool lg_cpu_states_open(struct lg_cpu_states *states, const char *folder);
/* An lg_pair_fn: write the states of the CPU during a switch. */
void lg_cpu_states_pair(const struct lg_pair *pair, void *states);
/* Write what is left, and the metadata; false, with errno, on failure. */
bool lg_cpu_states_end(struct lg_cpu_states *states);
/* Removes the folder, unless it has another name by now. */
void lg_cpu_states_free(struct lg_cpu_states *states);

#endif
