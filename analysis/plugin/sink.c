/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The common part of the plugin's sinks, see sink.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/table/trace_tables.h"
#include "plugin.h"
#include "sink.h"

bool sink_fail(struct sink *sink, const char *why)
{
	bt_current_thread_error_append_cause_from_component(sink->component, __FILE__, __LINE__,
							    "%s", why);
	return false;
}

static const char *text_param(const bt_value *params, const char *key)
{
	const bt_value *value = bt_value_map_borrow_entry_value_const(params, key);

	return value && bt_value_is_string(value) ? bt_value_string_get(value) : NULL;
}

static bool flag_param(const bt_value *params, const char *key)
{
	const bt_value *value = bt_value_map_borrow_entry_value_const(params, key);

	if (!value)
		return false;
	if (bt_value_is_bool(value))
		return bt_value_bool_get(value);
	if (bt_value_is_signed_integer(value))
		return bt_value_integer_signed_get(value);
	return bt_value_is_unsigned_integer(value) && bt_value_integer_unsigned_get(value);
}

static bt_value_map_foreach_entry_const_func_status
known_param(const char *key, const bt_value *value, void *data)
{
	static const char * const known[] = {
		"by", "variant", "twin", "exit", "unit", "window", "path",
	};
	const char **unknown = data;
	size_t i;

	(void)value;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(key, known[i]))
			return BT_VALUE_MAP_FOREACH_ENTRY_CONST_FUNC_STATUS_OK;
	*unknown = key;
	return BT_VALUE_MAP_FOREACH_ENTRY_CONST_FUNC_STATUS_OK;
}

static bool read_params(struct sink *sink, const bt_value *params, struct lg_options *options)
{
	const char *by = text_param(params, "by"), *unit = text_param(params, "unit");
	const char *path = text_param(params, "path"), *unknown = NULL;
	const char *variant = text_param(params, "variant");
	const char *twin = text_param(params, "twin"), *exit = text_param(params, "exit");

	if (bt_value_map_foreach_entry_const(params, known_param, &unknown) || unknown)
		return sink_fail(sink, "unknown parameter; there are: by, variant, twin, exit,"
			    " unit, window, path");
	if (by && !lg_by_parse(by, &options->by))
		return sink_fail(sink, "by= takes a list of: exit, number, hypercall, guest, cpu");
	options->window_only = flag_param(params, "window");
	options->only_variant = sink->variant = variant ? strdup(variant) : NULL;
	options->only_twin = sink->twin = twin ? strdup(twin) : NULL;
	options->only_exit = sink->exit = exit ? strdup(exit) : NULL;
	sink->unit = strdup(unit ? unit : "TSC ticks");
	sink->path = path ? strdup(path) : NULL;
	return sink->unit;
}

void sink_each_pair(struct sink *sink, lg_pair_fn pair, void *arg)
{
	sink->consumer = (struct lg_consumer){ .pair = pair, .arg = arg };
	lg_tally_consumer(&sink->tally, &sink->consumer);
}

/* Does the path name something that is not a regular file, such as a device or a pipe? */
static bool is_special(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

/*
 * A file is written under another name and renamed when it is complete; what is not a regular file
 * is written in place.
 */
bool sink_open_file(struct sink *sink)
{
	char why[256];
	const char *path = sink->path;

	sink->out = stdout;
	if (!sink->path)
		return true;
	if (!is_special(path)) {
		if (asprintf(&sink->part, "%s.part", path) < 0) {
			sink->part = NULL;
			return sink_fail(sink, "out of memory");
		}
		path = sink->part;
	}
	sink->out = fopen(path, "w");
	if (sink->out)
		return true;
	snprintf(why, sizeof(why), "cannot write %s: %s", path, strerror(errno));
	return sink_fail(sink, why);
}

static bool close_output(struct sink *sink, bool good)
{
	FILE *out = sink->out;
	char why[256];

	sink->out = NULL;
	if (!out)
		return good;
	good &= !fflush(out) && !ferror(out);
	if (out != stdout)
		good &= !fclose(out);
	if (!sink->part)
		return good;
	if (!good) {
		unlink(sink->part);
		return false;
	}
	if (!rename(sink->part, sink->path))
		return true;
	snprintf(why, sizeof(why), "cannot write %s: %s", sink->path, strerror(errno));
	unlink(sink->part);
	return sink_fail(sink, why);
}

static void free_sink(struct sink *sink)
{
	close_output(sink, false);
	lg_cpu_states_free(&sink->cpu_states);
	bt_message_iterator_put_ref(sink->iterator);
	lg_feed_free(&sink->feed);
	lg_tally_free(&sink->tally);
	free(sink->unit);
	free(sink->path);
	free(sink->part);
	free(sink->variant);
	free(sink->twin);
	free(sink->exit);
	free(sink);
}

static bool set_up(struct sink *sink, bt_self_component_sink *self, const bt_value *params)
{
	struct lg_options options = { 0 };

	if (!read_params(sink, params, &options))
		return false;
	lg_tally_init(&sink->tally, &options);
	if (!lg_feed_init(&sink->feed, &sink->tally))
		return sink_fail(sink, "out of memory");
	if (bt_self_component_sink_add_input_port(self, "in", NULL, NULL))
		return sink_fail(sink, "cannot make the input port");
	return !sink->class->open || sink->class->open(sink);
}

bt_component_class_initialize_method_status
sink_init(bt_self_component_sink *self, const bt_value *params, const struct sink_class *class)
{
	struct sink *sink = calloc(1, sizeof(*sink));

	if (!sink)
		return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_MEMORY_ERROR;
	sink->class = class;
	sink->component = bt_self_component_sink_as_self_component(self);
	if (!set_up(sink, self, params)) {
		free_sink(sink);
		return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_ERROR;
	}
	bt_self_component_set_data(sink->component, sink);
	return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_OK;
}

static struct sink *sink_of(bt_self_component_sink *self)
{
	return bt_self_component_get_data(bt_self_component_sink_as_self_component(self));
}

void lg_sink_finalize(bt_self_component_sink *self)
{
	struct sink *sink = sink_of(self);

	if (sink)
		free_sink(sink);
}

bt_component_class_sink_graph_is_configured_method_status
lg_sink_configured(bt_self_component_sink *self)
{
	bt_self_component_port_input *port =
		bt_self_component_sink_borrow_input_port_by_index(self, 0);

	if (bt_message_iterator_create_from_sink_component(self, port,
							   &sink_of(self)->iterator))
		return BT_COMPONENT_CLASS_SINK_GRAPH_IS_CONFIGURED_METHOD_STATUS_ERROR;
	return BT_COMPONENT_CLASS_SINK_GRAPH_IS_CONFIGURED_METHOD_STATUS_OK;
}

/* All messages have come. */
static bool finish(struct sink *sink)
{
	static const char * const verdicts[] = {
		[LG_NOT_OURS] = "not one event of ours: a trace of another program?",
		[LG_NOTHING] = "the trace holds no event",
		[LG_VOID] = "the recording is void: events are missing",
		[LG_NO_MEMORY] = "out of memory, or of room for rows",
	};
	enum lg_verdict verdict;

	lg_tally_end(&sink->tally);
	verdict = lg_tally_verdict(&sink->tally);
	lg_print_faults(&sink->tally, "lg: ", stderr);
	if (verdict == LG_GOOD && sink->class->close)
		return sink->class->close(sink);
	if (sink->class->write &&
	    (verdict == LG_GOOD || (sink->class->shows_void && verdict == LG_VOID)))
		sink->class->write(sink);
	if (!close_output(sink, verdict == LG_GOOD) && verdict == LG_GOOD)
		return sink_fail(sink, "the output could not be written");
	return verdict == LG_GOOD || sink_fail(sink, verdicts[verdict]);
}

static bool feed_all(struct sink *sink, bt_message_array_const messages, uint64_t n)
{
	bool good = true;
	uint64_t i;

	for (i = 0; i < n; i++) {
		if (sink->class->message)
			sink->class->message(sink, messages[i]);
		if (good && !lg_feed_message(&sink->feed, messages[i]))
			good = sink_fail(sink, lg_decoder_error(sink->feed.decoder));
		bt_message_put_ref(messages[i]);
	}
	return good;
}

bt_component_class_sink_consume_method_status lg_sink_consume(bt_self_component_sink *self)
{
	struct sink *sink = sink_of(self);
	bt_message_array_const messages;
	uint64_t n;

	switch (bt_message_iterator_next(sink->iterator, &messages, &n)) {
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_OK:
		return feed_all(sink, messages, n) ?
			BT_COMPONENT_CLASS_SINK_CONSUME_METHOD_STATUS_OK :
			BT_COMPONENT_CLASS_SINK_CONSUME_METHOD_STATUS_ERROR;
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_AGAIN:
		return BT_COMPONENT_CLASS_SINK_CONSUME_METHOD_STATUS_AGAIN;
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_END:
		return finish(sink) ? BT_COMPONENT_CLASS_SINK_CONSUME_METHOD_STATUS_END :
				      BT_COMPONENT_CLASS_SINK_CONSUME_METHOD_STATUS_ERROR;
	case BT_MESSAGE_ITERATOR_NEXT_STATUS_MEMORY_ERROR:
		return BT_COMPONENT_CLASS_SINK_CONSUME_METHOD_STATUS_MEMORY_ERROR;
	default:
		return BT_COMPONENT_CLASS_SINK_CONSUME_METHOD_STATUS_ERROR;
	}
}
