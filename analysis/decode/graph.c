/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The graph of `switchyard report`: that of babeltrace2 with our consumer, see graph.h. */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "decode.h"
#include "graph.h"
#include "metadata.h"
#include "mip.h"

#define MAX_TRACES	64
#define MAX_DEPTH	16

struct work {
	struct lg_feed feed;
	const volatile sig_atomic_t *stop;
	bt_message_iterator *iterator;
	bool misfit;
	const bt_plugin *ctf, *utils;
	bt_graph *graph;
	const bt_component_filter *muxer;
	char *traces[MAX_TRACES];
	size_t n_traces, n_inputs;
	char *why;
	size_t size;
};

static void set_why(struct work *work, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(work->why, work->size, format, args);
	va_end(args);
}

/* The innermost cause of Babeltrace's error, on one line. */
static void set_cause(struct work *work, const char *what)
{
	const bt_error *error = bt_current_thread_take_error();
	const char *text = "no cause given";
	char *c;

	if (error && bt_error_get_cause_count(error))
		text = bt_error_cause_get_message(bt_error_borrow_cause_by_index(error, 0));
	set_why(work, "%s: %.200s", what, text);
	for (c = work->why; *c; c++)
		if (*c == '\n')
			*c = ' ';
	if (error)
		bt_error_release(error);
}

static void find_traces(struct work *work, const char *folder, unsigned int depth);

static void look_at(struct work *work, const char *folder, const char *name, unsigned int depth)
{
	struct stat status;
	char *path;

	if (!strcmp(name, ".") || !strcmp(name, "..") || asprintf(&path, "%s/%s", folder, name) < 0)
		return;
	if (stat(path, &status) == 0) {
		if (S_ISDIR(status.st_mode))
			find_traces(work, path, depth + 1);
		else if (S_ISREG(status.st_mode) && !strcmp(name, "metadata") &&
			 work->n_traces < MAX_TRACES)
			work->traces[work->n_traces++] = strdup(folder);
	}
	free(path);
}

/*
 * Every folder that holds a file "metadata" is a trace.  Each may be a symbolic link, as git-annex
 * keeps large files; a circle of them ends at the greatest depth.  (On i386 fts sees no file
 * where places in a folder are 64 bits wide, as on 9p and NFS.)
 */
static void find_traces(struct work *work, const char *folder, unsigned int depth)
{
	DIR *files = depth < MAX_DEPTH ? opendir(folder) : NULL;
	struct dirent *entry;

	while (files && (entry = readdir(files)))
		look_at(work, folder, entry->d_name, depth);
	if (files)
		closedir(files);
}

static bt_graph_simple_sink_component_initialize_func_status
sink_init(bt_message_iterator *iterator, void *data)
{
	struct work *work = data;

	work->iterator = iterator;
	return BT_GRAPH_SIMPLE_SINK_COMPONENT_INITIALIZE_FUNC_STATUS_OK;
}

static bt_graph_simple_sink_component_consume_func_status
sink_consume(bt_message_iterator *iterator, void *data)
{
	struct work *work = data;
	bt_message_array_const messages;
	uint64_t i, n;
	int status = bt_message_iterator_next(iterator, &messages, &n);

	if (status != BT_MESSAGE_ITERATOR_NEXT_STATUS_OK)
		return status;
	for (i = 0; i < n; i++) {
		if (!work->misfit && !lg_feed_message(&work->feed, messages[i]))
			work->misfit = true;
		bt_message_put_ref(messages[i]);
	}
	if (work->stop && *work->stop)
		bt_interrupter_set(bt_graph_borrow_default_interrupter(work->graph));
	return work->misfit ? BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_ERROR :
			      BT_GRAPH_SIMPLE_SINK_COMPONENT_CONSUME_FUNC_STATUS_OK;
}

static bool find_plugin(struct work *work, const char *name, const bt_plugin **plugin)
{
	if (bt_plugin_find(name, BT_TRUE, BT_FALSE, BT_TRUE, BT_FALSE, BT_FALSE, plugin) ==
	    BT_PLUGIN_FIND_STATUS_OK)
		return true;
	set_why(work, "Babeltrace 2 has no plugin '%s': install the package "
		"libbabeltrace2-0", name);
	return false;
}

static bt_value *inputs(const char *path)
{
	bt_value *params = bt_value_map_create(), *list;

	if (!params)
		return NULL;
	if (bt_value_map_insert_empty_array_entry(params, "inputs", &list) ||
	    bt_value_array_append_string_element(list, path)) {
		bt_value_put_ref(params);
		return NULL;
	}
	return params;
}

/* Does the file begin as a packet of events does? */
static bool is_stream(const char *path)
{
	static const uint32_t magic = 0xc1fc1fc1, swapped = 0xc11ffcc1;
	uint32_t start = 0;
	FILE *file = fopen(path, "r");
	bool is = !file || fread(&start, sizeof(start), 1, file) != 1 || start == magic ||
		  start == swapped;

	if (file)
		fclose(file);
	return is;
}

/*
 * Babeltrace takes every file of the folder for a stream, but for hidden ones and the metadata,
 * and does not say which it cannot read.  True if one is none, and its name is said.
 */
static bool set_stray(struct work *work, const char *folder)
{
	DIR *files = opendir(folder);
	bool found = false;
	struct dirent *entry;
	struct stat status;
	char *path;

	while (files && !found && (entry = readdir(files))) {
		if (*entry->d_name == '.' || !strcmp(entry->d_name, "metadata") ||
		    asprintf(&path, "%s/%s", folder, entry->d_name) < 0)
			continue;
		found = stat(path, &status) == 0 && S_ISREG(status.st_mode) && !is_stream(path);
		if (found)
			set_why(work, "'%s' is not a stream of events: move it out of the trace's "
				"folder", path);
		free(path);
	}
	if (files)
		closedir(files);
	return found;
}

static bool connect_source(struct work *work, const bt_component_source *source)
{
	uint64_t i, n = bt_component_source_get_output_port_count(source);

	for (i = 0; i < n; i++) {
		const bt_port_output *out =
			bt_component_source_borrow_output_port_by_index_const(source, i);
		const bt_port_input *in =
			bt_component_filter_borrow_input_port_by_index_const(
				work->muxer, work->n_inputs++);

		if (bt_graph_connect_ports(work->graph, out, in, NULL))
			return false;
	}
	return true;
}

static bool add_source(struct work *work, const char *path, size_t i)
{
	const bt_component_class_source *class =
		bt_plugin_borrow_source_component_class_by_name_const(work->ctf, "fs");
	const bt_component_source *source;
	bt_value *params = inputs(path);
	char name[32];
	bool good;

	snprintf(name, sizeof(name), "trace-%zu", i);
	good = params && class &&
	       !bt_graph_add_source_component(work->graph, class, name, params,
					      BT_LOGGING_LEVEL_NONE, &source) &&
	       connect_source(work, source);
	bt_value_put_ref(params);
	return good;
}

static bool add_rest(struct work *work)
{
	const bt_component_class_filter *class =
		bt_plugin_borrow_filter_component_class_by_name_const(work->utils, "muxer");
	const bt_component_sink *sink;

	return class &&
	       !bt_graph_add_filter_component(work->graph, class, "muxer", NULL,
					      BT_LOGGING_LEVEL_NONE, &work->muxer) &&
	       !bt_graph_add_simple_sink_component(work->graph, "lg", sink_init, sink_consume,
						   NULL, work, &sink) &&
	       !bt_graph_connect_ports(
			work->graph,
			bt_component_filter_borrow_output_port_by_index_const(work->muxer, 0),
			bt_component_sink_borrow_input_port_by_index_const(sink, 0), NULL);
}

/* Metadata that Babeltrace 2.1 reads, and 2.0 does not. */
static bool set_too_new(struct work *work, enum lg_metadata metadata)
{
	if (metadata == LG_METADATA_CTF2)
		set_why(work, "a CTF 2 trace, which Babeltrace %u.%u does not read: record it with "
		    "'lttng create --trace-format=ctf-1.8', or install Babeltrace 2.1",
		    bt_version_get_major(), bt_version_get_minor());
	else if (metadata == LG_METADATA_UNSIGNED)
		set_why(work, "its metadata lack the first line, '/* CTF 1.8 */', without which "
		    "Babeltrace %u.%u does not read them: write it there, "
		    "or install Babeltrace 2.1",
		    bt_version_get_major(), bt_version_get_minor());
	else
		return false;
	return true;
}

static enum lg_graph_status build(struct work *work)
{
	size_t i;

	if (!find_plugin(work, "ctf", &work->ctf) || !find_plugin(work, "utils", &work->utils))
		return LG_GRAPH_FAILED;
	work->graph = bt_graph_create(lg_greatest_mip());
	if (!work->graph || !add_rest(work)) {
		set_cause(work, "cannot build the graph");
		return LG_GRAPH_FAILED;
	}
	for (i = 0; i < work->n_traces; i++) {
		enum lg_metadata metadata = lg_metadata_look(work->traces[i]);

		if (metadata == LG_METADATA_CUT) {
			set_why(work, "the trace is damaged: its metadata are cut off");
			return LG_GRAPH_DAMAGED;
		}
		if (add_source(work, work->traces[i], i))
			continue;
		if (set_too_new(work, metadata))
			return LG_GRAPH_NO_TRACE;
		set_cause(work, metadata == LG_METADATA_WHOLE ? "the trace is damaged" :
			  "not a CTF trace");
		if (metadata == LG_METADATA_WHOLE)
			set_stray(work, work->traces[i]);
		return metadata == LG_METADATA_WHOLE ? LG_GRAPH_DAMAGED : LG_GRAPH_NO_TRACE;
	}
	return LG_GRAPH_GOOD;
}

static enum lg_graph_status run(struct work *work)
{
	bt_graph_run_status status = bt_graph_run(work->graph);

	if (work->stop && *work->stop) {
		set_why(work, "interrupted");
		return LG_GRAPH_STOPPED;
	}
	if (work->misfit) {
		set_why(work, "%s", lg_decoder_error(work->feed.decoder));
		return LG_GRAPH_OTHER;
	}
	if (status == BT_GRAPH_RUN_STATUS_OK)
		return LG_GRAPH_GOOD;
	set_cause(work, "the trace is damaged");
	if (strstr(work->why, "timestamp is less than"))
		set_why(work, "the trace is damaged: its clock goes backwards");
	else
		for (size_t i = 0; i < work->n_traces && !set_stray(work, work->traces[i]); i++)
			;
	return LG_GRAPH_DAMAGED;
}

static void tear_down(struct work *work)
{
	const bt_error *error;

	bt_graph_put_ref(work->graph);
	bt_plugin_put_ref(work->ctf);
	bt_plugin_put_ref(work->utils);
	lg_feed_free(&work->feed);
	while (work->n_traces)
		free(work->traces[--work->n_traces]);
	error = bt_current_thread_take_error();
	if (error)
		bt_error_release(error);
}

enum lg_graph_status lg_graph_run(const char *folder, struct lg_tally *tally,
				  const volatile sig_atomic_t *stop, char *why, size_t size)
{
	struct work work = { .stop = stop, .why = why, .size = size };
	enum lg_graph_status status;

	if (!lg_feed_init(&work.feed, tally)) {
		set_why(&work, "out of memory");
		return LG_GRAPH_FAILED;
	}
	find_traces(&work, folder, 0);
	if (!work.n_traces) {
		set_why(&work, "no CTF trace in '%s' (no file 'metadata')", folder);
		status = LG_GRAPH_NO_TRACE;
	} else {
		status = build(&work);
		if (status == LG_GRAPH_GOOD)
			status = run(&work);
	}
	tear_down(&work);
	lg_tally_end(tally);
	return status;
}
