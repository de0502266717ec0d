/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of bench/join.c: boots that were run separately make the same run as all at once, or
 * are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/join.h"
#include "bench/results.h"
#include "util/file.h"
#include "util/status.h"

enum { BOOTS = 3 };

static const char *const names[] = { "b", "free" };

static void add_samples(struct samples *samples, unsigned int boot)
{
	for (unsigned int run = 1; run <= 2; run++)
		for (size_t i = 0; i < 2; i++) {
			char *noop = text("%s.noop", names[i]);
			struct series *of = samples_series(samples, names[i], "classic", "plain",
							   boot, run, "insns");

			series_add(of, 236 + i);
			series_add(of, 236.125 + boot / 3.0);
			series_add(samples_series(samples, noop, "classic", "plain", boot, run,
						  "insns"), 4);
			free(noop);
		}
}

/* One operation of some ops, and one of none at all. */
static void add_ops(struct ops *ops, unsigned int boot)
{
	ops->cell = reallocarray(ops->cell, ops->n + 2, sizeof(*ops->cell));
	assert_non_null(ops->cell);
	for (size_t i = 0; i < 2; i++) {
		struct ops_cell *cell = &ops->cell[ops->n++];

		*cell = (struct ops_cell){
			.bench = strdup(names[i]), .variant = strdup("classic"),
			.twin = strdup("plain"), .boot = boot, .run = 1,
		};
		if (i)
			continue;
		cell->net.count[1][OPS_INSNS] = 230 + boot;
		cell->net.count[2][OPS_FIRST] = -2;
		cell->function = calloc(1, sizeof(*cell->function));
		cell->function[cell->functions++] =
			(struct ops_function){ 1, strdup("lg_run"), 230 + boot };
	}
}

static json_t *environment_of(unsigned int first, unsigned int last)
{
	char *date = text("2026-01-0%uT00:00:00Z", last);
	json_t *boots = json_array(), *env;

	for (unsigned int boot = first; boot <= last; boot++)
		json_array_append_new(boots, json_pack("{s:i}", "id", (int)boot));
	env = json_pack("{s:s, s:o, s:{s:{s:s}}, s:{s:s}, s:{s:s}}", "date", date, "boots", boots,
			"machine", "modules", "switchyard_build", "1", "files", "switchyard.ko",
			"ab", "workstation", "kernel", "6");
	free(date);
	return env;
}

static void add_exits(struct exits *exits, unsigned int boot)
{
	const struct exits_row row = {
		(char *)"b", (char *)"classic", (char *)"plain", (char *)"all", boot, 1, 2.5 + boot,
	};

	exits_add(exits, &row);
}

static void add_pmu(struct pmu *pmu, unsigned int boot)
{
	const struct pmu_row row = {
		(char *)"b", (char *)"classic", (char *)"plain", (char *)"cycles", (char *)"0",
		boot, 1, 500, 1500, 1000, 1000 + 2500ull * boot,
	};

	pmu_add(pmu, &row);
}

/* These boots of the plan, as `bench` writes them; run.json. */
static json_t *make_run(const char *folder, unsigned int first, unsigned int last)
{
	struct samples samples = { .n = 0 };
	struct ops ops = { .n = 0 };
	struct exits exits = { .n = 0 };
	struct pmu pmu = { .n = 0 };
	struct plan plan;
	struct run run = {
		.plan = &plan, .samples = &samples, .ops = &ops, .exits = &exits, .pmu = &pmu,
		.tier = TIER_INSNS,
		.environment = environment_of(first, last), .warnings = json_array(),
		.part = first == last ? json_pack("[i]", (int)first) : NULL,
	};
	char *path = text("%s/run.json", folder);
	json_t *written;

	plan_init(&plan);
	plan.boots = BOOTS;
	plan.runs = 2;
	words_set(&plan.benches, "b,free");
	for (unsigned int boot = first; boot <= last; boot++) {
		add_samples(&samples, boot);
		add_ops(&ops, boot);
		add_exits(&exits, boot);
		add_pmu(&pmu, boot);
	}
	assert_true(make_folders(folder));
	assert_true(results_write(&run, folder));
	written = json_load_file(path, 0, NULL);
	assert_non_null(written);
	json_decref(run.environment);
	json_decref(run.warnings);
	json_decref(run.part);
	plan_free(&plan);
	ops_free(&ops);
	exits_free(&exits);
	pmu_free(&pmu);
	samples_free(&samples);
	free(path);
	return written;
}

struct parts {
	char *top;
	struct part part[BOOTS];
	json_t *run[BOOTS];
};

/* The boots apart, the last first. */
static void make_parts(struct parts *parts)
{
	parts->top = scratch_folder();
	assert_non_null(parts->top);
	for (unsigned int i = 0; i < BOOTS; i++) {
		char *folder = text("%s/boot %u", parts->top, BOOTS - i);

		parts->run[i] = make_run(folder, BOOTS - i, BOOTS - i);
		parts->part[i] = (struct part){ folder, parts->run[i] };
	}
}

static void free_parts(struct parts *parts)
{
	for (size_t i = 0; i < BOOTS; i++) {
		json_decref(parts->run[i]);
		free((char *)parts->part[i].name);
	}
	assert_true(remove_tree(parts->top));
	free(parts->top);
}

static void same_bytes(const char *a, const char *b, const char *name)
{
	char *command = text("cmp '%s/%s' '%s/%s'", a, name, b, name);

	assert_int_equal(system(command), 0);
	free(command);
}

/* Except for where and when it was made. */
static void same_record(json_t *whole, const char *folder)
{
	char *path = text("%s/run.json", folder);
	json_t *joined = json_load_file(path, 0, NULL);

	assert_non_null(joined);
	assert_int_equal(json_array_size(json_object_get(json_object_get(joined, "env"), "boots")),
			 BOOTS);
	assert_true(json_equal(json_object_get(json_object_get(joined, "env"), "date"),
			       json_object_get(json_object_get(whole, "env"), "date")));
	json_object_del(joined, "env");
	json_object_del(whole, "env");
	assert_true(json_equal(joined, whole));
	json_decref(joined);
	free(path);
}

static void boots_make_the_run(void **state)
{
	static const char *const files[] = {
		"samples.csv", "net.csv", "ops.csv", "functions.csv", EXITS_FILE, PMU_FILE,
	};
	char why[JOIN_WHY] = "", *joined, *whole, *said = NULL;
	struct parts parts;
	json_t *in_one_go;
	size_t bytes;
	FILE *out = open_memstream(&said, &bytes);

	(void)state;
	make_parts(&parts);
	joined = text("%s/joined", parts.top);
	whole = text("%s/whole", parts.top);
	in_one_go = make_run(whole, 1, BOOTS);
	join_sort(parts.part, BOOTS);
	assert_true(join_fits(parts.part, BOOTS, why));
	assert_int_equal(join_write(parts.part, BOOTS, joined, out), STATUS_GOOD);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		same_bytes(whole, joined, files[i]);
	same_record(in_one_go, joined);
	fclose(out);
	assert_non_null(strstr(said, "boots planned 3, seed 1\n"));
	free(said);
	json_decref(in_one_go);
	free(whole);
	free(joined);
	free_parts(&parts);
}

/* Each of these is done to the boot that stands second. */
struct wrong {
	const char *keys[3];
	const char *value;
	const char *why;
};

static void set(json_t *run, const struct wrong *wrong)
{
	json_t *at = run;
	size_t i = 0;

	for (; i < 2 && wrong->keys[i + 1]; i++)
		at = json_object_get(at, wrong->keys[i]);
	json_object_set_new(at, wrong->keys[i],
			    json_loads(wrong->value, JSON_DECODE_ANY, NULL));
}

static void strangers_are_refused(void **state)
{
	static const struct wrong wrongs[] = {
		{ { "plan", "seed" }, "2", "different plans: seed is 1 and 2" },
		{ { "plan", "boots" }, "4", "different plans: boots is 3 and 4" },
		{ { "plan", "extra" }, "4", "different plans: extra is nothing and 4" },
		{ { "tool", "commit" }, "\"cd\"", "different builds: commit is " },
		{ { "env", "files", "switchyard.ko" }, "\"cd\"",
		  "different builds: switchyard.ko is \"ab\" and \"cd\"" },
		{ { "env", "files", "lg" }, "\"cd\"", "different builds: lg is nothing and" },
		{ { "tier" }, "\"cycles\"", "of tier insns" },
		{ { "interrupted" }, "true", "was interrupted" },
		{ { "void" }, "\"lost\"", "is void" },
		{ { "schema" }, "\"switchyard-run-0\"", "is not a run of schema" },
		{ { "part" }, "[]", "holds no boot" },
		{ { "part" }, "[9]", "holds boot 9 of a plan of 3" },
		{ { "part" }, "[1]", "boot 1 is in '" },
		{ { "part" }, "null", "boot 1 is in '" },
		{ { "data" }, "{}", "has ops.csv and '" },
	};
	char why[JOIN_WHY];

	(void)state;
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		struct parts parts;

		make_parts(&parts);
		join_sort(parts.part, BOOTS);
		set((json_t *)parts.part[1].run, &wrongs[i]);
		assert_false(join_fits(parts.part, BOOTS, why));
		if (!strstr(why, wrongs[i].why))
			fail_msg("'%s' is not in '%s'", wrongs[i].why, why);
		free_parts(&parts);
	}
}

static void missing_boots_are_named(void **state)
{
	char why[JOIN_WHY];
	struct parts parts;

	(void)state;
	make_parts(&parts);
	join_sort(parts.part, BOOTS);
	assert_false(join_fits(parts.part, 2, why));
	assert_string_equal(why, "of the plan's 3 boots 1 is missing: 3");
	assert_false(join_fits(parts.part + 2, 1, why));
	assert_string_equal(why, "of the plan's 3 boots 2 are missing: 1, 2");
	free_parts(&parts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_make_the_run), cmocka_unit_test(strangers_are_refused),
		cmocka_unit_test(missing_boots_are_named),
	};

	return cmocka_run_group_tests_name("join", tests, NULL, NULL);
}
