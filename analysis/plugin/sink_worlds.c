/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink.lg.worlds: a trace of the state of each CPU. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "plugin.h"
#include "sink.h"

/* A trace is a folder, which must be new; it gets its name when it is whole. */
static bool open_worlds(struct sink *sink)
{
	char why[256];

	sink_each_pair(sink, lg_cpu_states_pair, &sink->worlds);
	if (!sink->path)
		return sink_fail(sink, "path= must name the folder of the new trace");
	if (!access(sink->path, F_OK)) {
		snprintf(why, sizeof(why), "%s is there already: name another folder", sink->path);
		return sink_fail(sink, why);
	}
	if (asprintf(&sink->part, "%s.part", sink->path) < 0) {
		sink->part = NULL;
		return sink_fail(sink, "out of memory");
	}
	sink->worlds.names = &sink->tally.names;
	if (lg_cpu_states_open(&sink->worlds, sink->part))
		return true;
	snprintf(why, sizeof(why), "cannot make %s: %s", sink->part, strerror(errno));
	return sink_fail(sink, why);
}

static bool close_worlds(struct sink *sink)
{
	char why[256];

	if (lg_cpu_states_end(&sink->worlds) && !rename(sink->part, sink->path))
		return true;
	snprintf(why, sizeof(why), errno == ENODATA ? "no switch whose times are known" :
		 "cannot write %s: %s", sink->path, strerror(errno));
	return sink_fail(sink, why);
}

/* The first event lends its clock to the new trace. */
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
	sink->worlds.frequency = bt_clock_class_get_frequency(clock);
	bt_clock_class_get_offset(clock, &sink->worlds.offset_s, &sink->worlds.offset);
}

static const struct sink_class worlds = {
	.open = open_worlds, .message = learn_clock, .close = close_worlds,
};

LG_INIT(lg_cpu_states_init)
{
	(void)config;
	(void)data;
	return sink_init(self, params, &worlds);
}
