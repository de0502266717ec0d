/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loss check proves that every emitted event is in the trace.
 *
 * Every event carries a sequence number per CPU and event type.  A mark opens and a mark closes
 * the recording on each CPU, and holds the next number of every type.  For each CPU and type the
 * first number must be the start mark's, no number may be missing, and the last must be one less
 * than the stop mark's.  Events outside the marks do not belong to the recording.  Anything else
 * is a fault, and makes the recording void.
 */
#ifndef ANALYSIS_MODEL_LOSS_CHECK_H
#define ANALYSIS_MODEL_LOSS_CHECK_H

#include <stddef.h>

#include "event.h"

enum lg_fault_kind {
	LG_FAULT_HOLE,		/* numbers skipped between two events */
	LG_FAULT_HEAD,		/* the first events are missing */
	LG_FAULT_TAIL,		/* the last events are missing */
	LG_FAULT_BACK,		/* a number came twice or out of order */
	LG_FAULT_NO_START,
	LG_FAULT_NO_STOP,
	LG_FAULT_MARKS,		/* more than one start or stop mark */
	LG_FAULT_NO_CPU,	/* CPUs without any mark or event */
	LG_FAULT_CLOCK,		/* time went backwards */
	LG_FAULT_DISCARDED,	/* the tracer says that it dropped events */
	LG_FAULT_PACKETS,	/* the tracer says that it dropped packets */
	LG_FAULT_KINDS
};

#define LG_NO_CPU	UINT32_MAX
#define LG_NO_TYPE	UINT32_MAX
#define LG_MAX_DISCARDED	64

struct lg_fault {
	enum lg_fault_kind kind;
	uint32_t cpu, type;	/* LG_NO_...: not of one CPU or type */
	uint64_t count;		/* how many are missing or wrong */
	bool at_least;		/* ... and maybe more */
};

struct lg_loss_type {
	uint64_t events;	/* inside the marks */
	uint64_t missing[LG_FAULT_KINDS];
	uint32_t next;
	bool seen, in_window;
};

struct lg_loss_cpu {
	uint32_t cpu;
	unsigned int starts, stops;
	bool open;
	uint64_t last_ts, clock_back, outside;
	struct lg_loss_type type[LG_MAX_TYPES];
};

struct lg_loss {
	bool window_only;	/* a snapshot: head and tail are not checked */
	uint32_t n_types, n_cpus, want_cpus;
	char *type_name[LG_MAX_TYPES];
	uint32_t order[LG_MAX_TYPES];	/* place in a mark's counters, LG_NO_TYPE: unknown */
	struct lg_loss_cpu **cpus, *last;
	uint64_t events, outside;
	struct {
		uint32_t cpu;
		bool packets, unknown;
		uint64_t count;
	} discarded[LG_MAX_DISCARDED];	/* what the tracer says, by CPU */
	uint32_t n_discarded;
	bool failed;
};

void lg_loss_init(struct lg_loss *seq, bool window_only);
void lg_loss_free(struct lg_loss *seq);
/* The index of a type's sequence by the event's name; LG_NO_TYPE when there are too many. */
uint32_t lg_loss_type(struct lg_loss *seq, const char *name);
/* Set the event that the counter at place @order of each mark belongs to. */
void lg_loss_order(struct lg_loss *seq, uint32_t order, const char *name);
const char *lg_loss_type_name(const struct lg_loss *seq, uint32_t type);
/* True if the event is inside the recording of its CPU. */
bool lg_loss_event(struct lg_loss *seq, const struct lg_event *event);
/* The tracer says that it dropped something; @cpu may be LG_NO_CPU. */
void lg_loss_discarded(struct lg_loss *seq, uint32_t cpu, bool packets, bool known,
		      uint64_t count);
/* Store up to @max faults in @out; returns how many there are, 0 is good. */
size_t lg_loss_faults(const struct lg_loss *seq, struct lg_fault *out, size_t max);
/* One line about @fault, without newline; returns snprintf's value. */
int lg_fault_text(const struct lg_loss *seq, const struct lg_fault *fault, char *buf, size_t size);
const char *lg_fault_name(enum lg_fault_kind kind);

#endif
