/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where each CPU is, as a trace of its own: Host, Switcher or Guest, at the moment it gets there.
 *
 * A recording tells of a switch when it is over, by stamps in lg_exit. A viewer whose states
 * change only with the event at hand cannot go back to them; in this trace each change is an
 * event, lg_world, at its own time. It is CTF 1.8: metadata, and a stream for each CPU.
 */
#ifndef LG_ANALYSIS_WORLDS_H
#define LG_ANALYSIS_WORLDS_H

#include "pair.h"

/* The values of lg_world's field "world"; trace viewers' analyses know them by number. */
enum lg_world { LG_HOST = 1, LG_SWITCHER, LG_GUEST, LG_SWITCHER_OR_GUEST, LG_WORLDS };

struct lg_world_stream;

struct lg_worlds {
	const struct lg_names *names;
	char *folder;
	struct lg_world_stream **streams;	/* by CPU number */
	uint32_t n_streams;
	uint64_t frequency, offset;		/* of the clock, from the recording */
	int64_t offset_s;
	bool seen[1 << 16];			/* names of variants */
	bool made, failed;			/* errno tells why */
};

/* The folder must not be there; false, with errno, if it cannot be made. */
bool lg_worlds_open(struct lg_worlds *worlds, const char *folder);
/* An lg_pair_fn: what a switch says of its CPU. */
void lg_worlds_pair(const struct lg_pair *pair, void *worlds);
/* Write what is left, and the metadata; false, with errno. */
bool lg_worlds_end(struct lg_worlds *worlds);
/* Removes the folder, unless it has another name by now. */
void lg_worlds_free(struct lg_worlds *worlds);

#endif
