/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Aggregates the events of one trace by class of exit, in constant memory. */
#ifndef ANALYSIS_MODEL_TALLY_H
#define ANALYSIS_MODEL_TALLY_H

#include "event.h"
#include "analysis/stats/hist.h"
#include "merge.h"
#include "intern.h"
#include "pair.h"
#include "loss_check.h"

#define LG_MAX_ROWS	1024
#define LG_MAX_REASONS	64
#define LG_MAX_GUESTS	64

/* The keys of a row, beside variant and twin. */
enum {
	LG_BY_EXIT = 1,
	LG_BY_NUMBER = 2,
	LG_BY_GUEST = 4,
	LG_BY_CPU = 8,
	LG_BY_HYPERCALL = 16,
};

struct lg_key {
	uint16_t variant, twin, exit;
	uint16_t number, hypercall;
	uint32_t guest, cpu;
};

/* The phases of the valid breakdowns. */
struct lg_phases {
	uint32_t n;
	struct lg_hist *phase;
	uint64_t state[LG_BREAKDOWN_STATES];	/* how many breakdowns of each */
	uint64_t whole;				/* of the valid ones, from beginning to end */
};

struct lg_row {
	struct lg_key key;
	uint64_t exits;
	/* Within timed handling: events whose whole cost must be subtracted; events of which only
	 * the unreported part must be; and the reported cost of all. */
	uint64_t inner, reported, overhead;
	uint64_t state[LG_PAIR_STATES];
	struct lg_hist handling, trip, entry;
	struct lg_phases breakdown;			/* from the far call to back in C */
	struct lg_phases c_breakdown;		/* from back in C to the next enter */
};

struct lg_reason {
	uint16_t variant, reason;
	uint64_t n, bytes;
	uint32_t changed;			/* all bits seen */
};

/* Exits that the Switcher has answered itself. */
struct lg_stays {
	uint16_t variant, class;
	uint64_t exits, ticks;
};

struct lg_options {
	unsigned int by;		/* LG_BY_..., 0: by exit */
	bool window_only;		/* no marks are expected */
	const char *only_variant, *only_twin, *only_exit;	/* NULL: all */
	/* Only switches and copy-ins in [from, to) ticks after the first event, if to is not 0. */
	uint64_t from, to;
};

typedef void (*lg_event_fn)(const struct lg_event *event, void *arg);

/* Another receiver of the switches and events while the trace is read once. */
struct lg_consumer {
	lg_pair_fn pair;		/* for each switch that the options admit, or NULL */
	lg_event_fn event;		/* for each event of ours within the marks, or NULL */
	void *arg;
	struct lg_consumer *next;
};

struct lg_tally {
	struct lg_options options;
	struct lg_intern names;
	struct lg_pool pool;
	struct lg_loss loss;
	struct lg_merge merge;
	struct lg_pairing pairing;
	struct lg_consumer *consumers;
	uint32_t n_rows, n_reasons, n_stays;
	struct lg_row *rows[LG_MAX_ROWS], *last;
	struct lg_reason reasons[LG_MAX_REASONS];
	struct lg_stays stays[LG_MAX_REASONS];
	uint64_t packed;			/* exits that came in batches */
	uint64_t ours, foreign;			/* events of our types, and all others */
	uint64_t exits, enters, dropped;	/* dropped: no room for their row or reason */
	uint64_t first_ts, last_ts;
	uint32_t n_classes;
	struct {
		uint16_t class;
		uint64_t n;
	} classes[LG_MAX_REASONS];		/* of traps */
	uint32_t n_guests, guests[LG_MAX_GUESTS];	/* that left, each once */
	struct lg_hist calibration;		/* the cost of an event, from each pair */
	/* and how much of it `overhead` leaves out */
	struct lg_hist unreported;
	/* the first of a pair, while its second is awaited */
	struct lg_event calibrate;
	bool calibrating;
};

/* A list such as "exit,guest" as LG_BY_... bits; false if a word is unknown. */
bool lg_by_parse(const char *list, unsigned int *by);
void lg_tally_init(struct lg_tally *tally, const struct lg_options *options);
void lg_tally_free(struct lg_tally *tally);
/* Before the first event; @consumer lasts as long as the tally. */
void lg_tally_consumer(struct lg_tally *tally, struct lg_consumer *consumer);
void lg_tally_event(struct lg_tally *tally, const struct lg_event *event);
/* A pair that a filter upstream has made. */
void lg_tally_pair(struct lg_tally *tally, const struct lg_pair *pair);
void lg_tally_end(struct lg_tally *tally);

enum lg_verdict {
	LG_GOOD,
	LG_NOT_OURS,		/* not one event of ours among others */
	LG_NOTHING,		/* no event at all */
	LG_VOID,		/* faults, see lg_loss_faults() */
	LG_NO_MEMORY,
};

enum lg_verdict lg_tally_verdict(const struct lg_tally *tally);
/*
 * The trace's number of what the Host counts under @name (`guests`, `switches`, `copy_in_` and a
 * reason, a class of traps, `stayed_` and a class); false if the recording does not contain it.
 */
bool lg_tally_count(const struct lg_tally *tally, const char *name, uint64_t *n);
/* The cost of one recorded event, from calibration pairs; false if there are none. */
bool lg_event_cost(const struct lg_tally *tally, struct lg_summary *cost);
/* The part of it that `overhead` leaves out; false if the pairs do not report it. */
bool lg_unreported_cost(const struct lg_tally *tally, struct lg_summary *cost);

#endif
