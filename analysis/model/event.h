/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event records: the input of the model.
 *
 * The model is plain C and does not depend on Babeltrace: analysis/decode/ converts trace messages
 * to these records, and a unit test writes them by hand.  Names (of exits, variants, reasons)
 * are interned (intern.h), so the hot path compares no strings.
 */
#ifndef ANALYSIS_MODEL_EVENT_H
#define ANALYSIS_MODEL_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#define LG_MAX_STAMPS	32
#define LG_MAX_TYPES	32

/* What an event is to the analysis; the sequence check sees all but LG_DISTURB. */
enum lg_kind {
	LG_MARK,
	LG_ENTER,
	LG_EXIT,
	LG_COPY_IN,
	LG_CALIBRATE,
	LG_HYPERCALL,
	LG_TRAP,
	LG_STAYED,
	LG_BATCH,	/* its switches come as events of their own */
	LG_OTHER,	/* one of our types that has no table of its own */
	LG_DISTURB,	/* an interrupt or a context switch of the Host kernel */
};

struct lg_mark {
	bool start;
	uint32_t cpus;		/* CPUs online */
	uint8_t batched;	/* switches come packed */
	uint32_t n_next;
	uint32_t next_seq[LG_MAX_TYPES];
};

struct lg_enter {
	uint64_t tsc;		/* last TSC read in C before the far call */
	uint32_t overhead;	/* the cost of emitting events since the last exit, if reported */
	uint8_t reports_overhead;
	uint32_t eip;
	uint8_t ring;
	uint32_t n_stamps;
	uint32_t stamps[LG_MAX_STAMPS];	/* of C since the last enter; 0: not passed */
};

struct lg_exit {
	uint64_t tsc_call;	/* TSC just before the far call, 0: unknown */
	uint64_t tsc_back;	/* first TSC read in C after it */
	uint32_t pack_tsc;	/* the cost of packing it, after tsc_back */
	uint32_t error, cr2, eip;
	uint32_t n_stamps;
	uint32_t stamps[LG_MAX_STAMPS];	/* low halves; from Guest-writable memory */
	uint16_t exit;		/* name of the vector's class */
	uint8_t number;
	uint8_t ring;
	bool probed;
};

struct lg_calibrate {
	uint32_t overhead;	/* ... up to here, so a pair's difference is the first one's */
	uint8_t reports_overhead;
};

struct lg_copy_in {
	uint16_t reason;	/* a name */
	uint32_t changed, bytes;
};

struct lg_trap {
	uint16_t class;		/* a name */
	uint32_t eip;
};

/* Exits of a class that the Switcher has answered itself, and what they took: the Guest's word. */
struct lg_stayed {
	uint16_t class;		/* a name */
	uint32_t exits, ticks;
};

struct lg_hypercall {
	uint16_t name;
	bool direct;		/* by the Guest, not out of its async ring */
};

struct lg_event {
	enum lg_kind kind;
	uint32_t cpu;
	uint32_t type;		/* index of the type's sequence, see loss_check.h */
	uint32_t seq;
	uint64_t ts;		/* trace time */
	uint8_t packed;		/* came in a batch */
	uint32_t guest;
	uint16_t variant, twin;	/* names */
	union {
		struct lg_mark mark;
		struct lg_enter enter;
		struct lg_exit exit;
		struct lg_calibrate calibrate;
		struct lg_copy_in copy_in;
		struct lg_hypercall hypercall;
		struct lg_trap trap;
		struct lg_stayed stayed;
	};
};

#endif
