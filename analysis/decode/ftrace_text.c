/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Converts lines of ftrace to events, see ftrace_text.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lg/probe.h"
#include "lg-events.h"

#include "decode.h"
#include "ftrace_text.h"

struct line {
	struct lg_tally *tally;
	uint32_t cpu;
	uint64_t ts;
	char event[48];
	const char *fields;	/* " key=value key=value..." */
};

static FILE *open_text(const char *folder)
{
	char *path;
	FILE *file;

	if (asprintf(&path, "%s/ftrace.txt", folder) < 0)
		return NULL;
	file = fopen(path, "r");
	free(path);
	return file;
}

bool lg_is_ftrace(const char *folder)
{
	FILE *file = open_text(folder);

	if (!file)
		return false;
	fclose(file);
	return true;
}

/* What stands after " KEY=", or NULL. */
static const char *value_of(const struct line *line, const char *key)
{
	size_t n = strlen(key);
	const char *at = line->fields;

	while ((at = strstr(at, key))) {
		if (at > line->fields && at[-1] == ' ' && at[n] == '=')
			return at + n + 1;
		at += n;
	}
	return NULL;
}

static uint64_t number_of(const struct line *line, const char *key)
{
	const char *value = value_of(line, key);

	return value ? strtoull(value, NULL, 0) : 0;
}

static uint16_t name_in(const struct line *line, const char *key)
{
	const char *value = value_of(line, key);
	char word[64];

	if (!value)
		return 0;
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(value, " \n"), value);
	return lg_intern(&line->tally->names, word);
}

/* Read "{0x1,0x2}"; answers how many numbers there were. */
static uint32_t list_of(const struct line *line, const char *key, uint32_t *out, uint32_t room)
{
	const char *at = value_of(line, key);
	uint32_t n = 0;

	if (!at || *at++ != '{')
		return 0;
	while (n < room && isxdigit((unsigned char)*at)) {
		char *end;

		out[n++] = strtoul(at, &end, 0);
		at = end + (*end == ',');
	}
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

static uint32_t stamps_of(const struct line *line, const char *const *names, uint32_t n,
			  uint32_t *out)
{
	for (uint32_t i = 0; i < n; i++)
		out[i] = number_of(line, names[i]);
	return n;
}

/* The order of the types in next_seq: "mark,enter,...". */
static void learn_order(const struct line *line)
{
	const char *at = value_of(line, "counters");
	uint32_t i = 0;

	while (at && *at && !isspace((unsigned char)*at)) {
		size_t n = strcspn(at, ", \n");
		char name[64];

		snprintf(name, sizeof(name), "lg_%.*s", (int)n, at);
		lg_loss_order(&line->tally->loss, i++, name);
		at += n + (at[n] == ',');
	}
}

static void read_mark(const struct line *line, struct lg_event *event)
{
	const char *mark = value_of(line, "mark");

	learn_order(line);
	event->mark.start = mark && !strncmp(mark, "start", 5);
	event->mark.cpus = number_of(line, "cpus");
	event->mark.n_next = list_of(line, "next_seq", event->mark.next_seq, LG_MAX_TYPES);
}

/* Vectors without a name of their own are the Host's interrupts. */
static uint16_t vector_name(const struct line *line)
{
	const char *value = value_of(line, "vector");

	if (value && !strncmp(value, "0x", 2) && strtoul(value, NULL, 16) >= 32)
		return lg_intern(&line->tally->names, "irq");
	return name_in(line, "vector");
}

static void read_exit(const struct line *line, struct lg_event *event)
{
	struct lg_exit *exit = &event->exit;

	exit->exit = vector_name(line);
	exit->number = number_of(line, "number");
	exit->error = number_of(line, "error");
	exit->cr2 = number_of(line, "cr2");
	exit->eip = number_of(line, "eip");
	exit->ring = number_of(line, "ring");
	exit->tsc_call = number_of(line, "tsc_call");
	exit->tsc_back = number_of(line, "tsc_back");
	exit->probed = event->twin == lg_intern(&line->tally->names, "probed");
	exit->n_stamps = stamps_of(line, probes, LG_NR_PROBES, exit->stamps);
}

static void read_fields(const struct line *line, struct lg_event *event)
{
	const char *from = value_of(line, "from");

	switch (event->kind) {
	case LG_MARK:
		read_mark(line, event);
		break;
	case LG_ENTER:
		event->enter.tsc = number_of(line, "tsc");
		event->enter.overhead = number_of(line, "overhead");
		event->enter.reports_overhead = value_of(line, "overhead") != NULL;
		event->enter.eip = number_of(line, "eip");
		event->enter.ring = number_of(line, "ring");
		event->enter.n_stamps = stamps_of(line, c_probes, LG_NR_C_PROBES,
						  event->enter.stamps);
		break;
	case LG_EXIT:
		read_exit(line, event);
		break;
	case LG_COPY_IN:
		event->copy_in.reason = name_in(line, "reason");
		event->copy_in.changed = number_of(line, "changed");
		event->copy_in.bytes = number_of(line, "bytes");
		break;
	case LG_CALIBRATE:
		event->calibrate.overhead = number_of(line, "overhead");
		event->calibrate.reports_overhead = value_of(line, "overhead") != NULL;
		break;
	case LG_HYPERCALL:
		event->hypercall.name = name_in(line, "number");
		event->hypercall.direct = !from || strncmp(from, "ring", 4);
		break;
	case LG_TRAP:
		event->trap.class = name_in(line, "class");
		event->trap.eip = number_of(line, "eip");
		break;
	case LG_STAYED:
		event->stayed.class = name_in(line, "class");
		event->stayed.exits = number_of(line, "exits");
		event->stayed.ticks = number_of(line, "ticks");
		break;
	default:
		break;
	}
}

/* True if the line is an event; `CPU:0 [LOST 7 EVENTS]` is reported to the loss check. */
static bool split(const char *text, struct line *line)
{
	const char *at = strstr(text, " [");
	unsigned long long ts, lost;
	unsigned int cpu;
	int n = 0;

	if (sscanf(text, "CPU:%u [LOST %llu EVENTS]", &cpu, &lost) == 2)
		lg_loss_discarded(&line->tally->loss, cpu, false, true, lost);
	if (*text == '#' || !at ||
	    sscanf(at, " [%u] %*s %llu: %47[a-z0-9_]:%n", &cpu, &ts, line->event, &n) != 3 || !n)
		return false;
	line->cpu = cpu;
	line->ts = ts;
	line->fields = at + n;
	return true;
}

/* Marks name their schema; events before the first mark are recognised by names that schema 1 did
 * not have. */
static bool is_our_schema(const struct line *line, enum lg_kind kind)
{
	if (kind == LG_MARK)
		return number_of(line, "schema") == LG_TRACE_SCHEMA;
	if (kind == LG_ENTER)
		return value_of(line, c_probes[0]);
	return kind != LG_EXIT || value_of(line, probes[0]);
}

/* False if the line is an event of ours in another version. */
static bool take(struct line *line)
{
	struct lg_event event;
	bool is_pair;

	memset(&event, 0, sizeof(event));
	event.kind = lg_kind_of(line->event, &is_pair);
	if (event.kind > LG_DISTURB) {
		line->tally->foreign++;
		return true;
	}
	if (!is_our_schema(line, event.kind))
		return false;
	event.cpu = line->cpu;
	event.ts = line->ts;
	event.type = event.kind == LG_DISTURB ? LG_NO_TYPE :
		     lg_loss_type(&line->tally->loss, line->event);
	event.seq = number_of(line, "seq");
	event.guest = number_of(line, "guest");
	event.variant = name_in(line, "variant");
	event.twin = name_in(line, "twin");
	read_fields(line, &event);
	lg_tally_event(line->tally, &event);
	return true;
}

enum lg_graph_status lg_ftrace_run(const char *folder, struct lg_tally *tally,
				   const volatile sig_atomic_t *stop, char *why, size_t size)
{
	struct line line = { .tally = tally };
	FILE *file = open_text(folder);
	char *text = NULL;
	size_t room = 0;
	bool good = true;

	if (!file) {
		snprintf(why, size, "cannot read '%s/ftrace.txt'", folder);
		return LG_GRAPH_NO_TRACE;
	}
	while (good && !(stop && *stop) && getline(&text, &room, file) > 0)
		good = !split(text, &line) || take(&line);
	free(text);
	fclose(file);
	lg_tally_end(tally);
	if (!good) {
		snprintf(why, size,
			 "event %s: the trace is not of schema %d, record it again or read it "
			 "with the version that made it", line.event, LG_TRACE_SCHEMA);
		return LG_GRAPH_OTHER;
	}
	return stop && *stop ? LG_GRAPH_STOPPED : LG_GRAPH_GOOD;
}
