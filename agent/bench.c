/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bench: one boot's share of a plan, on this kernel. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "bench/machine.h"
#include "bench/ops_map.h"
#include "bench/perf_events.h"
#include "bench/prepare.h"
#include "bench/run_plan.h"
#include "bench/runner.h"
#include "tracepoints/session/modules.h"
#include "util/file.h"
#include "util/json.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"
#include "util/words.h"

static int status_of(enum run_outcome outcome)
{
	static const int statuses[] = {
		[RUN_GOOD] = STATUS_GOOD, [RUN_USAGE] = STATUS_USAGE,
		[RUN_REFUSED] = STATUS_REFUSED, [RUN_FAILED] = STATUS_FAILED,
		[RUN_INVALID] = STATUS_INVALID, [RUN_INTERRUPTED] = STATUS_INTERRUPTED,
	};

	return statuses[outcome];
}

/* The tier is what this machine's counter really does, whatever the profile promises. */
static bool tier_accepted(const struct plan *plan)
{
	char why[MACHINE_WHY];
	const char *tier = tier_name(machine_tier(why));

	if (!*plan->tier || !strcmp(plan->tier, tier))
		return true;
	message_error("this machine measures tier %s, not %s (%s); to have that, say --tier %s",
		      tier,
		  plan->tier, why, tier);
	return false;
}

static bool write_machine(const struct plan *plan, unsigned int boot,
			  const struct boot_files *files)
{
	char *path = text("%s/boot.json", files->part);
	json_t *machine = machine_record(), *layout = json_object_get(machine, "layout");
	json_t *record = json_pack("{s:i, s:o, s:o}", "boot", (int)boot, "tool", tool_record(),
				   "machine", machine);
	bool good;

	if (files->pmu)
		json_object_set_new(machine, "pmu", perf_events_record());
	json_object_set_new(layout, "mode", json_string(plan->layout));
	json_object_set_new(layout, "guest_stack_bytes",
			    json_integer(layout_of_boot(plan, boot).stack));
	good = json_write(record, path);
	json_decref(record);
	free(path);
	return good;
}

/* Under vm/lab --ops the emulator's plugin counts too; without it the messages have no effect. */
static void tell_addresses(const char *folder)
{
	char why[OPS_WHY], *path = text("%s/" SYMBOLS_FILE, folder);
	FILE *symbols = fopen(path, "w");

	if (!ops_map(symbols, why))
		message_warning("ops cannot be counted: %s", why);
	if (symbols)
		fclose(symbols);
	free(path);
}

/* The plan's own arguments, and where every Guest's stack is to begin. */
static void set_arguments(struct words *arguments, const struct plan *plan, unsigned int boot)
{
	char *given = words_text(&plan->arguments);
	char *all = text("%s%sstack=%u", given, *given ? "," : "",
			 layout_of_boot(plan, boot).stack);

	words_set(arguments, all);
	free(all);
	free(given);
}

static char *load_options(const struct plan *plan, unsigned int boot, const char *first)
{
	return text("layout=%u%s%s", layout_of_boot(plan, boot).region, first ? " first=" : "",
		    first ? first : "");
}

/* Layout same_page: reload the module before each run, with the blob under test in the first
 * page. */
static const struct plan *the_plan;
static unsigned int the_boot;

static bool give_first_page(const struct cell *cell)
{
	char *first = text("%s.%s", cell->variant, cell->twin);
	char *options = load_options(the_plan, the_boot, first);
	char *module = text("%s/switchyard.ko", payload_dir());
	bool good = module_unload("switchyard") && module_load_with(module, options);

	free(module);
	free(options);
	free(first);
	return good;
}

/* Of a plan for Linux alone. */
static bool write_exits(const struct exits *exits, const char *folder)
{
	char *path = text("%s/" EXITS_FILE, folder);
	struct whole_file file;
	bool good = !exits->n || whole_open(&file, path);

	if (exits->n && good) {
		exits_write(exits, file.stream);
		good = whole_commit(&file);
	}
	free(path);
	return good;
}

/* A file without rows says that this machine counts no event. */
static bool write_pmu(const struct pmu *pmu, const char *path)
{
	struct whole_file file;
	bool good = !path || whole_open(&file, path);

	if (path && good) {
		pmu_write(pmu, file.stream);
		good = whole_commit(&file);
	}
	return good;
}

static int run_steps(const struct plan *plan, unsigned int number, const struct boot_files *files)
{
	struct words arguments = { NULL, 0 };
	char *scratch = scratch_folder(), *path = text("%s/samples.csv", files->part);
	struct pmu pmu = { .n = 0 };
	struct boot boot = {
		.plan = plan, .number = number, .unit = tier_unit(machine_tier(NULL)),
		.payload = payload_dir(), .scratch = scratch, .kept = fopen(path, "w"),
		.arguments = &arguments, .pmu = files->pmu ? &pmu : NULL,
	};
	struct samples samples = { .n = 0 };
	struct exits exits = { .n = 0 };
	int status = STATUS_REFUSED;

	set_arguments(&arguments, plan, number);
	the_plan = plan;
	the_boot = number;
	if (!strcmp(plan->layout, "same_page"))
		boot.before = give_first_page;
	if (!boot.kept) {
		message_error("cannot write '%s': %s", path, strerror(errno));
	} else if (scratch) {
		fputs(SAMPLES_HEADER "\n", boot.kept);
		status = status_of(run_boot(&boot, &samples, &exits));
		if (!(write_exits(&exits, files->part) && write_pmu(&pmu, files->pmu)) &&
		    status == STATUS_GOOD)
			status = STATUS_REFUSED;
	}
	if (scratch)
		remove_tree(scratch);
	free(scratch);
	if (boot.kept && fclose(boot.kept) != 0 && status == STATUS_GOOD) {
		message_error("cannot write '%s': %s", path, strerror(errno));
		status = STATUS_REFUSED;
	}
	words_free(&arguments);
	samples_free(&samples);
	exits_free(&exits);
	pmu_free(&pmu);
	free(path);
	return status;
}

int bench_run_boot(const struct plan *plan, unsigned int boot, const struct boot_files *files)
{
	bool there = module_loaded("switchyard");
	char *module = text("%s/switchyard.ko", payload_dir());
	char *options = load_options(plan, boot, NULL);
	int status = STATUS_REFUSED;

	if (geteuid() != 0) {
		message_error("must be root, to load the module and to make Guests");
	} else if (tier_accepted(plan) && module_load_with(module, options)) {
		tell_addresses(files->part);
		status = write_machine(plan, boot, files) ? run_steps(plan, boot, files) :
			 STATUS_REFUSED;
	}
	free(module);
	free(options);
	if (!there && !module_unload("switchyard") && status == STATUS_GOOD)
		status = STATUS_FAILED;
	return status;
}

static int run_complete(struct bench_options *options)
{
	if (options->block)
		return bench_run_boot(&options->plan, options->block, &(struct boot_files){
				      .part = options->output ? options->output : "." });
	if (options->plan.boots > 1 && !options->boot && module_loaded("switchyard")) {
		message_error("switchyard is loaded, and each of the %u boots loads it anew: "
			      "rmmod it first", options->plan.boots);
		return STATUS_REFUSED;
	}
	return run_plan(options, bench_run_boot);
}

/* What an earlier run left changed, because it was killed, is put back in any case. */
static int run_options(struct bench_options *options)
{
	int status = bench_options_complete(options);

	if (status == STATUS_GOOD && options->pmu && plan_is_linux(&options->plan)) {
		message_error("--pmu counts around the samples of guests/bench: "
			      "it wants --guest tiny");
		return STATUS_USAGE;
	}
	if (status != STATUS_GOOD || geteuid() != 0)
		return status != STATUS_GOOD ? status : run_complete(options);
	if (!(options->prepare ? prepare_machine("", measured_cpu()) : prepare_undo("")))
		return STATUS_REFUSED;
	status = run_complete(options);
	return prepare_undo("") || status != STATUS_GOOD ? status : STATUS_REFUSED;
}

int agent_bench(int argc, char **argv)
{
	struct bench_options options;
	int status;

	bench_options_parse(&options, true, argc, argv);
	catch_interrupts();
	status = run_options(&options);
	bench_options_free(&options);
	return status;
}
