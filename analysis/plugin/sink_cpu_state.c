/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink.lg.cpu_state: writes the state of each CPU as a trace. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "plugin.h"
#include "sink.h"

/* A trace is a folder, which must be new; it gets its name when it is complete. */
static bool open_cpu_state(struct sink *sink)
{
	char why[256];

	sink_each_pair(sink, lg_cpu_states_pair, &sink->cpu_states);
	if (!sink->path)
		return sink_fail(sink, "path= must name the folder of the new trace");
	if (!access(sink->path, F_OK)) {
		snprintf(why, sizeof(why), "%s already exists: name another folder", sink->path);
		return sink_fail(sink, why);
	}
	if (asprintf(&sink->part, "%s.part", sink->path) < 0) {
		sink->part = NULL;
		return sink_fail(sink, "out of memory");
	}
	sink->cpu_states.names = &sink->tally.names;
	if (lg_cpu_states_open(&sink->cpu_states, sink->part))
		return true;
	snprintf(why, sizeof(why), "cannot make %s: %s", sink->part, strerror(errno));
	return sink_fail(sink, why);
}

static bool close_cpu_state(struct sink *sink)
{
	char why[256];

	if (lg_cpu_states_end(&sink->cpu_states) && !rename(sink->part, sink->path))
		return true;
	snprintf(why, sizeof(why), errno == ENODATA ? "no switch whose times are known" :
		 "cannot write %s: %s", sink->path, strerror(errno));
	return sink_fail(sink, why);
}

/* The new trace uses the clock of the first event. */
static void learn_clock(struct sink *sink, const bt_message *message)
{
	const bt_clock_class *clock;

	if (sink->has_clock || bt_message_get_type(message) != BT_MESSAGE_TYPE_EVENT)
		return;
	clock = bt_stream_class_borrow_default_clock_class_const(bt_stream_borrow_class_const(
		bt_event_borrow_stream_const(bt_message_event_borrow_event_const(message))));
	sink->has_clock = true;
	if (!clock)
		return;
	sink->cpu_states.frequency = bt_clock_class_get_frequency(clock);
	bt_clock_class_get_offset(clock, &sink->cpu_states.offset_s, &sink->cpu_states.offset);
}

static const struct sink_class cpu_state = {
	.open = open_cpu_state, .message = learn_clock, .close = close_cpu_state,
};

LG_INIT(lg_cpu_states_init)
{
	(void)config;
	(void)data;
	return sink_init(self, params, &cpu_state);
}
