/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sink of the plugin: it feeds all messages to a tally and writes its result at the end, if no
 * event is missing.  Each component class (sink_NAME.c) says how it differs.
 */
#ifndef ANALYSIS_PLUGIN_SINK_H
#define ANALYSIS_PLUGIN_SINK_H

#include <babeltrace2/babeltrace.h>
#include <stdbool.h>
#include <stdio.h>

#include "analysis/decode/decode.h"
#include "analysis/model/cpu_state.h"
#include "analysis/table/pairs_csv.h"

struct sink;

/* Any method may be NULL.  Those that answer false have called sink_fail(). */
struct sink_class {
	bool (*open)(struct sink *sink);	/* before the first message */
	void (*message)(struct sink *sink, const bt_message *message);
	void (*write)(struct sink *sink);	/* the result, at the end */
	bool (*close)(struct sink *sink);	/* in place of write, closing the output too */
	bool shows_void;			/* writes also when events are missing */
};

struct sink {
	const struct sink_class *class;
	struct lg_tally tally;
	struct lg_consumer consumer;
	struct lg_feed feed;
	struct lg_pairs_csv csv;
	struct lg_cpu_states cpu_states;
	bool has_clock;
	bt_message_iterator *iterator;
	bt_self_component *component;
	char *unit, *path, *part;
	char *variant, *twin, *exit;
	FILE *out;
};

bt_component_class_initialize_method_status
sink_init(bt_self_component_sink *self, const bt_value *params, const struct sink_class *class);

/* Add a cause to the current thread's error; answers false. */
bool sink_fail(struct sink *sink, const char *why);

/* Give each switch to a function too. */
void sink_each_pair(struct sink *sink, lg_pair_fn pair, void *arg);

/* Open path= under a temporary name, or stdout if there is no path. */
bool sink_open_file(struct sink *sink);

#endif
