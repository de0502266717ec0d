/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pairs each exit with the enter that follows: one record for each world switch.
 *
 * On one CPU a switch is: enter (event), far call, Guest, back in C, exit (event),
 * handling by the Host, and the next enter. Three intervals, all from TSCs read
 * in C, so they add up to the time from one enter to the next:
 *	entry		enter.tsc .. tsc_call, holds the enter event itself
 *	trip		tsc_call .. tsc_back, Switcher and Guest
 *	handling	tsc_back .. next enter.tsc, holds the exit event itself
 * In the probed twin handling and the trip have phases (breakdown.h).
 * Handling is timed only if the next enter on that CPU is of the same Guest, which was on
 * no other CPU meanwhile, and no interrupt or context switch of the Host is seen between;
 * others are counted apart.
 */
#ifndef ANALYSIS_MODEL_PAIR_H
#define ANALYSIS_MODEL_PAIR_H

#include "event.h"
#include "breakdown.h"

enum lg_pair_state {
	LG_PAIR_TIMED,
	LG_PAIR_OTHER_GUEST,	/* another Guest ran next on this CPU */
	LG_PAIR_DISTURBED,	/* a Host interrupt or context switch came between */
	LG_PAIR_NO_ENTER,	/* the recording ended, or the Guest left this CPU */
	LG_PAIR_NO_ENTER_SEEN,	/* another exit came with no enter between */
	LG_PAIR_BACKWARDS,	/* the next enter's TSC is before tsc_back */
	LG_PAIR_MOVED,		/* the Guest was on another CPU before it came back */
	LG_PAIR_STATES
};

struct lg_pair {
	struct lg_event exit;		/* the exit event, whole */
	enum lg_pair_state state;
	bool has_entry, has_trip, has_enter;
	uint64_t entry, trip, handling;
	uint64_t enter_ts, enter_tsc;	/* of the next enter, if has_enter */
	uint32_t enter_seq;
	uint32_t inner;			/* events of ours recorded within handling */
	/* the cost of recording within handling, as the trace reports it */
	uint64_t overhead;
	bool reports_overhead;		/* for every event of the interval, not for packing alone */
	uint16_t hypercall;		/* name of the one that was handled, 0: none is known */
	struct lg_breakdown breakdown;
	struct lg_breakdown c_breakdown;	/* of handling; UNKNOWN if it is not timed */
};

struct lg_pair_cpu {
	bool pending, entered, disturbed;
	uint64_t first_tsc, last_tsc;	/* first enter .. last return */
	uint64_t accounted;		/* sum of the intervals that were timed */
	uint32_t inner;
	uint64_t enter_tsc;		/* of the last enter */
	uint32_t enter_guest;
	uint64_t moved_tsc;		/* the pending exit's Guest was entered elsewhere; 0: not */
	struct lg_pair pair;
};

typedef void (*lg_pair_fn)(const struct lg_pair *pair, void *arg);

struct lg_pairing {
	uint32_t n_cpus;
	struct lg_pair_cpu **cpus;	/* by CPU number */
	lg_pair_fn fn;
	void *arg;
	bool failed;
};

void lg_pairing_init(struct lg_pairing *pairing, lg_pair_fn fn, void *arg);
void lg_pairing_free(struct lg_pairing *pairing);
/* Call the function for each exit, at its closing event on that CPU. */
void lg_pairing_event(struct lg_pairing *pairing, const struct lg_event *event);
/* Exits that still wait are handed out with no enter. */
void lg_pairing_end(struct lg_pairing *pairing);
/* The time from first enter to last return over all CPUs, and the part of it that the intervals
 * cover. */
void lg_pairing_closure(const struct lg_pairing *pairing, uint64_t *whole, uint64_t *accounted);
const char *lg_pair_state_name(enum lg_pair_state state);

#endif
