/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Converts Babeltrace messages to event records (event.h).
 *
 * The decoder depends only on the trace's schema: event names, field names and enumeration
 * labels.  It resolves the fields of an event class once and then reads them by index; it
 * interns a label (intern.h) once for each value of a class.
 */
#ifndef ANALYSIS_DECODE_DECODE_H
#define ANALYSIS_DECODE_DECODE_H

#include <babeltrace2/babeltrace.h>

#include "analysis/model/intern.h"
#include "analysis/model/pair.h"
#include "analysis/model/loss_check.h"
#include "analysis/model/tally.h"

enum lg_decoded {
	LG_IS_EVENT,
	LG_IS_BATCH,		/* many: lg_decode_next() gives them */
	LG_IS_PAIR,		/* made by filter.lg.pair */
	LG_IS_FOREIGN,		/* an event of another program */
	LG_IS_NONE,		/* not an event, or no event that analysis uses */
	LG_IS_BAD,		/* one of ours that does not fit the schema */
};

struct lg_decoder;

struct lg_decoder *lg_decoder_new(struct lg_intern *names, struct lg_loss *seq);
void lg_decoder_free(struct lg_decoder *decoder);
/* @pair is filled for LG_IS_PAIR, @event for LG_IS_EVENT. */
enum lg_decoded lg_decode(struct lg_decoder *decoder, const bt_message *message,
			  struct lg_event *event, struct lg_pair *pair);
/* The next event of the batch: LG_IS_EVENT, LG_IS_NONE after the last, or LG_IS_BAD. */
enum lg_decoded lg_decode_next(struct lg_decoder *decoder, struct lg_event *event);
/* Why the last answer was LG_IS_BAD. */
const char *lg_decoder_error(const struct lg_decoder *decoder);

/* A decoder that feeds a tally. */
struct lg_feed {
	struct lg_tally *tally;
	struct lg_decoder *decoder;
	struct lg_event event;
	struct lg_pair pair;
};

bool lg_feed_init(struct lg_feed *feed, struct lg_tally *tally);
void lg_feed_free(struct lg_feed *feed);
/* False if the message does not fit the schema; lg_decoder_error() has the reason. */
bool lg_feed_message(struct lg_feed *feed, const bt_message *message);

/* The kind of an event of ours, or of one of the Host kernel's that disturb a switch; else
 * LG_DISTURB + 1. */
enum lg_kind lg_kind_of(const char *event_name, bool *is_pair);

#endif
