/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts by perf_event_open(2); see perf_events.h. */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "perf_events.h"

#define CACHE_MISSES(cache, op)						\
	(PERF_COUNT_HW_CACHE_##cache | PERF_COUNT_HW_CACHE_OP_##op << 8 |	\
	 PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

static const struct event {
	const char *name;
	uint32_t type;
	uint64_t config;
	bool by_ring;			/* counted at ring 0 and at the others apart */
} events[] = {
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, true },
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, true },
	{ "dtlb_load_misses", PERF_TYPE_HW_CACHE, CACHE_MISSES(DTLB, READ), true },
	{ "dtlb_store_misses", PERF_TYPE_HW_CACHE, CACHE_MISSES(DTLB, WRITE), true },
	{ "itlb_misses", PERF_TYPE_HW_CACHE, CACHE_MISSES(ITLB, READ), true },
	{ "l1d_load_misses", PERF_TYPE_HW_CACHE, CACHE_MISSES(L1D, READ), true },
	{ "cache_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES, true },
	{ "context_switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES, false },
	{ "page_faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS, false },
};
enum { N_EVENTS = sizeof(events) / sizeof(events[0]) };

enum ring { RING_0, RING_OTHERS, RING_ALL };
static const char *const ring_names[] = { "0", "1-3", "all" };

/* One counter of this process; it counts nothing but programs that are started from here on. */
static int open_counter(const struct event *event, enum ring ring)
{
	struct perf_event_attr attr = {
		.type = event->type, .size = sizeof(attr), .config = event->config,
		.disabled = 1, .inherit = 1, .enable_on_exec = 1,
		.exclude_user = ring == RING_0, .exclude_kernel = ring == RING_OTHERS,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
	};

	return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

/* What perf_event_open(2)'s errors mean for one that wants the numbers. */
static const char *reason(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case EOPNOTSUPP:
		return "this CPU, or its emulator, shows the kernel no such counter";
	case EACCES:
	case EPERM:
		return "the kernel forbids it (perf_event_paranoid)";
	default:
		return strerror(error);
	}
}

json_t *perf_events_record(void)
{
	json_t *record = json_object();

	for (size_t i = 0; i < N_EVENTS; i++) {
		int fd = open_counter(&events[i], events[i].by_ring ? RING_0 : RING_ALL);

		json_object_set_new(record, events[i].name,
				    json_string(fd < 0 ? reason(errno) : PMU_COUNTED));
		if (fd >= 0)
			close(fd);
	}
	return record;
}

/* Up to two counters of one event: one for each ring, or one for all. */
struct counters {
	const struct event *event;
	int fd[2];
	size_t n;
};

static enum ring nth_ring(const struct event *event, size_t i)
{
	return !event->by_ring ? RING_ALL : i ? RING_OTHERS : RING_0;
}

static void counters_close(struct counters *counters)
{
	while (counters->n)
		close(counters->fd[--counters->n]);
}

/* Where this machine does not count the event there is none. */
static void counters_open(struct counters *counters, const struct event *event)
{
	size_t wanted = event->by_ring ? 2 : 1;

	*counters = (struct counters){ .event = event };
	while (counters->n < wanted) {
		int fd = open_counter(event, nth_ring(event, counters->n));

		if (fd < 0) {
			counters_close(counters);
			return;
		}
		counters->fd[counters->n++] = fd;
	}
}

/* False if the counter was lent to others meanwhile: then it has not seen everything, and the run
 * has no row of it, which run_plan.c says. */
static bool counters_read(const struct counters *counters, uint64_t count[2])
{
	struct { uint64_t value, enabled_ns, running_ns; } got;

	for (size_t i = 0; i < counters->n; i++) {
		if (read(counters->fd[i], &got, sizeof(got)) != sizeof(got) ||
		    got.running_ns < got.enabled_ns)
			return false;
		count[i] = got.value;
	}
	return true;
}

#define SAMPLES "samples="
static bool is_samples(const char *argument)
{
	return !strncmp(argument, SAMPLES, strlen(SAMPLES));
}

/* As many samples as without counters, which the arguments may say, but enough for a difference.
 * DEFAULT is BENCH_SAMPLES of guests/lib/bench.h, and also the most that there can be. */
static unsigned int more_samples(const struct words *arguments)
{
	enum { DEFAULT = 2000, LEAST = 3 };
	unsigned long samples = DEFAULT;

	for (size_t i = 0; i < arguments->n; i++)
		if (is_samples(arguments->word[i]))
			samples = strtoul(arguments->word[i] + strlen(SAMPLES), NULL, 10);
	return samples < LEAST ? LEAST : samples > DEFAULT ? DEFAULT : (unsigned int)samples;
}

/* The Guest's arguments, with this many samples. */
static void set_samples(struct words *arguments, const struct words *given, unsigned int samples)
{
	char word[32];

	snprintf(word, sizeof(word), SAMPLES "%u", samples);
	for (size_t i = 0; i < given->n; i++)
		if (!is_samples(given->word[i]))
			words_add(arguments, given->word[i]);
	words_add(arguments, word);
}

/* Of one event, over the life of a Launcher; with outcome RUN_GOOD, and *whole if all was seen. */
static enum run_outcome count_run(const struct launch *launch, const struct cell *cell,
				  const struct event *event, unsigned int samples,
				  uint64_t count[2], bool *whole)
{
	struct words arguments = { NULL, 0 };
	struct launch own = *launch;
	struct counters counters;
	enum run_outcome outcome;

	set_samples(&arguments, launch->arguments, samples);
	own.arguments = &arguments;
	own.samples = NULL;
	counters_open(&counters, event);
	outcome = run_launcher(&own, cell);
	*whole = counters.n && counters_read(&counters, count);
	counters_close(&counters);
	words_free(&arguments);
	return outcome;
}

/* @like has the cell and both numbers of samples. */
static void add_rows(struct pmu *pmu, const struct event *event, const struct pmu_row *like,
		     const uint64_t fewer[2], const uint64_t more[2])
{
	struct pmu_row row = *like;

	row.event = (char *)event->name;
	for (size_t i = 0; i < (event->by_ring ? 2 : 1); i++) {
		row.ring = (char *)ring_names[nth_ring(event, i)];
		row.fewer_count = fewer[i];
		row.more_count = more[i];
		pmu_add(pmu, &row);
	}
}

static bool is_counted(const struct event *event)
{
	struct counters counters;
	bool counted;

	counters_open(&counters, event);
	counted = counters.n;
	counters_close(&counters);
	return counted;
}

enum run_outcome perf_events_measure(const struct launch *launch, const struct cell *cell,
				     const struct pmu_row *like, struct pmu *pmu)
{
	enum run_outcome outcome = RUN_GOOD;
	struct pmu_row row = *like;

	row.more = more_samples(launch->arguments);
	row.fewer = row.more / 3;

	for (size_t i = 0; i < N_EVENTS && outcome == RUN_GOOD; i++) {
		uint64_t fewer[2], more[2];
		bool whole[2] = { false, false };

		if (!is_counted(&events[i]))
			continue;
		outcome = count_run(launch, cell, &events[i], row.fewer, fewer, &whole[0]);
		if (outcome == RUN_GOOD)
			outcome = count_run(launch, cell, &events[i], row.more, more, &whole[1]);
		if (outcome == RUN_GOOD && whole[0] && whole[1])
			add_rows(pmu, &events[i], &row, fewer, more);
	}
	return outcome;
}
