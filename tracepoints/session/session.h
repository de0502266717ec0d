/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording of the lg_* events with LTTng, from before the first event to
 * after the last, and an exact account of what it lost.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "streams.h"

struct session_settings {
	const char *payload;		/* folder of the modules */
	const char *scratch;		/* folder on tmpfs for the trace while it is written */
	uint64_t buffer_bytes;		/* of each CPU: a power of 2 that should hold the run */
	const char *const *events;	/* names, ended by NULL */
	/* a flight recorder: the newest events push out the oldest */
	bool snapshot;
	uint64_t slow_tsc;		/* it stops after a switch that took longer; 0: never */
};

struct session {
	struct session_settings settings;
	char *output, *kernel;		/* folder of the session, and of the trace in it */
	struct lttng_handle *handle;
	bool created;
	int daemon;			/* process of the daemon we started, or 0 */
	uint64_t discarded;		/* events that the channels count as lost */
	/* Which modules we loaded. */
	bool our_sched, our_irq;
	bool our_switchyard, our_probe, our_tracer, our_clock, our_lttng_clock;
};

struct session_loss {
	const char *channel;		/* whose they are */
	uint64_t discarded;		/* events, as the channel counts them */
	struct stream_loss streams;	/* the same by CPU, as the packets say */
	/* the buffer size that would have held all; 0 if nothing is lost */
	uint64_t enough_bytes;
	bool slow_seen;			/* the flight recorder was stopped by a slow switch */
};

#define SESSION_CHANNEL "lg"

/* Modules in, daemon up, session made, tracing on, start marks written. */
bool session_begin(struct session *session, const struct session_settings *settings);

/*
 * Stop marks written, tracing off, buffers emptied, loss counted.  The trace is
 * whole in session->kernel, also when events are missing.
 */
bool session_end(struct session *session, struct session_loss *loss);

/* Undo all that session_begin did, however far it came. */
void session_close(struct session *session);

/* The buffer size that would have held what was lost too; 0 if nothing was. */
uint64_t session_enough(const struct session_settings *settings, const struct session_loss *loss);

/* Versions and settings, for the environment record. */
json_t *session_record(const struct session_settings *settings);

#endif
