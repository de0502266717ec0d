/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ledger of one world switch: its phases, from the stamps of the probed twin.
 *
 * A phase is the time from one stamp to the next. Those of the Switcher lie between
 * tsc_call and tsc_back; those of C between tsc_back and the next enter. Stamps of the
 * Switcher lie where the Guest can write, so they are checked before use: in order,
 * and all between the two TSCs that C read. If so the phases add up to the whole
 * by construction; if not the ledger is refused, never mended. In C the way does not
 * lead past every probe: a stamp of 0 was not passed, and its phase is empty.
 */
#ifndef LG_ANALYSIS_LEDGER_H
#define LG_ANALYSIS_LEDGER_H

#include "event.h"

enum lg_ledger_state {
	LG_LEDGER_PLAIN,	/* no probes in this twin */
	LG_LEDGER_GOOD,
	LG_LEDGER_FORGED,	/* out of order, outside, or in a twin without probes */
	LG_LEDGER_EMPTY,	/* the probed twin left no stamp */
	LG_LEDGER_LONG,		/* 2^32 or more: low halves say nothing */
	LG_LEDGER_UNKNOWN,	/* no usable TSC at both ends */
	LG_LEDGER_STATES
};

struct lg_ledger {
	enum lg_ledger_state state;
	uint32_t n;		/* phases */
	uint64_t whole;		/* from end to end, if state is not UNKNOWN */
	uint64_t phase[LG_MAX_STAMPS + 1];
};

/* From the far call to back in C. */
void lg_ledger(const struct lg_exit *exit, struct lg_ledger *out);
/* From back in C to the next enter. */
void lg_c_ledger(const struct lg_exit *exit, const struct lg_enter *enter,
		 struct lg_ledger *out);
const char *lg_ledger_state_name(enum lg_ledger_state state);
/* From when to when after tsc_call the Guest ran; false if the ledger does not tell. */
bool lg_ledger_guest(const struct lg_ledger *ledger, uint64_t *from, uint64_t *to);
/* The name of phase @i of @n, after the probe that ends it. */
const char *lg_phase_name(uint32_t i, uint32_t n);
const char *lg_c_phase_name(uint32_t i, uint32_t n);

#endif
