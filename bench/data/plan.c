/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and checks plans; see plan.h. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "shadow.h"
#include "util/json.h"
#include "util/message.h"
#include "util/words.h"

enum kind { KIND_TEXT, KIND_WORDS, KIND_COUNT, KIND_SEED, KIND_NUMBER };

struct key {
	const char *name;
	enum kind kind;
	size_t offset;
	unsigned int least, most;	/* of a count */
};

#define KEY(name, kind, least, most) { #name, kind, offsetof(struct plan, name), least, most }
static const struct key keys[] = {
	KEY(question, KIND_TEXT, 0, 0),
	KEY(metric, KIND_TEXT, 0, 0),
	KEY(smallest_effect, KIND_NUMBER, 0, 0),
	KEY(guest, KIND_TEXT, 0, 0),
	KEY(profile, KIND_TEXT, 0, 0),
	KEY(tier, KIND_TEXT, 0, 0),
	KEY(benches, KIND_WORDS, 0, 0),
	KEY(variants, KIND_WORDS, 0, 0),
	KEY(twins, KIND_WORDS, 0, 0),
	KEY(arguments, KIND_WORDS, 0, 0),
	KEY(boots, KIND_COUNT, 1, 1000),
	KEY(runs, KIND_COUNT, 1, 100000),
	KEY(warmup, KIND_COUNT, 0, 1000000),
	KEY(seed, KIND_SEED, 0, 0),
	KEY(layout, KIND_TEXT, 0, 0),
	KEY(shadow, KIND_WORDS, 0, 0),
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]), JSON_KEYS = KEYS - 1, MOST_LINE = 65536 };

void plan_init(struct plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	plan->question = strdup("");
	plan->metric = strdup("median");
	plan->guest = strdup("tiny");
	plan->profile = strdup("counted");
	plan->tier = strdup("");
	plan->layout = strdup("seeded");
	plan->boots = 1;
	plan->runs = 1;
	plan->seed = 1;
	words_set(&plan->variants, "classic");
	words_set(&plan->twins, "plain");
}

void plan_free(struct plan *plan)
{
	free(plan->question);
	free(plan->metric);
	free(plan->guest);
	free(plan->profile);
	free(plan->tier);
	free(plan->layout);
	words_free(&plan->benches);
	words_free(&plan->variants);
	words_free(&plan->twins);
	words_free(&plan->arguments);
	words_free(&plan->shadow);
	memset(plan, 0, sizeof(*plan));
}

static bool set_number(const struct key *key, void *field, const char *value, char *why)
{
	unsigned long long count;
	char *end;

	errno = 0;
	if (key->kind == KIND_NUMBER) {
		double number = strtod(value, &end);

		if (end == value || *end || errno || !(number >= 0)) {
			snprintf(why, PLAN_WHY, "%s: '%s' is not a number from 0 up", key->name,
				 value);
			return false;
		}
		*(double *)field = number;
		return true;
	}
	count = strtoull(value, &end, 0);
	if (!isdigit((unsigned char)*value) || *end || errno || count > INT64_MAX ||
	    (key->kind == KIND_COUNT && (count < key->least || count > key->most))) {
		if (key->kind == KIND_COUNT)
			snprintf(why, PLAN_WHY, "%s: '%s' is not a count from %u to %u",
				 key->name, value, key->least, key->most);
		else
			snprintf(why, PLAN_WHY, "%s: '%s' is not a whole number", key->name, value);
		return false;
	}
	if (key->kind == KIND_COUNT)
		*(unsigned int *)field = (unsigned int)count;
	else
		*(uint64_t *)field = count;
	return true;
}

static bool set_field(const struct key *key, void *field, const char *value, char *why)
{
	switch (key->kind) {
	case KIND_TEXT:
		free(*(char **)field);
		*(char **)field = strdup(value);
		return true;
	case KIND_WORDS:
		if (words_set(field, value))
			return true;
		snprintf(why, PLAN_WHY, "%s: '%s' has an empty or a repeated member",
			 key->name, value);
		return false;
	default:
		return set_number(key, field, value, why);
	}
}

bool plan_set(struct plan *plan, const char *name, const char *value, char why[PLAN_WHY])
{
	const char *names[KEYS], *near;

	for (size_t i = 0; i < KEYS; i++) {
		names[i] = keys[i].name;
		if (!strcmp(name, keys[i].name))
			return set_field(&keys[i], (char *)plan + keys[i].offset, value, why);
	}
	near = nearest(name, names, KEYS);
	if (near)
		snprintf(why, PLAN_WHY, "unknown key '%s' (did you mean '%s'?)", name, near);
	else
		snprintf(why, PLAN_WHY, "unknown key '%s'", name);
	return false;
}

static json_t *field_json(const struct key *key, const void *field)
{
	switch (key->kind) {
	case KIND_TEXT:
		return json_string(*(char *const *)field);
	case KIND_WORDS:
		return words_json(field);
	case KIND_COUNT:
		return json_integer(*(const unsigned int *)field);
	case KIND_SEED:
		return json_integer((json_int_t)*(const uint64_t *)field);
	default:
		return json_real(*(const double *)field);
	}
}

json_t *plan_json(const struct plan *plan)
{
	json_t *json = json_object();

	for (size_t i = 0; i < JSON_KEYS; i++)
		json_object_set_new(json, keys[i].name,
				    field_json(&keys[i], (const char *)plan + keys[i].offset));
	return json;
}

static bool take_json(const struct key *key, void *field, const json_t *json)
{
	json_int_t number = json_integer_value(json);

	switch (key->kind) {
	case KIND_TEXT:
		if (!json_is_string(json))
			return false;
		free(*(char **)field);
		*(char **)field = strdup(json_string_value(json));
		return true;
	case KIND_WORDS:
		return words_from_json(field, json);
	case KIND_COUNT:
		*(unsigned int *)field = (unsigned int)number;
		return json_is_integer(json) && number >= key->least && number <= key->most;
	case KIND_SEED:
		*(uint64_t *)field = (uint64_t)number;
		return json_is_integer(json) && number >= 0;
	default:
		*(double *)field = json_number_value(json);
		return json_is_number(json) && json_number_value(json) >= 0;
	}
}

bool plan_from_json(struct plan *plan, const json_t *json, char why[PLAN_WHY])
{
	for (size_t i = 0; i < JSON_KEYS; i++)
		if (!take_json(&keys[i], (char *)plan + keys[i].offset,
			       json_object_get(json, keys[i].name))) {
			snprintf(why, PLAN_WHY, "%s: it is not there, or not what it must be",
				 keys[i].name);
			return false;
		}
	if (json_object_size(json) == JSON_KEYS)
		return true;
	snprintf(why, PLAN_WHY, "it has a key that is unknown here");
	return false;
}

/* Split "key = value # comment"; false if the line is neither such nor empty. */
static bool split_line(char *line, char **name, char **value)
{
	char *equals;

	line[strcspn(line, "#\n")] = '\0';
	equals = strchr(line, '=');
	*value = equals ? trimmed(equals + 1, strlen(equals + 1)) : NULL;
	*name = trimmed(line, equals ? (size_t)(equals - line) : strlen(line));
	return equals ? **name && **value : !**name;
}

/*
 * A line of a plan, read byte by byte and not by getline, so that a device without an end of line
 * ends at MOST_LINE.  False at the end.
 */
static bool read_line(FILE *stream, char line[MOST_LINE], bool *is_text)
{
	size_t n = 0;
	int c = EOF;

	while (n < MOST_LINE - 1 && (c = getc(stream)) != EOF && c) {
		line[n++] = (char)c;
		if (c == '\n')
			break;
	}
	line[n] = '\0';
	*is_text = c == '\n' || (c == EOF && !ferror(stream));
	return n || !*is_text;
}

bool plan_read(struct plan *plan, FILE *stream, char why[PLAN_WHY])
{
	char line[MOST_LINE], *name, *value, reason[PLAN_WHY];
	unsigned int number = 0;
	bool good = true, is_text;

	while (good && read_line(stream, line, &is_text)) {
		number++;
		name = value = NULL;
		good = is_text && split_line(line, &name, &value);
		if (!is_text)
			snprintf(reason, PLAN_WHY, "%s", ferror(stream) ? "it cannot be read" :
				 "not text, or longer than any line of a plan");
		else if (!good)
			snprintf(reason, PLAN_WHY, "not a line of 'key = value'");
		else if (value)
			good = plan_set(plan, name, value, reason);
		if (!good)
			snprintf(why, PLAN_WHY, "line %u: %.*s", number, PLAN_WHY - 32, reason);
		free(name);
		free(value);
	}
	return good;
}

bool plan_counts_insns(const struct plan *plan)
{
	return !strncmp(plan->profile, "counted", 7) || !strcmp(plan->profile, "bochs");
}

bool plan_is_linux(const struct plan *plan)
{
	return !strcmp(plan->guest, "linux");
}

static const char *unknown_policy(const struct plan *plan)
{
	for (size_t i = 0; i < plan->shadow.n; i++)
		if (!shadow_known(plan->shadow.word[i]))
			return plan->shadow.word[i];
	return NULL;
}

bool plan_check(const struct plan *plan, char why[PLAN_WHY])
{
	if (!plan->benches.n)
		snprintf(why, PLAN_WHY, "no benchmark named: say benches in the plan, or --bench");
	else if (strcmp(plan->metric, "median"))
		snprintf(why, PLAN_WHY, "metric '%.60s': only median is known", plan->metric);
	else if (strcmp(plan->guest, "tiny") && strcmp(plan->guest, "linux"))
		snprintf(why, PLAN_WHY, "guest '%.60s': tiny or linux", plan->guest);
	else if (plan->shadow.n && !plan_is_linux(plan))
		snprintf(why, PLAN_WHY, "shadow: only a Linux Guest has policies: guest = linux");
	else if (unknown_policy(plan))
		snprintf(why, PLAN_WHY, "shadow '%.60s': the policies are %s", unknown_policy(plan),
			 shadow_names());
	else if (*plan->tier && strcmp(plan->tier, "insns") && strcmp(plan->tier, "cycles") &&
		 strcmp(plan->tier, "rehearsal"))
		snprintf(why, PLAN_WHY, "tier '%.60s': insns, cycles or rehearsal", plan->tier);
	else if (strcmp(plan->layout, "seeded") && strcmp(plan->layout, "fixed") &&
		 strcmp(plan->layout, "same_page"))
		snprintf(why, PLAN_WHY, "layout '%.60s': seeded, fixed or same_page", plan->layout);
	else
		return true;
	return false;
}
