/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the workloads and reads what they print.
 *
 * workload: boot_user; boot; from the Launcher's start to init's main
 * workload: boot_off; boot; from the Launcher's start to its end, with an init that does nothing
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "workloads.h"
#include "bench/data/shadow.h"
#include "lg/dev.h"
#include "util/file.h"
#include "util/message.h"
#include "util/process.h"

static const char *const boots[] = { "boot_user", "boot_off" };
enum { BOOT_USER, BOOT_OFF, BOOTS };

/* One launch: the files that it leaves, and where its results go. */
struct task {
	const struct launch *launch;
	const struct series *like;
	struct samples *samples;
	struct exits *exits;
	struct cell cell;
	char *console, *errors;
};

static bool is_boot(const char *bench)
{
	return !strcmp(bench, boots[BOOT_USER]) || !strcmp(bench, boots[BOOT_OFF]);
}

/* Those of the plan that the program itself has, with commas. */
static char *names_of(const struct plan *plan)
{
	struct words names = { NULL, 0 };
	char *list;

	for (size_t i = 0; i < plan->benches.n; i++)
		if (!is_boot(plan->benches.word[i]))
			words_add(&names, plan->benches.word[i]);
	list = words_text(&names);
	words_free(&names);
	return list;
}

static void add_sample(struct task *task, const char *bench, uint64_t ticks)
{
	const struct series *like = task->like;

	series_add(samples_series(task->samples, bench, like->variant, like->twin, like->boot,
				  like->run, like->unit), (double)ticks);
}

static void add_exits(struct task *task, const char *bench, const char *class, double exits)
{
	const struct series *like = task->like;
	struct exits_row row = {
		.bench = (char *)bench, .variant = like->variant, .twin = like->twin,
		.class = (char *)class, .boot = like->boot, .run = like->run, .exits = exits,
	};

	exits_add(task->exits, &row);
}

/* ---- what the program prints: bench/linux/main.c ---- */

static bool read_exits(struct task *task, const char *line)
{
	char bench[64], class[64];
	unsigned int count, times;

	if (sscanf(line, "exits %63[^,],%63[^,],%u,%u", bench, class, &count, &times) != 4 ||
	    !times)
		return false;
	add_exits(task, bench, class, (double)count / times);
	return true;
}

static bool read_line(struct task *task, const char *line, FILE *taken)
{
	if (!strncmp(line, "sample ", 7))
		return fputs(line + 7, taken) >= 0;
	if (!strncmp(line, "exits ", 6))
		return read_exits(task, line);
	return true;
}

/* The samples go through the reader of what the Launcher writes. */
static enum run_outcome read_printed(struct task *task)
{
	FILE *console = fopen(task->console, "r"), *taken = tmpfile();
	char *line = NULL, why[SAMPLES_WHY] = "what it printed cannot be read";
	size_t room = 0;
	bool good = console && taken;

	while (good && getline(&line, &room, console) > 0)
		good = read_line(task, line, taken);
	if (good) {
		rewind(taken);
		good = samples_read_launcher(task->samples, taken, task->like, why);
	}
	if (!good)
		message_error("workloads (%s, %s): %s", task->cell.variant, task->cell.twin, why);
	if (console)
		fclose(console);
	if (taken)
		fclose(taken);
	free(line);
	return good ? RUN_GOOD : RUN_INVALID;
}

/* ---- as a process of this kernel ---- */

static bool copy_program(const char *from, const char *to)
{
	if (!copy_file(from, to))
		return false;
	if (!chmod(to, 0755))
		return true;
	message_error("%s: %s", to, strerror(errno));
	return false;
}

/* In memory, as in a Guest: /lab is a kind of network file system. */
static enum run_outcome run_native(struct task *task, char *names)
{
	char *folder = text("%s/workloads.d", task->launch->scratch);
	char *program = text("%s/workloads", folder), *busybox = text("%s/busybox", folder);
	char *from = text("%s/linux/workloads", task->launch->payload);
	char *from_busybox = text("%s/linux/busybox", task->launch->payload);
	char *from_programs = text("%s/linux/programs", task->launch->payload);
	char *programs = text("%s/programs", folder);
	char *argv[] = { program, names, NULL };
	enum run_outcome outcome = RUN_REFUSED;

	if (make_folders(folder) && copy_program(from, program) &&
	    copy_program(from_busybox, busybox) && copy_tree(from_programs, programs))
		outcome = launch_outcome(run_program_apart(argv, task->console, task->errors),
					 &task->cell, task->console, task->errors);
	if (outcome == RUN_GOOD)
		outcome = read_printed(task);
	remove_tree(folder);
	free(programs);
	free(from_programs);
	free(from_busybox);
	free(from);
	free(busybox);
	free(program);
	free(folder);
	return outcome;
}

/* ---- as a Guest ---- */

/* Copy a file to memory, so that no boot waits for the file system of the lab machine. */
static bool copy_in(const struct task *task, const char *name)
{
	char *from = text("%s/linux/%s", task->launch->payload, name);
	char *to = text("%s/%s", task->launch->scratch, name);
	bool good = exists(to) || copy_file(from, to);

	free(to);
	free(from);
	return good;
}

/* lg with `options` before the kernel and `words` behind it. */
static enum run_outcome run_guest(struct task *task, const char *const options[],
				  const char *const words[])
{
	enum { MOST = 32 };
	const char *policy;
	char *variant = shadow_split(task->cell.variant, &policy);
	char *lg = text("%s/lg", task->launch->payload);
	char *kernel = text("%s/vmlinux", task->launch->scratch);
	char *initrd = text("%s/initrd", task->launch->scratch);
	const char *first[] = {
		lg, "--linux", "--variant", variant, "--twin", task->cell.twin,
		"--initrd", initrd, "--shadow", policy ? policy : "kept",
	};
	char *argv[MOST] = { NULL };
	enum run_outcome outcome;
	size_t n = sizeof(first) / sizeof(*first);

	memcpy(argv, first, sizeof(first));
	while (*options)
		argv[n++] = (char *)*options++;
	argv[n++] = kernel;
	while (*words)
		argv[n++] = (char *)*words++;
	outcome = launch_outcome(run_program_apart(argv, task->console, task->errors),
				 &task->cell, task->console, task->errors);
	free(initrd);
	free(kernel);
	free(lg);
	free(variant);
	return outcome;
}

static enum run_outcome run_measured(struct task *task, const char *names)
{
	char *disk = text("%s/disk", task->launch->scratch), *word = text("names=%s", names);
	const char *const options[] = { "--meter", "--net", "user", "--disk", disk, NULL };
	const char *const words[] = { "quiet", word, "workloads", NULL };
	enum run_outcome outcome = run_guest(task, options, words);

	if (outcome == RUN_GOOD)
		outcome = read_printed(task);
	free(word);
	free(disk);
	return outcome;
}

/* ---- a boot that does nothing ---- */

/* A line `NAME NUMBER` of a file, behind `prefix`. */
static bool find_number(const char *path, const char *prefix, unsigned long long *number)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0, n = strlen(prefix);
	bool found = false;

	while (!found && file && getline(&line, &room, file) > 0)
		found = !strncmp(line, prefix, n) && sscanf(line + n, " %llu", number) == 1;
	if (file)
		fclose(file);
	free(line);
	return found;
}

/* What lg -c prints of the whole life. */
static void add_exits_of_boot(struct task *task)
{
	static const struct { const char *printed, *class; } classes[] = {
		{ "switches", "all" },
#define LG_X(NAME, name) { #name, #name },
		LG_TRAP_CLASSES(LG_X)
#undef LG_X
#define LG_X(NAME, name) { "privileged_" #name, "privileged." #name },
		LG_PRIVILEGED_INSNS(LG_X)
#undef LG_X
	};
	unsigned long long count;

	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (find_number(task->errors, classes[i].printed, &count))
			add_exits(task, boots[BOOT_OFF], classes[i].class, (double)count);
}

static void add_noop(struct task *task, const char *bench)
{
	char *name = text("%s.noop", bench);
	uint64_t from = __builtin_ia32_rdtsc();

	add_sample(task, name, __builtin_ia32_rdtsc() - from);
	free(name);
}

/* The first is not timed: it reads the Launcher's file and its libraries from the disk. */
static enum run_outcome run_boot_alone(struct task *task, const struct plan *plan)
{
	static const char *const options[] = { "--counters", NULL };
	static const char *const words[] = { "quiet", NULL };
	enum run_outcome outcome = run_guest(task, options, words);
	unsigned long long reached;
	uint64_t from, to;

	if (outcome != RUN_GOOD)
		return outcome;
	from = __builtin_ia32_rdtsc();
	outcome = run_guest(task, options, words);
	to = __builtin_ia32_rdtsc();
	if (outcome != RUN_GOOD)
		return outcome;
	if (!find_number(task->console, "init: tsc", &reached) || reached < from || reached > to) {
		message_error("boot (%s, %s): init does not tell when it began",
			      task->cell.variant, task->cell.twin);
		return RUN_INVALID;
	}
	if (words_have(&plan->benches, boots[BOOT_USER])) {
		add_noop(task, boots[BOOT_USER]);
		add_sample(task, boots[BOOT_USER], reached - from);
	}
	if (words_have(&plan->benches, boots[BOOT_OFF])) {
		add_noop(task, boots[BOOT_OFF]);
		add_sample(task, boots[BOOT_OFF], to - from);
		add_exits_of_boot(task);
	}
	return RUN_GOOD;
}

static enum run_outcome run_in_guest(struct task *task, const struct plan *plan, const char *names)
{
	bool boots_too = false;
	enum run_outcome outcome = RUN_GOOD;

	if (!copy_in(task, "vmlinux") || !copy_in(task, "initrd") || !copy_in(task, "disk"))
		return RUN_REFUSED;
	for (int i = 0; i < BOOTS; i++)
		boots_too |= words_have(&plan->benches, boots[i]);
	if (boots_too)
		outcome = run_boot_alone(task, plan);
	if (outcome == RUN_GOOD && *names)
		outcome = run_measured(task, names);
	return outcome;
}

enum run_outcome run_workloads(const struct launch *launch, const struct plan *plan,
			       const struct series *like, struct samples *samples,
			       struct exits *exits)
{
	struct task task = {
		.launch = launch, .like = like, .samples = samples, .exits = exits,
		.cell = { PLAN_WORKLOADS, like->variant, like->twin },
		.console = text("%s/console.txt", launch->scratch),
		.errors = text("%s/errors.txt", launch->scratch),
	};
	char *names = names_of(plan);
	enum run_outcome outcome = RUN_GOOD;

	if (strcmp(like->variant, PLAN_NATIVE))
		outcome = run_in_guest(&task, plan, names);
	else if (*names)
		outcome = run_native(&task, names);
	free(names);
	free(task.errors);
	free(task.console);
	return outcome;
}

/* ---- one that is recorded ---- */

/* Its samples, to a file if there is one. */
static enum run_outcome keep_printed(const struct task *task, const char *to, unsigned int *times)
{
	char *own = text("sample %s,", task->cell.bench), *line = NULL;
	FILE *console = fopen(task->console, "r"), *out = to ? fopen(to, "w") : NULL;
	bool good = console && (out || !to);
	size_t room = 0;

	*times = 0;
	while (good && getline(&line, &room, console) > 0) {
		*times += !strncmp(line, own, strlen(own));
		if (out && !strncmp(line, "sample ", 7))
			good = fputs(line + 7, out) >= 0;
	}
	if (!good)
		message_error("'%s': %s", to ? to : task->console, strerror(errno));
	else if (!*times)
		message_error("%s cannot be done in a Guest", task->cell.bench);
	if (console)
		fclose(console);
	if (out && fclose(out))
		good = false;
	free(line);
	free(own);
	return good && *times ? RUN_GOOD : RUN_INVALID;
}

/* With the card that tells the trace's reader where the workload begins and ends. */
static enum run_outcome record_in_guest(struct task *task, unsigned int *times)
{
	char *disk = text("%s/disk", task->launch->scratch);
	char *word = text("names=%s", task->cell.bench);
	const char *const options[] = { "--counters", "--meter", "--net", "user", "--disk", disk,
					NULL };
	const char *const words[] = { "quiet", word, "workloads", NULL };
	enum run_outcome outcome = run_guest(task, options, words);

	if (outcome == RUN_GOOD)
		outcome = keep_printed(task, task->launch->samples, times);
	free(word);
	free(disk);
	return outcome;
}

enum run_outcome run_workload_recorded(const struct launch *launch, const struct cell *cell,
				       unsigned int *times)
{
	static const char *const options[] = { "--counters", NULL };
	static const char *const words[] = { "quiet", NULL };
	struct task task = {
		.launch = launch, .cell = *cell,
		.console = text("%s/console.txt", launch->scratch),
		.errors = text("%s/errors.txt", launch->scratch),
	};
	enum run_outcome outcome = RUN_REFUSED;

	*times = 0;
	if (copy_in(&task, "vmlinux") && copy_in(&task, "initrd") && copy_in(&task, "disk"))
		outcome = is_boot(cell->bench) ? run_guest(&task, options, words) :
						 record_in_guest(&task, times);
	free(task.errors);
	free(task.console);
	return outcome;
}
