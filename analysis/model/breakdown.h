/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The breakdown of one world switch into phases, from the stamps of the probed twin.
 *
 * A phase is the time from one stamp to the next.  Stamps of the Switcher lie between tsc_call
 * and tsc_back, those of C between tsc_back and the next enter.  They are validated: they must be
 * in order and lie between the two TSCs that C read.  Valid stamps give phases that add up to the
 * whole by construction; invalid ones are rejected, never corrected.  The path through C does not
 * pass every probe: a stamp of 0 was not passed, and its phase is empty.
 *
 * The Guest can overwrite the stamps of the way out in its page (lg/probe.h).  A plausible forgery
 * moves time among the phases that begin or end at one, and these are marked "claimed": only their
 * sum can be trusted, since the stamps before and after them are the Host's.
 */
#ifndef ANALYSIS_MODEL_BREAKDOWN_H
#define ANALYSIS_MODEL_BREAKDOWN_H

#include "event.h"

enum lg_breakdown_state {
	LG_BREAKDOWN_PLAIN,	/* no probes in this twin */
	LG_BREAKDOWN_GOOD,
	LG_BREAKDOWN_FORGED,	/* out of order, outside, or in a twin without probes */
	LG_BREAKDOWN_EMPTY,	/* the probed twin left no stamp */
	LG_BREAKDOWN_LONG,		/* 2^32 or more: low halves say nothing */
	LG_BREAKDOWN_UNKNOWN,	/* no usable TSC at both ends */
	LG_BREAKDOWN_STATES
};

struct lg_breakdown {
	enum lg_breakdown_state state;
	uint32_t n;		/* phases */
	uint64_t whole;		/* from beginning to end, if state is not UNKNOWN */
	uint64_t phase[LG_MAX_STAMPS + 1];
};

/* From the far call to back in C. */
void lg_breakdown(const struct lg_exit *exit, struct lg_breakdown *out);
/* From back in C to the next enter. */
void lg_c_breakdown(const struct lg_exit *exit, const struct lg_enter *enter,
		 struct lg_breakdown *out);
const char *lg_breakdown_state_name(enum lg_breakdown_state state);
/* When the Guest ran, in ticks after tsc_call; false if the breakdown does not show it. */
bool lg_breakdown_guest(const struct lg_breakdown *breakdown, uint64_t *from, uint64_t *to);
/* The name of phase @i of @n, after the probe that ends it. */
const char *lg_phase_name(uint32_t i, uint32_t n);
const char *lg_c_phase_name(uint32_t i, uint32_t n);
/* Does it begin or end at a stamp that the Guest can overwrite? */
bool lg_phase_claimed(uint32_t i, uint32_t n);

#endif
