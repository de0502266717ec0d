/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joining parts of a plan; see join.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "join.h"
#include "ops.h"
#include "results.h"
#include "util/file.h"
#include "util/message.h"
#include "util/status.h"

/* ---- reading a part ---- */

static const json_t *at(const json_t *json, const char *outer, const char *inner)
{
	return json_object_get(json_object_get(json, outer), inner);
}

static const char *string(const json_t *json, const char *key)
{
	const char *found = json_string_value(json_object_get(json, key));

	return found ? found : "";
}

static json_int_t planned(const struct part *part)
{
	return json_integer_value(at(part->run, "plan", "boots"));
}

/* How many boots of the plan it holds. */
static size_t boots_of(const struct part *part)
{
	const json_t *some = json_object_get(part->run, "part");

	return json_is_array(some) ? json_array_size(some) : (size_t)planned(part);
}

static json_int_t nth_boot(const struct part *part, size_t i)
{
	const json_t *some = json_object_get(part->run, "part");

	return json_is_array(some) ? json_integer_value(json_array_get(some, i)) :
				     (json_int_t)i + 1;
}

static int by_first_boot(const void *a, const void *b)
{
	json_int_t x = nth_boot(a, 0), y = nth_boot(b, 0);

	return (x > y) - (x < y);
}

void join_sort(struct part *parts, size_t n)
{
	qsort(parts, n, sizeof(*parts), by_first_boot);
}

/* ---- do they belong together? ---- */

/* The first key in which two objects differ; NULL if in none. */
static const char *differing_key(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)a, key, value)
		if (!json_equal(value, json_object_get(b, key)))
			return key;
	json_object_foreach((json_t *)b, key, value)
		if (!json_object_get(a, key))
			return key;
	return NULL;
}

static void shown(const json_t *json, const char *key, char value[60])
{
	char *dumped = json_dumps(json_object_get(json, key), JSON_ENCODE_ANY | JSON_COMPACT);

	snprintf(value, 60, "%s", dumped ? dumped : "nothing");
	free(dumped);
}

static bool same(const struct part *a, const struct part *b, const json_t *x, const json_t *y,
		 const char *what, char why[JOIN_WHY])
{
	const char *key = differing_key(x, y);
	char first[60], last[60];

	if (!key)
		return true;
	shown(x, key, first);
	shown(y, key, last);
	snprintf(why, JOIN_WHY, "'%.80s' and '%.80s' are of different %s: %.40s is %s and %s",
		 a->name, b->name, what, key, first, last);
	return false;
}

static bool both_or_none(const struct part *a, const struct part *b, const char *file,
			 const char *option, char why[JOIN_WHY])
{
	bool first = at(a->run, "data", file), last = at(b->run, "data", file);

	if (first != last)
		snprintf(why, JOIN_WHY, "'%.80s' has %s and '%.80s' has not: %s is for all or none",
			 first ? a->name : b->name, file, first ? b->name : a->name, option);
	return first == last;
}

/* Two parts of one plan, measured by the same program and the same module. */
static bool alike(const struct part *a, const struct part *b, char why[JOIN_WHY])
{
	static const char *const keys[] = { "tier", "unit" };

	if (!same(a, b, json_object_get(a->run, "plan"), json_object_get(b->run, "plan"), "plans",
		  why) ||
	    !same(a, b, json_object_get(a->run, "tool"), json_object_get(b->run, "tool"),
		  "builds", why) ||
	    !same(a, b, at(a->run, "env", "files"), at(b->run, "env", "files"), "builds", why) ||
	    !same(a, b, json_object_get(at(a->run, "env", "machine"), "modules"),
		  json_object_get(at(b->run, "env", "machine"), "modules"), "modules", why))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(string(a->run, keys[i]), string(b->run, keys[i]))) {
			snprintf(why, JOIN_WHY, "'%.80s' is of %s %.40s, '%.80s' of %.40s", a->name,
				 keys[i], string(a->run, keys[i]), b->name,
				 string(b->run, keys[i]));
			return false;
		}
	return both_or_none(a, b, "ops.csv", "--no-ops", why) &&
	       both_or_none(a, b, PMU_FILE, "--pmu", why);
}

/* Whether a part is valid by itself. */
static bool is_good(const struct part *part, char why[JOIN_WHY])
{
	const char *trouble = NULL;

	if (strcmp(string(part->run, "schema"), RUN_SCHEMA))
		trouble = "is not a run of schema " RUN_SCHEMA;
	else if (json_is_true(json_object_get(part->run, "interrupted")))
		trouble = "was interrupted: run that boot again";
	else if (json_is_string(json_object_get(part->run, "void")))
		trouble = "is void: run that boot again";
	else if (!boots_of(part))
		trouble = "holds no boot of its plan";
	if (trouble)
		snprintf(why, JOIN_WHY, "'%.200s' %s", part->name, trouble);
	return !trouble;
}

/* Find the part that each boot belongs to; NULL: none.  False if a boot is in two parts, or not in
 * the plan. */
static bool assign(const struct part *part, const struct part **owner, json_int_t boots,
		   char why[JOIN_WHY])
{
	for (size_t i = 0; i < boots_of(part); i++) {
		json_int_t boot = nth_boot(part, i);

		if (boot < 1 || boot > boots) {
			snprintf(why, JOIN_WHY, "'%.200s' holds boot %lld of a plan of %lld",
				 part->name, (long long)boot, (long long)boots);
			return false;
		}
		if (owner[boot - 1]) {
			snprintf(why, JOIN_WHY, "boot %lld is in '%.120s' and in '%.120s'",
				 (long long)boot, owner[boot - 1]->name, part->name);
			return false;
		}
		owner[boot - 1] = part;
	}
	return true;
}

static bool none_missing(const struct part **owner, json_int_t boots, char why[JOIN_WHY])
{
	char list[JOIN_WHY / 2] = "";
	size_t missing = 0, n = 0;

	for (json_int_t boot = 1; boot <= boots; boot++)
		if (!owner[boot - 1]) {
			if (n + 16 < sizeof(list))
				n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%lld",
						      missing ? ", " : "", (long long)boot);
			missing++;
		}
	if (missing)
		snprintf(why, JOIN_WHY, "of the plan's %lld boots %zu %s missing: %s",
			 (long long)boots, missing, missing == 1 ? "is" : "are", list);
	return !missing;
}

static bool make_whole(const struct part *parts, size_t n, char why[JOIN_WHY])
{
	json_int_t boots = planned(&parts[0]);
	const struct part **owner = calloc((size_t)boots + 1, sizeof(*owner));
	bool good = true;

	if (!owner)
		abort();
	for (size_t i = 0; good && i < n; i++)
		good = assign(&parts[i], owner, boots, why);
	good = good && none_missing(owner, boots, why);
	free(owner);
	return good;
}

bool join_fits(const struct part *parts, size_t n, char why[JOIN_WHY])
{
	enum { MOST_BOOTS = 1000000 };

	for (size_t i = 0; i < n; i++)
		if (!is_good(&parts[i], why) || (i && !alike(&parts[0], &parts[i], why)))
			return false;
	if (planned(&parts[0]) >= 1 && planned(&parts[0]) <= MOST_BOOTS)
		return make_whole(parts, n, why);
	snprintf(why, JOIN_WHY, "'%.200s' has no plan", parts[0].name);
	return false;
}

/* ---- the run that they make ---- */

/* The record of each boot, and where it was run. */
static json_t *joined_boots(const struct part *parts, size_t n)
{
	json_t *all = json_array(), *boot, *copy;
	size_t j;

	for (size_t i = 0; i < n; i++)
		json_array_foreach(at(parts[i].run, "env", "boots"), j, boot) {
			copy = json_copy(boot);
			json_object_set(copy, "workstation",
					(json_t *)at(parts[i].run, "env", "workstation"));
			json_array_append_new(all, copy);
		}
	return all;
}

/* The environment of the first stands for all, as in a run; the date is that of the last. */
static json_t *joined_environment(const struct part *parts, size_t n)
{
	json_t *record = json_copy(json_object_get(parts[0].run, "env"));

	for (size_t i = 1; i < n; i++) {
		const json_t *date = at(parts[i].run, "env", "date");

		if (json_is_string(date) &&
		    strcmp(json_string_value(date), string(record, "date")) > 0)
			json_object_set(record, "date", (json_t *)date);
	}
	json_object_set_new(record, "boots", joined_boots(parts, n));
	return record;
}

/* The plan without what a run's record adds to it. */
static bool read_plan(struct plan *plan, const struct part *part)
{
	json_t *json = json_copy(json_object_get(part->run, "plan"));
	char why[PLAN_WHY];
	bool good;

	json_object_del(json, "warmup_rule");
	json_object_del(json, "order");
	good = plan_from_json(plan, json, why) && plan_check(plan, why);
	if (!good)
		message_error("'%s': plan: %s", part->name, why);
	json_decref(json);
	return good;
}

static bool read_samples(struct samples *samples, const struct part *part)
{
	char *path = text("%s/samples.csv", part->name), why[SAMPLES_WHY];
	FILE *file = fopen(path, "r");
	bool good = false;

	if (!file)
		message_error("cannot read '%s': %s", path, strerror(errno));
	else if (!(good = samples_read(samples, file, why)))
		message_error("'%s': %s", path, why);
	if (file)
		fclose(file);
	free(path);
	return good;
}

static bool read_ops(struct ops *ops, const struct part *part)
{
	char why[OPS_WHY_BYTES];
	bool good = !at(part->run, "data", "ops.csv") || ops_read_written(ops, part->name, why);

	if (!good)
		message_error("%s", why);
	return good;
}

static bool read_exits(struct exits *exits, const struct part *part)
{
	char *path = text("%s/" EXITS_FILE, part->name), why[EXITS_WHY] = "cannot be read";
	bool wanted = at(part->run, "data", EXITS_FILE);
	FILE *file = wanted ? fopen(path, "r") : NULL;
	bool good = !wanted || (file && exits_read(exits, file, why));

	if (!good)
		message_error("'%s': %s", path, why);
	if (file)
		fclose(file);
	free(path);
	return good;
}

static bool read_pmu(struct pmu *pmu, const struct part *part)
{
	char *path = text("%s/" PMU_FILE, part->name), why[PMU_WHY] = "cannot be read";
	bool wanted = at(part->run, "data", PMU_FILE);
	FILE *file = wanted ? fopen(path, "r") : NULL;
	bool good = !wanted || (file && pmu_read(pmu, file, why));

	if (!good)
		message_error("'%s': %s", path, why);
	if (file)
		fclose(file);
	free(path);
	return good;
}

static void copy_logs(const struct part *part, const char *folder)
{
	for (size_t i = 0; i < boots_of(part); i++) {
		long long boot = (long long)nth_boot(part, i);
		char *from = text("%s/logs/boot-%lld.log", part->name, boot);
		char *to = text("%s/logs/boot-%lld.log", folder, boot);

		if (exists(from))
			copy_file(from, to);
		free(from);
		free(to);
	}
}

static bool named_tier(const char *name, enum tier *tier)
{
	for (*tier = TIER_INSNS; *tier <= TIER_REHEARSAL; (*tier)++)
		if (!strcmp(name, tier_name(*tier)))
			return true;
	return false;
}

static bool write_whole(const struct run *run, const struct part *parts, size_t n,
			const char *folder)
{
	char *logs = text("%s/logs", folder);
	bool good = make_folders(logs);

	for (size_t i = 0; good && i < n; i++)
		copy_logs(&parts[i], folder);
	free(logs);
	return good && results_write(run, folder);
}

/* Written under another name until it is complete. */
static int write_run(const struct run *run, const struct part *parts, size_t n,
		     const char *folder)
{
	char *unfinished = text("%s.part", folder);
	int status = STATUS_REFUSED;

	if (write_whole(run, parts, n, unfinished)) {
		if (rename(unfinished, folder) == 0)
			status = STATUS_GOOD;
		else
			message_error("cannot write '%s': %s", folder, strerror(errno));
	}
	if (status != STATUS_GOOD)
		remove_tree(unfinished);
	free(unfinished);
	return status;
}

int join_write(const struct part *parts, size_t n, const char *folder, FILE *out)
{
	struct samples samples = { .n = 0 };
	struct ops ops = { .n = 0 };
	struct exits exits = { .n = 0 };
	struct pmu pmu = { .n = 0 };
	struct plan plan;
	struct run run = {
		.plan = &plan, .samples = &samples, .ops = &ops, .exits = &exits, .pmu = &pmu,
		.warnings = json_array(),
		.tool = json_object_get(parts[0].run, "tool"),
	};
	json_t *environment = joined_environment(parts, n);
	int status = STATUS_INVALID;
	bool good;

	plan_init(&plan);
	run.environment = environment;
	good = read_plan(&plan, &parts[0]) && named_tier(string(parts[0].run, "tier"), &run.tier);
	for (size_t i = 0; good && i < n; i++)
		good = read_samples(&samples, &parts[i]) && read_ops(&ops, &parts[i]) &&
		       read_exits(&exits, &parts[i]) && read_pmu(&pmu, &parts[i]);
	if (good)
		status = write_run(&run, parts, n, folder);
	if (status == STATUS_GOOD) {
		results_print(&run, out);
		fprintf(out, "%s\n", folder);
	}
	json_decref(environment);
	json_decref(run.warnings);
	plan_free(&plan);
	ops_free(&ops);
	exits_free(&exits);
	pmu_free(&pmu);
	samples_free(&samples);
	return status;
}
