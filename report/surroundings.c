/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The environments of two runs, key by key; see surroundings.h. */
#include <stdlib.h>
#include <string.h>

#include "surroundings.h"
#include "util/file.h"
#include "util/message.h"

/*
 * Keys that differ from boot to boot or with the checkout, and do not describe the machine.  Only
 * those arguments of the emulator are compared that change what is counted.
 */
static const char *const own[] = {
	"lab.arguments", "lab.kernel", "lab.why", "machine.blobs", "machine.clock.why",
	"machine.date", "machine.layout", "machine.modules", "machine.pmu",
};

static const char *const emulator_options[] = { "-accel", "-icount", "-machine" };

static bool is_own(const char *key)
{
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (!strcmp(own[i], key))
			return true;
	return false;
}

static char *shown(const json_t *value)
{
	char *dumped, *result;

	if (!value || json_is_null(value))
		return text("not recorded");
	if (json_is_string(value))
		return text("%s", json_string_value(value));
	if (json_is_object(value))
		return text("recorded");
	dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	result = text("%s", dumped ? dumped : "?");
	free(dumped);
	return result;
}

static bool is_missing(const json_t *value)
{
	return !value || json_is_null(value);
}

static void add_line(json_t *lines, const char *what, const char *first, const char *last)
{
	char *line = text("the environments differ in %s: %s and %s", what, first, last);

	json_array_append_new(lines, json_string(line));
	free(line);
}

static void differ(json_t *lines, const char *key, const json_t *a, const json_t *b)
{
	char *first = shown(a), *last = shown(b);

	add_line(lines, key, first, last);
	free(first);
	free(last);
}

static void look(json_t *lines, const char *key, const json_t *a, const json_t *b);

/* The keys of `a`, and those that `b` alone has. */
static void look_inside(json_t *lines, const char *prefix, const json_t *a, const json_t *b)
{
	json_t *all = json_object(), *value;
	const char *name;

	json_object_update(all, (json_t *)b);
	json_object_update(all, (json_t *)a);
	json_object_foreach(all, name, value) {
		char *key = text("%s.%s", prefix, name);

		look(lines, key, json_object_get(a, name), json_object_get(b, name));
		free(key);
	}
	json_decref(all);
}

static void look(json_t *lines, const char *key, const json_t *a, const json_t *b)
{
	if (is_own(key) || (is_missing(a) && is_missing(b)))
		return;
	if (json_is_object(a) && json_is_object(b))
		look_inside(lines, key, a, b);
	else if (!json_equal(a, b))
		differ(lines, key, a, b);
}

/* The word after an option of the emulator; "none" if it is not given.  To be freed. */
static char *argument(const char *arguments, const char *option)
{
	size_t n = strlen(option);

	for (const char *at = arguments; (at = strstr(at, option)); at += n)
		if ((at == arguments || at[-1] == ' ') && at[n] == ' ')
			return text("%.*s", (int)strcspn(at + n + 1, " "), at + n + 1);
	return text("none");
}

static void look_at_option(json_t *lines, const char *option, const char *a, const char *b)
{
	char *first = argument(a, option), *last = argument(b, option);
	char *what = text("the emulator's %s", option);

	if (strcmp(first, last))
		add_line(lines, what, first, last);
	free(what);
	free(first);
	free(last);
}

static const json_t *environment(const struct run_folder *run)
{
	const json_t *env = run->env ? run->env : json_object_get(run->run, "env");

	return env ? env : json_object_get(run->record, "env");
}

json_t *surroundings_differ(const struct run_folder *first, const struct run_folder *last)
{
	static const char *const parts[] = { "profile", "lab", "machine" };
	const json_t *a = environment(first), *b = environment(last);
	const char *x = run_folder_text(first, "env.lab.arguments");
	const char *y = run_folder_text(last, "env.lab.arguments");
	json_t *lines = json_array();

	x = x ? x : run_folder_text(first, "lab.arguments");
	y = y ? y : run_folder_text(last, "lab.arguments");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		look(lines, parts[i], json_object_get(a, parts[i]), json_object_get(b, parts[i]));
	for (size_t i = 0; x && y && i < sizeof(emulator_options) / sizeof(*emulator_options); i++)
		look_at_option(lines, emulator_options[i], x, y);
	return lines;
}

size_t warn_of_surroundings(const struct run_folder *first, const struct run_folder *last)
{
	json_t *lines = surroundings_differ(first, last), *line;
	size_t i, n = json_array_size(lines);

	json_array_foreach(lines, i, line)
		message_warning("%s", json_string_value(line));
	json_decref(lines);
	return n;
}
