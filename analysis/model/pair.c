/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairing of exits and enters per CPU, see pair.h. */
#include <stdlib.h>
#include <string.h>

#include "pair.h"

#define MAX_CPUS	4096

static const char * const state_names[LG_PAIR_STATES] = {
	"timed", "other_guest", "disturbed", "no_enter", "enter_unseen", "backwards", "moved",
};

const char *lg_pair_state_name(enum lg_pair_state state)
{
	return state < LG_PAIR_STATES ? state_names[state] : "?";
}

void lg_pairing_init(struct lg_pairing *pairing, lg_pair_fn fn, void *arg)
{
	memset(pairing, 0, sizeof(*pairing));
	pairing->fn = fn;
	pairing->arg = arg;
}

void lg_pairing_free(struct lg_pairing *pairing)
{
	while (pairing->n_cpus)
		free(pairing->cpus[--pairing->n_cpus]);
	free(pairing->cpus);
	pairing->cpus = NULL;
}

static bool make_room(struct lg_pairing *pairing, uint32_t cpu)
{
	struct lg_pair_cpu **cpus;

	if (cpu < pairing->n_cpus)
		return true;
	if (cpu >= MAX_CPUS)
		return false;
	cpus = realloc(pairing->cpus, (cpu + 1) * sizeof(*cpus));
	if (!cpus)
		return false;
	memset(cpus + pairing->n_cpus, 0, (cpu + 1 - pairing->n_cpus) * sizeof(*cpus));
	pairing->cpus = cpus;
	pairing->n_cpus = cpu + 1;
	return true;
}

static struct lg_pair_cpu *cpu_of(struct lg_pairing *pairing, uint32_t cpu)
{
	if (!make_room(pairing, cpu)) {
		pairing->failed = true;
		return NULL;
	}
	if (!pairing->cpus[cpu])
		pairing->cpus[cpu] = calloc(1, sizeof(*pairing->cpus[cpu]));
	if (!pairing->cpus[cpu])
		pairing->failed = true;
	return pairing->cpus[cpu];
}

static void hand_out(struct lg_pairing *pairing, struct lg_pair_cpu *cpu,
		     enum lg_pair_state state)
{
	cpu->pending = false;
	cpu->pair.state = state;
	cpu->pair.inner = cpu->inner;
	pairing->fn(&cpu->pair, pairing->arg);
}

/* The state of the pending exit, given the next enter. */
static enum lg_pair_state close_with(struct lg_pair_cpu *cpu, const struct lg_event *enter)
{
	uint64_t back = cpu->pair.exit.exit.tsc_back;

	cpu->pair.has_enter = true;
	cpu->pair.enter_ts = enter->ts;
	cpu->pair.enter_tsc = enter->enter.tsc;
	cpu->pair.enter_seq = enter->seq;
	cpu->pair.handling = enter->enter.tsc - back;
	cpu->pair.overhead = cpu->pair.exit.exit.pack_tsc + enter->enter.overhead;
	cpu->pair.reports_overhead = enter->enter.reports_overhead;
	if (enter->guest != cpu->pair.exit.guest)
		return LG_PAIR_OTHER_GUEST;
	if (cpu->moved_tsc && cpu->moved_tsc < enter->enter.tsc)
		return LG_PAIR_MOVED;
	if (cpu->disturbed)
		return LG_PAIR_DISTURBED;
	if (enter->enter.tsc < back)
		return LG_PAIR_BACKWARDS;
	lg_c_breakdown(&cpu->pair.exit.exit, &enter->enter, &cpu->pair.c_breakdown);
	cpu->accounted += cpu->pair.handling;
	return LG_PAIR_TIMED;
}

static void enter(struct lg_pairing *pairing, struct lg_pair_cpu *cpu,
		  const struct lg_event *event)
{
	if (cpu->pending)
		hand_out(pairing, cpu, close_with(cpu, event));
	if (!cpu->first_tsc)
		cpu->first_tsc = cpu->last_tsc = event->enter.tsc;
	cpu->enter_tsc = event->enter.tsc;
	cpu->enter_guest = event->guest;
	cpu->entered = true;
}

/* The pending exit's Guest was entered on another CPU. */
static void enter_elsewhere(struct lg_pair_cpu *cpu, uint32_t guest, uint64_t tsc)
{
	if (cpu->pending && guest == cpu->pair.exit.guest && tsc > cpu->pair.exit.exit.tsc_back &&
	    (!cpu->moved_tsc || tsc < cpu->moved_tsc))
		cpu->moved_tsc = tsc;
}

/* Exits that wait on other CPUs may be of the Guest that is entered here. */
static void tell_others(struct lg_pairing *pairing, const struct lg_pair_cpu *here)
{
	for (uint32_t i = 0; i < pairing->n_cpus; i++)
		if (pairing->cpus[i] && pairing->cpus[i] != here)
			enter_elsewhere(pairing->cpus[i], here->enter_guest, here->enter_tsc);
}

/* Packed switches come late: the enter elsewhere may have come before the exit. */
static void ask_others(const struct lg_pairing *pairing, struct lg_pair_cpu *here)
{
	for (uint32_t i = 0; i < pairing->n_cpus; i++)
		if (pairing->cpus[i] && pairing->cpus[i] != here)
			enter_elsewhere(here, pairing->cpus[i]->enter_guest,
					pairing->cpus[i]->enter_tsc);
}

/* The way in: from the enter event of the same Guest that came just before. */
static void account_entry(struct lg_pair_cpu *cpu, const struct lg_event *event)
{
	const struct lg_exit *exit = &event->exit;
	struct lg_pair *pair = &cpu->pair;

	pair->has_trip = pair->breakdown.state != LG_BREAKDOWN_UNKNOWN;
	pair->trip = pair->has_trip ? pair->breakdown.whole : 0;
	pair->has_entry = cpu->entered && cpu->enter_guest == event->guest &&
			  pair->has_trip && exit->tsc_call >= cpu->enter_tsc;
	pair->entry = pair->has_entry ? exit->tsc_call - cpu->enter_tsc : 0;
	cpu->accounted += pair->entry + pair->trip;
}

static void leave(struct lg_pairing *pairing, struct lg_pair_cpu *cpu,
		  const struct lg_event *event)
{
	if (cpu->pending)
		hand_out(pairing, cpu, LG_PAIR_NO_ENTER_SEEN);
	cpu->pair.exit = *event;
	cpu->pair.has_enter = false;
	cpu->pair.handling = 0;
	cpu->pair.overhead = 0;
	cpu->pair.reports_overhead = false;
	cpu->pair.hypercall = 0;
	lg_breakdown(&event->exit, &cpu->pair.breakdown);
	cpu->pair.c_breakdown.state = LG_BREAKDOWN_UNKNOWN;
	cpu->pair.c_breakdown.n = 0;
	account_entry(cpu, event);
	if (event->exit.tsc_back > cpu->last_tsc)
		cpu->last_tsc = event->exit.tsc_back;
	if (!cpu->first_tsc)
		cpu->first_tsc = event->exit.tsc_call ? event->exit.tsc_call : cpu->last_tsc;
	cpu->pending = true;
	cpu->entered = cpu->disturbed = false;
	cpu->moved_tsc = 0;
	cpu->inner = !event->packed;
}

/* Note the hypercall of the pending exit; calls of a ring do not count. */
static void call(struct lg_pair_cpu *cpu, const struct lg_event *event)
{
	cpu->inner++;
	if (cpu->pending && event->hypercall.direct && event->guest == cpu->pair.exit.guest)
		cpu->pair.hypercall = event->hypercall.name;
}

void lg_pairing_event(struct lg_pairing *pairing, const struct lg_event *event)
{
	struct lg_pair_cpu *cpu = cpu_of(pairing, event->cpu);

	if (!cpu)
		return;
	switch (event->kind) {
	case LG_ENTER:
		enter(pairing, cpu, event);
		tell_others(pairing, cpu);
		break;
	case LG_EXIT:
		leave(pairing, cpu, event);
		ask_others(pairing, cpu);
		break;
	case LG_DISTURB:
		cpu->disturbed = true;
		break;
	case LG_HYPERCALL:
		call(cpu, event);
		break;
	case LG_BATCH:
		break;
	case LG_MARK:
		if (!event->mark.start && cpu->pending)
			hand_out(pairing, cpu, LG_PAIR_NO_ENTER);
		break;
	default:
		cpu->inner += !event->packed;
	}
}

void lg_pairing_end(struct lg_pairing *pairing)
{
	uint32_t i;

	for (i = 0; i < pairing->n_cpus; i++)
		if (pairing->cpus[i] && pairing->cpus[i]->pending)
			hand_out(pairing, pairing->cpus[i], LG_PAIR_NO_ENTER);
}

void lg_pairing_closure(const struct lg_pairing *pairing, uint64_t *whole, uint64_t *accounted)
{
	uint32_t i;

	*whole = *accounted = 0;
	for (i = 0; i < pairing->n_cpus; i++) {
		const struct lg_pair_cpu *cpu = pairing->cpus[i];

		if (!cpu)
			continue;
		*whole += cpu->last_tsc - cpu->first_tsc;
		*accounted += cpu->accounted;
	}
}
