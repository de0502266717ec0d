/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts late events in order, see merge.h. */
#include <stdlib.h>
#include <string.h>

#include "merge.h"

#define MAX_CPUS	4096
#define WAITING		4096	/* of one CPU; when it is full the oldest is handed on */

void lg_merge_init(struct lg_merge *merge, lg_merge_fn fn, void *arg)
{
	memset(merge, 0, sizeof(*merge));
	merge->fn = fn;
	merge->arg = arg;
}

void lg_merge_free(struct lg_merge *merge)
{
	while (merge->n_cpus)
		free(merge->cpus[--merge->n_cpus].queue);
	free(merge->cpus);
	merge->cpus = NULL;
}

static struct lg_merge_cpu *cpu_of(struct lg_merge *merge, uint32_t cpu)
{
	struct lg_merge_cpu *cpus;

	if (cpu < merge->n_cpus)
		return &merge->cpus[cpu];
	cpus = cpu < MAX_CPUS ? realloc(merge->cpus, (cpu + 1) * sizeof(*cpus)) : NULL;
	if (!cpus) {
		merge->failed = true;
		return NULL;
	}
	memset(cpus + merge->n_cpus, 0, (cpu + 1 - merge->n_cpus) * sizeof(*cpus));
	merge->cpus = cpus;
	merge->n_cpus = cpu + 1;
	return &cpus[cpu];
}

/* Hand on the events that are not later than @until. */
static void hand_on(struct lg_merge *merge, struct lg_merge_cpu *cpu, uint64_t until)
{
	while (cpu->n && cpu->queue[cpu->head].ts <= until) {
		merge->fn(&cpu->queue[cpu->head], merge->arg);
		cpu->head = (cpu->head + 1) % WAITING;
		cpu->n--;
	}
}

static void wait(struct lg_merge *merge, struct lg_merge_cpu *cpu,
		 const struct lg_event *event)
{
	if (!cpu->queue)
		cpu->queue = malloc(WAITING * sizeof(*cpu->queue));
	if (!cpu->queue) {
		merge->failed = true;
		return;
	}
	if (cpu->n == WAITING)
		hand_on(merge, cpu, cpu->queue[cpu->head].ts);
	cpu->queue[(cpu->head + cpu->n++) % WAITING] = *event;
}

void lg_merge_event(struct lg_merge *merge, const struct lg_event *event)
{
	struct lg_merge_cpu *cpu = cpu_of(merge, event->cpu);

	if (!cpu)
		return;
	if (event->kind == LG_MARK) {
		hand_on(merge, cpu, UINT64_MAX);
		cpu->batched = event->mark.start && event->mark.batched;
	} else if (event->packed) {
		cpu->batched = true;
		hand_on(merge, cpu, event->ts);
	} else if (cpu->batched) {
		wait(merge, cpu, event);
		return;
	}
	merge->fn(event, merge->arg);
}

void lg_merge_end(struct lg_merge *merge)
{
	uint32_t i;

	for (i = 0; i < merge->n_cpus; i++)
		hand_on(merge, &merge->cpus[i], UINT64_MAX);
}
