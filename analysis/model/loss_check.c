/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks sequence numbers per CPU and type, see loss_check.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loss_check.h"

/* The order of the first counters in a mark; the trace has that of later ones. */
static const char * const first_types[] = {
	"lg_mark", "lg_enter", "lg_exit", "lg_copy_in",
};

#define TYPE_MARK	0
#define MAX_CPUS	4096	/* more than Linux allows on i386: the trace is damaged */

void lg_loss_init(struct lg_loss *seq, bool window_only)
{
	size_t i;

	memset(seq, 0, sizeof(*seq));
	seq->window_only = window_only;
	for (i = 0; i < sizeof(first_types) / sizeof(first_types[0]); i++)
		lg_loss_order(seq, i, first_types[i]);
}

void lg_loss_free(struct lg_loss *seq)
{
	while (seq->n_cpus)
		free(seq->cpus[--seq->n_cpus]);
	free(seq->cpus);
	seq->cpus = NULL;
	seq->last = NULL;
	while (seq->n_types)
		free(seq->type_name[--seq->n_types]);
}

uint32_t lg_loss_type(struct lg_loss *seq, const char *name)
{
	uint32_t i;

	for (i = 0; i < seq->n_types; i++)
		if (!strcmp(seq->type_name[i], name))
			return i;
	if (i == LG_MAX_TYPES)
		return LG_NO_TYPE;
	seq->type_name[i] = strdup(name);
	if (!seq->type_name[i]) {
		seq->failed = true;
		return LG_NO_TYPE;
	}
	seq->order[i] = LG_NO_TYPE;
	seq->n_types++;
	return i;
}

void lg_loss_order(struct lg_loss *seq, uint32_t order, const char *name)
{
	uint32_t type = lg_loss_type(seq, name);

	if (type != LG_NO_TYPE)
		seq->order[type] = order;
}

const char *lg_loss_type_name(const struct lg_loss *seq, uint32_t type)
{
	return type < seq->n_types ? seq->type_name[type] : "?";
}

static struct lg_loss_cpu *new_cpu(struct lg_loss *seq, uint32_t id)
{
	struct lg_loss_cpu **cpus, *cpu;

	if (seq->n_cpus == MAX_CPUS) {
		seq->failed = true;
		return NULL;
	}
	cpu = calloc(1, sizeof(*cpu));
	cpus = realloc(seq->cpus, (seq->n_cpus + 1) * sizeof(*cpus));
	if (cpus)
		seq->cpus = cpus;
	if (!cpus || !cpu) {
		free(cpu);
		seq->failed = true;
		return NULL;
	}
	cpu->cpu = id;
	cpus[seq->n_cpus++] = cpu;
	return cpu;
}

static struct lg_loss_cpu *cpu_of(struct lg_loss *seq, uint32_t id)
{
	uint32_t i;

	if (seq->last && seq->last->cpu == id)
		return seq->last;
	for (i = 0; i < seq->n_cpus; i++)
		if (seq->cpus[i]->cpu == id)
			return seq->last = seq->cpus[i];
	return seq->last = new_cpu(seq, id);
}

/* Compare a number with the expected one, and advance the type's count. */
static void check(const struct lg_loss_cpu *cpu, struct lg_loss_type *type, uint32_t seq)
{
	uint32_t ahead = type->seen ? seq - type->next : 0;

	if (ahead >= UINT32_MAX / 2) {
		type->missing[LG_FAULT_BACK]++;
		return;
	}
	type->missing[cpu->open && !type->in_window ? LG_FAULT_HEAD : LG_FAULT_HOLE] += ahead;
	type->next = seq + 1;
	type->seen = true;
	type->in_window = cpu->open;
}

/* The counter that @mark holds for @type, if it holds one; a mark's own is its number. */
static bool counter(const struct lg_loss *seq, const struct lg_mark *mark, uint32_t type,
		    uint32_t *next)
{
	uint32_t order = seq->order[type];

	if (type == TYPE_MARK || order >= mark->n_next || order >= LG_MAX_TYPES)
		return false;
	*next = mark->next_seq[order];
	return true;
}

/* Events lost before the start mark are not faults of the recording. */
static void start(struct lg_loss *seq, struct lg_loss_cpu *cpu, const struct lg_event *event)
{
	uint32_t i;

	for (i = 0; i < seq->n_types; i++) {
		struct lg_loss_type *type = &cpu->type[i];

		if (!cpu->starts)
			memset(type->missing, 0, sizeof(type->missing));
		type->in_window = false;
		if (counter(seq, &event->mark, i, &type->next))
			type->seen = true;
	}
	cpu->type[TYPE_MARK].next = event->seq + 1;
	cpu->type[TYPE_MARK].seen = true;
	cpu->type[TYPE_MARK].in_window = true;
	cpu->starts++;
	cpu->open = true;
	if (event->mark.cpus > seq->want_cpus)
		seq->want_cpus = event->mark.cpus;
}

static void stop(const struct lg_loss *seq, struct lg_loss_cpu *cpu, const struct lg_event *event)
{
	uint32_t i, next;

	check(cpu, &cpu->type[TYPE_MARK], event->seq);
	for (i = 0; cpu->open && i < seq->n_types; i++) {
		struct lg_loss_type *type = &cpu->type[i];
		uint32_t ahead;

		if (!counter(seq, &event->mark, i, &next))
			continue;
		ahead = next - type->next;
		if (ahead < UINT32_MAX / 2)
			type->missing[LG_FAULT_TAIL] += ahead;
		else
			type->missing[LG_FAULT_BACK]++;
		type->next = next;
	}
	cpu->stops++;
	cpu->open = false;
}

static void check_clock(struct lg_loss_cpu *cpu, uint64_t ts)
{
	if (ts < cpu->last_ts)
		cpu->clock_back++;
	cpu->last_ts = ts;
}

static void mark(struct lg_loss *seq, struct lg_loss_cpu *cpu, const struct lg_event *event)
{
	if (event->mark.start)
		start(seq, cpu, event);
	else
		stop(seq, cpu, event);
}

bool lg_loss_event(struct lg_loss *seq, const struct lg_event *event)
{
	struct lg_loss_cpu *cpu = cpu_of(seq, event->cpu);

	if (!cpu)
		return false;
	check_clock(cpu, event->ts);
	seq->events++;
	if (event->kind == LG_MARK) {
		mark(seq, cpu, event);
		return true;
	}
	if (event->type < LG_MAX_TYPES && (cpu->open || !cpu->stops))
		check(cpu, &cpu->type[event->type], event->seq);
	if (cpu->open || seq->window_only) {
		if (event->type < LG_MAX_TYPES)
			cpu->type[event->type].events++;
		return true;
	}
	cpu->outside++;
	seq->outside++;
	return false;
}

void lg_loss_discarded(struct lg_loss *seq, uint32_t cpu, bool packets, bool known,
		      uint64_t count)
{
	uint32_t i = 0;

	while (i < seq->n_discarded && (seq->discarded[i].cpu != cpu ||
					seq->discarded[i].packets != packets))
		i++;
	if (i == LG_MAX_DISCARDED)
		i--;
	if (i == seq->n_discarded)
		seq->n_discarded++;
	seq->discarded[i].cpu = cpu;
	seq->discarded[i].packets = packets;
	seq->discarded[i].unknown |= !known;
	seq->discarded[i].count += known ? count : 1;
}

struct fault_list {
	struct lg_fault *out;
	size_t n, max;
};

static void put(struct fault_list *list, enum lg_fault_kind kind, uint32_t cpu,
		uint32_t type, uint64_t count)
{
	struct lg_fault fault = { kind, cpu, type, count, false };

	if (list->n < list->max)
		list->out[list->n] = fault;
	list->n++;
}

static void cpu_faults(const struct lg_loss *seq, const struct lg_loss_cpu *cpu,
		       struct fault_list *list)
{
	uint32_t type;
	int kind;

	if (!cpu->starts && !seq->window_only)
		put(list, LG_FAULT_NO_START, cpu->cpu, TYPE_MARK, 1);
	if (!cpu->stops && !seq->window_only)
		put(list, LG_FAULT_NO_STOP, cpu->cpu, TYPE_MARK, 1);
	if (cpu->starts > 1 || cpu->stops > 1)
		put(list, LG_FAULT_MARKS, cpu->cpu, TYPE_MARK, cpu->starts + cpu->stops - 2);
	for (type = 0; type < seq->n_types; type++)
		for (kind = 0; kind < LG_FAULT_KINDS; kind++)
			if (cpu->type[type].missing[kind])
				put(list, kind, cpu->cpu, type, cpu->type[type].missing[kind]);
	if (cpu->clock_back)
		put(list, LG_FAULT_CLOCK, cpu->cpu, LG_NO_TYPE, cpu->clock_back);
}

static bool has_cpu(const struct lg_loss *seq, uint32_t id)
{
	uint32_t i;

	for (i = 0; i < seq->n_cpus; i++)
		if (seq->cpus[i]->cpu == id)
			return true;
	return false;
}

/* The CPUs that the marks announce but that have no event; the lowest numbers are named. */
static void cpus_missing(const struct lg_loss *seq, struct fault_list *list)
{
	uint32_t missing, id;

	if (seq->want_cpus <= seq->n_cpus || seq->window_only)
		return;
	missing = seq->want_cpus - seq->n_cpus;
	for (id = 0; id < seq->want_cpus && id < 4096 && missing; id++)
		if (!has_cpu(seq, id)) {
			put(list, LG_FAULT_NO_CPU, id, LG_NO_TYPE, 0);
			missing--;
		}
	if (missing)
		put(list, LG_FAULT_NO_CPU, LG_NO_CPU, LG_NO_TYPE, missing);
}

static void discards(const struct lg_loss *seq, struct fault_list *list)
{
	uint32_t i;

	for (i = 0; i < seq->n_discarded; i++) {
		put(list, seq->discarded[i].packets ? LG_FAULT_PACKETS : LG_FAULT_DISCARDED,
		    seq->discarded[i].cpu, LG_NO_TYPE, seq->discarded[i].count);
		if (list->n <= list->max)
			list->out[list->n - 1].at_least = seq->discarded[i].unknown;
	}
}

size_t lg_loss_faults(const struct lg_loss *seq, struct lg_fault *out, size_t max)
{
	struct fault_list list = { out, 0, max };
	uint32_t i;

	for (i = 0; i < seq->n_cpus; i++)
		cpu_faults(seq, seq->cpus[i], &list);
	cpus_missing(seq, &list);
	discards(seq, &list);
	return list.n;
}

static const struct {
	const char *name, *text;
} faults[LG_FAULT_KINDS] = {
	[LG_FAULT_HOLE] = { "hole", "missing between others" },
	[LG_FAULT_HEAD] = { "head", "missing at the head" },
	[LG_FAULT_TAIL] = { "tail", "missing at the tail" },
	[LG_FAULT_BACK] = { "order", "numbered twice or out of order" },
	[LG_FAULT_NO_START] = { "no_start", "missing: the start mark" },
	[LG_FAULT_NO_STOP] = { "no_stop", "missing: the stop mark" },
	[LG_FAULT_MARKS] = { "marks", "too many: a recording has one start and one stop" },
	[LG_FAULT_NO_CPU] = { "no_cpu", "" },
	[LG_FAULT_CLOCK] = { "clock", "" },
	[LG_FAULT_DISCARDED] = { "discarded", "" },
	[LG_FAULT_PACKETS] = { "packets", "" },
};

const char *lg_fault_name(enum lg_fault_kind kind)
{
	return kind < LG_FAULT_KINDS ? faults[kind].name : "?";
}

/* "CPU 3", or the text for an unknown CPU. */
static const char *cpu_text(const struct lg_fault *fault, char *buf, size_t size)
{
	if (fault->cpu == LG_NO_CPU)
		return "some CPU";
	snprintf(buf, size, "CPU %u", fault->cpu);
	return buf;
}

int lg_fault_text(const struct lg_loss *seq, const struct lg_fault *fault, char *buf, size_t size)
{
	char name[24];
	const char *cpu = cpu_text(fault, name, sizeof(name));

	switch (fault->kind) {
	case LG_FAULT_NO_CPU:
		if (fault->cpu == LG_NO_CPU)
			return snprintf(buf, size, "%" PRIu64 " more CPUs: no event at all, though"
					" %u CPUs were online", fault->count, seq->want_cpus);
		return snprintf(buf, size, "%s: no event at all, though %u CPUs were online", cpu,
				seq->want_cpus);
	case LG_FAULT_CLOCK:
		return snprintf(buf, size, "%s: time went backwards %" PRIu64 " times", cpu,
				fault->count);
	case LG_FAULT_DISCARDED:
	case LG_FAULT_PACKETS:
		return snprintf(buf, size, "%s: the tracer discarded %s%" PRIu64 " %s", cpu,
				fault->at_least ? "at least " : "", fault->count,
				fault->kind == LG_FAULT_PACKETS ? "packets" : "events");
	default:
		return snprintf(buf, size, "%s: %s: %" PRIu64 " %s", cpu,
				lg_loss_type_name(seq, fault->type), fault->count,
				faults[fault->kind].text);
	}
}
