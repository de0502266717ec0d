/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the steps of one boot; see runner.h. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lg/ops.h"
#include "perf_events.h"
#include "runner.h"
#include "util/file.h"
#include "util/message.h"
#include "util/process.h"
#include "workloads.h"

/* Print the Launcher's last message, and after it the Guest's, which may be anything. */
static void print_end(int status, const struct cell *cell, const char *console, const char *errors)
{
	char *why = last_line(errors), *said = last_line(console);

	if (status >= 0 && WIFSIGNALED(status))
		message_error("%s (%s, %s): the Launcher died of signal %d", cell->bench,
			  cell->variant, cell->twin, WTERMSIG(status));
	else
		message_error("%s (%s, %s): the Launcher ended with status %d: %s%s%s%s",
			      cell->bench,
			  cell->variant, cell->twin, WEXITSTATUS(status), *why ? why : "no word",
			  *said ? "; the Guest printed '" : "", said, *said ? "'" : "");
	free(why);
	free(said);
}

/* The Launcher's exit status says who ended the run; see launcher/die.h. */
enum run_outcome launch_outcome(int status, const struct cell *cell, const char *console,
				const char *errors)
{
	static const enum run_outcome outcomes[] = {
		RUN_GOOD, RUN_FAILED, RUN_USAGE, RUN_REFUSED, RUN_INVALID,
	};
	enum run_outcome outcome = RUN_INVALID;

	if (interrupted)
		return RUN_INTERRUPTED;
	if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) < 5)
		outcome = outcomes[WEXITSTATUS(status)];
	if (outcome != RUN_GOOD)
		print_end(status, cell, console, errors);
	return outcome;
}

/* The Launcher's test devices that the benchmark's own line asks for, `needs LIST`; or none. */
static char *needed_devices(const char *payload, const char *bench)
{
	char *path = text("%s/benches.list", payload), *line = NULL, *needs = NULL;
	FILE *list = fopen(path, "r");
	size_t room = 0, n = strlen(bench);

	while (!needs && list && getline(&line, &room, list) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, bench, n) && line[n] == ';')
			needs = strstr(line, "; needs ");
		if (needs)
			needs = text("--test-devices=%.*s", (int)strcspn(needs + 8, ";"), needs +
				     8);
	}
	if (list)
		fclose(list);
	free(line);
	free(path);
	return needs ? needs : strdup("--test-devices=none");
}

enum run_outcome run_launcher(const struct launch *launch, const struct cell *cell)
{
	size_t given = launch->arguments ? launch->arguments->n : 0, n = 0;
	char *program = text("%s/lg", launch->payload);
	char *guest = text("%s/guests/bench/%s", launch->payload, cell->bench);
	char *console = text("%s/console.txt", launch->scratch);
	char *errors = text("%s/errors.txt", launch->scratch);
	char *devices = needed_devices(launch->payload, cell->bench);
	char **argv = calloc(given + 11, sizeof(*argv));
	enum run_outcome outcome;

	if (!argv)
		abort();
	argv[n++] = program;
	argv[n++] = (char *)"--variant";
	argv[n++] = (char *)cell->variant;
	argv[n++] = (char *)"--twin";
	argv[n++] = (char *)cell->twin;
	argv[n++] = devices;
	if (launch->samples) {
		argv[n++] = (char *)"--samples";
		argv[n++] = (char *)launch->samples;
	}
	if (launch->counters)
		argv[n++] = (char *)"--counters";
	argv[n++] = guest;
	for (size_t i = 0; i < given; i++)
		argv[n++] = launch->arguments->word[i];
	outcome = launch_outcome(run_program_apart(argv, console, errors), cell, console, errors);
	free(argv);
	free(devices);
	free(errors);
	free(console);
	free(guest);
	free(program);
	return outcome;
}

static bool read_samples(struct samples *samples, const char *path, const struct series *like,
			 const struct cell *cell)
{
	FILE *file = fopen(path, "r");
	char why[SAMPLES_WHY] = "the Guest gave no sample";
	bool good = file && samples_read_launcher(samples, file, like, why);

	if (file)
		fclose(file);
	if (!good)
		message_error("samples of %s (%s, %s): %s", cell->bench, cell->variant, cell->twin,
			      why);
	return good;
}

/* Tell the plugin which cell the next samples belong to; see include/lg/ops.h. */
static void tell_cell(const struct step *step)
{
	char *line = text("cell %s/%s/%u", step->cell.variant, step->cell.twin, step->run);

	lg_tell(line);
	free(line);
}

static enum run_outcome run_step(const struct launch *launch, const struct step *step,
				 const struct series *where, struct samples *samples)
{
	struct series like = *where;
	enum run_outcome outcome;

	like.variant = (char *)step->cell.variant;
	like.twin = (char *)step->cell.twin;
	like.run = step->run;
	unlink(launch->samples);
	tell_cell(step);
	outcome = run_launcher(launch, &step->cell);
	if (outcome == RUN_GOOD && !read_samples(samples, launch->samples, &like, &step->cell))
		outcome = RUN_INVALID;
	unlink(launch->samples);
	return outcome;
}

/* A native run has no Guest and so no twins: it is run once. */
static enum run_outcome run_linux_step(const struct launch *launch, const struct boot *boot,
				       const struct step *step, struct samples *samples,
				       struct exits *exits)
{
	struct series like = {
		.variant = (char *)step->cell.variant, .twin = (char *)step->cell.twin,
		.unit = (char *)boot->unit, .boot = boot->number, .run = step->run,
	};

	if (!strcmp(like.variant, PLAN_NATIVE) && strcmp(like.twin, boot->plan->twins.word[0]))
		return RUN_GOOD;
	return run_workloads(launch, boot->plan, &like, samples, exits);
}

unsigned int measured_cpu(void)
{
	return (unsigned int)sysconf(_SC_NPROCESSORS_ONLN) - 1;
}

/* The samples of a thread that moves between CPUs would contain the move. */
static void stay_on_one_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(measured_cpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* In runs of their own, since counters take time. */
static enum run_outcome count_step(const struct launch *launch, const struct boot *boot,
				   const struct step *step)
{
	struct pmu_row like = {
		.bench = (char *)step->cell.bench, .variant = (char *)step->cell.variant,
		.twin = (char *)step->cell.twin, .boot = boot->number, .run = step->run,
	};

	return boot->pmu ? perf_events_measure(launch, &step->cell, &like, boot->pmu) : RUN_GOOD;
}

static void show_progress(const struct boot *boot, const struct schedule *schedule, size_t i)
{
	const struct cell *cell = &schedule->step[i].cell;

	message_progress("boot %u: %zu of %zu, %s %s %s", boot->number, i + 1, schedule->n,
		     cell->bench, cell->variant, cell->twin);
}

enum run_outcome run_boot(const struct boot *boot, struct samples *samples, struct exits *exits)
{
	char *path = text("%s/launcher.csv", boot->scratch);
	struct launch launch = { boot->payload, boot->scratch, boot->arguments, path, false };
	struct series where = { .boot = boot->number, .unit = (char *)boot->unit };
	enum run_outcome outcome = RUN_GOOD;
	struct schedule schedule;

	stay_on_one_cpu();
	schedule_of_boot(&schedule, boot->plan, boot->number);
	for (size_t i = 0; i < schedule.n && outcome == RUN_GOOD; i++) {
		size_t before = samples->n;

		show_progress(boot, &schedule, i);
		outcome = interrupted ? RUN_INTERRUPTED :
			  plan_is_linux(boot->plan) ?
				run_linux_step(&launch, boot, &schedule.step[i], samples, exits) :
			  boot->before && !boot->before(&schedule.step[i].cell) ? RUN_REFUSED :
			  run_step(&launch, &schedule.step[i], &where, samples);
		if (outcome == RUN_GOOD && !plan_is_linux(boot->plan))
			outcome = count_step(&launch, boot, &schedule.step[i]);
		samples_write_from(samples, before, boot->kept);
		fflush(boot->kept);
	}
	schedule_free(&schedule);
	free(path);
	return outcome;
}
