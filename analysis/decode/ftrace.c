/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Converts records of ftrace's ring buffers to events, see ftrace.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <trace-cmd.h>

#include "lg/probe.h"
#include "lg-events.h"

#include "decode.h"
#include "ftrace.h"

#define FILE_NAME "trace.dat"

/* A recording has two instances; a file with many more is none of ours. */
#define MAX_HANDLES 8

struct reading {
	struct lg_tally *tally;
	const volatile sig_atomic_t *stop;
	char other[48];		/* an event of ours in another version */
};

/* The record that is being read. */
struct row {
	struct lg_tally *tally;
	struct tep_event *format;
	struct tep_record *record;
};

static char *file_in(const char *folder)
{
	char *path;

	return asprintf(&path, "%s/" FILE_NAME, folder) < 0 ? NULL : path;
}

bool lg_is_ftrace(const char *folder)
{
	char *path = file_in(folder);
	bool there = path && access(path, F_OK) == 0;

	free(path);
	return there;
}

static bool has(const struct row *row, const char *field)
{
	return tep_find_field(row->format, field);
}

/* 0 if there is no such field. */
static uint64_t number_of(const struct row *row, const char *field)
{
	unsigned long long value;

	return tep_get_field_val(NULL, row->format, field, row->record, &value, 0) < 0 ? 0 : value;
}

/* What the kernel prints for a value of this field: the name that its format pairs with it. */
static const char *symbol_of(const struct row *row, const char *field, uint64_t value)
{
	const struct tep_print_arg *arg;
	const struct tep_print_flag_sym *symbol;

	for (arg = row->format->print_fmt.args; arg; arg = arg->next) {
		if (arg->type != TEP_PRINT_SYMBOL || arg->symbol.field->type != TEP_PRINT_FIELD ||
		    strcmp(arg->symbol.field->field.name, field))
			continue;
		for (symbol = arg->symbol.symbols; symbol; symbol = symbol->next)
			if (symbol->str && strtoull(symbol->value, NULL, 0) == value)
				return symbol->str;
	}
	return NULL;
}

static uint16_t name_in(const struct row *row, const char *field)
{
	uint64_t value = number_of(row, field);
	const char *name = symbol_of(row, field, value);
	char number[24];

	if (!has(row, field))
		return 0;
	snprintf(number, sizeof(number), "0x%llx", (unsigned long long)value);
	return lg_intern(&row->tally->names, name ? name : number);
}

static bool is_named(const struct row *row, const char *field, const char *name)
{
	const char *is = symbol_of(row, field, number_of(row, field));

	return is && !strcmp(is, name);
}

/* An array of 32-bit numbers; answers how many were read. */
static uint32_t list_of(const struct row *row, const char *field, uint32_t *out, uint32_t room)
{
	const char *bytes;
	int size = 0;
	uint32_t n;

	bytes = tep_get_field_raw(NULL, row->format, field, row->record, &size, 0);
	if (!bytes || size < 0)
		return 0;
	for (n = 0; n < room && n < (uint32_t)size / sizeof(*out); n++)
		out[n] = tep_read_number(row->format->tep, bytes + n * sizeof(*out), sizeof(*out));
	return n;
}

static const char *const probes[] = {
#define LG_X(SYMBOL, name, world) LG_PROBE_LABEL(name, world),
	LG_PROBES(LG_X)
#undef LG_X
};

static const char *const c_probes[] = {
#define LG_X(SYMBOL, name) #name,
	LG_C_PROBES(LG_X)
#undef LG_X
};

static uint32_t stamps_of(const struct row *row, const char *const *names, uint32_t n,
			  uint32_t *out)
{
	for (uint32_t i = 0; i < n; i++)
		out[i] = number_of(row, names[i]);
	return n;
}

/* The order of the types in next_seq, which the format of a mark says in words:
 * "counters=mark,enter,...". */
static void learn_order(const struct row *row)
{
	const char *at = strstr(row->format->print_fmt.format, "counters=");
	uint32_t i = 0;

	at = at ? at + strlen("counters=") : "";
	while (isalnum((unsigned char)*at)) {
		size_t n = strcspn(at, ", \n");
		char name[64];

		snprintf(name, sizeof(name), "lg_%.*s", (int)n, at);
		lg_loss_order(&row->tally->loss, i++, name);
		at += n + (at[n] == ',');
	}
}

static void read_mark(const struct row *row, struct lg_event *event)
{
	learn_order(row);
	event->mark.start = is_named(row, "mark", "start");
	event->mark.cpus = number_of(row, "cpus");
	event->mark.n_next = list_of(row, "next_seq", event->mark.next_seq, LG_MAX_TYPES);
}

static void read_enter(const struct row *row, struct lg_event *event)
{
	event->enter.tsc = number_of(row, "tsc");
	event->enter.overhead = number_of(row, "overhead");
	event->enter.reports_overhead = has(row, "overhead");
	event->enter.eip = number_of(row, "eip");
	event->enter.ring = number_of(row, "ring");
	event->enter.n_stamps = stamps_of(row, c_probes, LG_NR_C_PROBES, event->enter.stamps);
}

/* Vectors without a name of their own are the Host's interrupts. */
static uint16_t vector_name(const struct row *row)
{
	uint64_t vector = number_of(row, "vector");

	if (vector >= 32 && !symbol_of(row, "vector", vector))
		return lg_intern(&row->tally->names, "irq");
	return name_in(row, "vector");
}

static void read_exit(const struct row *row, struct lg_event *event)
{
	struct lg_exit *exit = &event->exit;

	exit->exit = vector_name(row);
	exit->number = number_of(row, "number");
	exit->error = number_of(row, "error");
	exit->cr2 = number_of(row, "cr2");
	exit->eip = number_of(row, "eip");
	exit->ring = number_of(row, "ring");
	exit->tsc_call = number_of(row, "tsc_call");
	exit->tsc_back = number_of(row, "tsc_back");
	exit->probed = is_named(row, "twin", "probed");
	exit->n_stamps = stamps_of(row, probes, LG_NR_PROBES, exit->stamps);
}

static void read_fields(const struct row *row, struct lg_event *event)
{
	const char *from;

	switch (event->kind) {
	case LG_MARK:
		read_mark(row, event);
		break;
	case LG_ENTER:
		read_enter(row, event);
		break;
	case LG_EXIT:
		read_exit(row, event);
		break;
	case LG_COPY_IN:
		event->copy_in.reason = name_in(row, "reason");
		event->copy_in.changed = number_of(row, "changed");
		event->copy_in.bytes = number_of(row, "bytes");
		break;
	case LG_CALIBRATE:
		event->calibrate.overhead = number_of(row, "overhead");
		event->calibrate.reports_overhead = has(row, "overhead");
		break;
	case LG_HYPERCALL:
		from = symbol_of(row, "from", number_of(row, "from"));
		event->hypercall.name = name_in(row, "number");
		event->hypercall.direct = !from || strncmp(from, "ring", 4);
		break;
	case LG_TRAP:
		event->trap.class = name_in(row, "class");
		event->trap.eip = number_of(row, "eip");
		break;
	case LG_STAYED:
		event->stayed.class = name_in(row, "class");
		event->stayed.exits = number_of(row, "exits");
		event->stayed.ticks = number_of(row, "ticks");
		break;
	default:
		break;
	}
}

/* Marks name their schema; events before the first mark are recognised by fields that schema 1 did
 * not have. */
static bool is_our_schema(const struct row *row, enum lg_kind kind)
{
	if (kind == LG_MARK)
		return number_of(row, "schema") == LG_TRACE_SCHEMA;
	if (kind == LG_ENTER)
		return has(row, c_probes[0]);
	return kind != LG_EXIT || has(row, probes[0]);
}

/* False if the record is an event of ours in another version. */
static bool take(const struct row *row)
{
	struct lg_event event;
	bool is_pair;

	memset(&event, 0, sizeof(event));
	event.kind = lg_kind_of(row->format->name, &is_pair);
	if (event.kind > LG_DISTURB) {
		row->tally->foreign++;
		return true;
	}
	if (!is_our_schema(row, event.kind))
		return false;
	event.cpu = row->record->cpu;
	event.ts = row->record->ts;
	event.type = event.kind == LG_DISTURB ? LG_NO_TYPE :
		     lg_loss_type(&row->tally->loss, row->format->name);
	event.seq = number_of(row, "seq");
	event.guest = number_of(row, "guest");
	event.variant = name_in(row, "variant");
	event.twin = name_in(row, "twin");
	read_fields(row, &event);
	lg_tally_event(row->tally, &event);
	return true;
}

/* tracecmd_iterate_events_multi() ends at an answer that is not 0. */
static int next(struct tracecmd_input *handle, struct tep_record *record, int cpu, void *data)
{
	struct tep_handle *tep = tracecmd_get_tep(handle);
	struct reading *reading = data;
	struct row row = {
		.tally = reading->tally,
		.format = tep_find_event_by_record(tep, record),
		.record = record,
	};

	if (record->missed_events)
		lg_loss_discarded(&reading->tally->loss, cpu, false, record->missed_events > 0,
				  record->missed_events > 0 ? record->missed_events : 0);
	if (!row.format) {
		reading->tally->foreign++;
	} else if (!take(&row)) {
		snprintf(reading->other, sizeof(reading->other), "%s", row.format->name);
		return 1;
	}
	return reading->stop && *reading->stop;
}

static void read_all(struct tracecmd_input *file, struct reading *reading)
{
	struct tracecmd_input *handles[MAX_HANDLES] = { file };
	int n = 1, instances = tracecmd_buffer_instances(file);

	for (int i = 0; i < instances && n < MAX_HANDLES; i++) {
		handles[n] = tracecmd_buffer_instance_handle(file, i);
		n += handles[n] != NULL;
	}
	tracecmd_iterate_events_multi(handles, n, next, reading);
	while (n > 1)
		tracecmd_close(handles[--n]);
}

/* The library says nothing itself, and loads no plugins of the user's. */
static struct tracecmd_input *open_file(const char *folder)
{
	char *path = file_in(folder);
	struct tracecmd_input *file;

	tep_set_loglevel(TEP_LOG_NONE);
	tracecmd_set_loglevel(TEP_LOG_NONE);
	file = path ? tracecmd_open(path, TRACECMD_FL_LOAD_NO_PLUGINS) : NULL;
	free(path);
	return file;
}

enum lg_graph_status lg_ftrace_run(const char *folder, struct lg_tally *tally,
				   const volatile sig_atomic_t *stop, char *why, size_t size)
{
	struct reading reading = { .tally = tally, .stop = stop };
	struct tracecmd_input *file = open_file(folder);

	if (!file) {
		snprintf(why, size, "cannot read '%s/" FILE_NAME "'", folder);
		return LG_GRAPH_NO_TRACE;
	}
	read_all(file, &reading);
	tracecmd_close(file);
	lg_tally_end(tally);
	if (*reading.other) {
		snprintf(why, size,
			 "event %s: the trace is not of schema %d, record it again or read it "
			 "with the version that made it", reading.other, LG_TRACE_SCHEMA);
		return LG_GRAPH_OTHER;
	}
	return stop && *stop ? LG_GRAPH_STOPPED : LG_GRAPH_GOOD;
}
