/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the lists, and looks names up in them; see lists.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/data/shadow.h"
#include "lists.h"
#include "util/file.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/status.h"
#include "util/words.h"

static void list_add(struct list *list, char *line)
{
	char *rest;

	line[strcspn(line, "\n")] = '\0';
	rest = strstr(line, "; ");
	if (rest)
		*rest = '\0';
	if (!*line || *line == '#')
		return;
	list->name = reallocarray(list->name, list->n + 1, sizeof(*list->name));
	list->rest = reallocarray(list->rest, list->n + 1, sizeof(*list->rest));
	if (!list->name || !list->rest)
		abort();
	list->name[list->n] = strdup(line);
	list->rest[list->n++] = strdup(rest ? rest + 2 : "");
}

bool list_read(struct list *list, const char *kind)
{
	char *path = text("%s/%s.list", payload_dir(), kind), *line = NULL;
	FILE *file = fopen(path, "r");
	size_t room = 0;

	memset(list, 0, sizeof(*list));
	while (file && getline(&line, &room, file) > 0)
		list_add(list, line);
	if (file)
		fclose(file);
	else
		message_error("'%s' is not there: run 'make'", path);
	free(line);
	free(path);
	return file != NULL;
}

void list_free(struct list *list)
{
	while (list->n) {
		free(list->name[--list->n]);
		free(list->rest[list->n]);
	}
	free(list->name);
	free(list->rest);
	memset(list, 0, sizeof(*list));
}

static bool has(const struct list *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->name[i], word))
			return true;
	return false;
}

bool list_has_all(const struct list *list, const char *what, const struct words *words)
{
	for (size_t i = 0; i < words->n; i++)
		if (!has(list, words->word[i])) {
			message_unknown(what, words->word[i], (const char *const *)list->name,
					list->n);
			return false;
		}
	return true;
}

int list_status(const char *kind, const char *what, const struct words *words)
{
	struct list list;
	int status = STATUS_REFUSED;

	if (list_read(&list, kind))
		status = list_has_all(&list, what, words) ? STATUS_GOOD : STATUS_USAGE;
	list_free(&list);
	return status;
}

const char *plan_benches_list(const struct plan *plan)
{
	return plan_is_linux(plan) ? "workloads" : "benches";
}

/* Add the Switcher's variant of a Linux Guest; false if there is no such policy. */
static bool add_guest(struct words *guests, const char *name)
{
	const char *policy;
	char *variant = shadow_split(name, &policy);
	bool known = !policy || shadow_known(policy);

	words_add(guests, variant);
	free(variant);
	if (!known)
		message_error("variant '%s': the policies are %s", name, shadow_names());
	return known;
}

/* All variants that there are; no Guest at all is one of a plan for Linux. */
static int variants_status(const struct plan *plan)
{
	struct words guests = { NULL, 0 };
	bool known = true;
	int status;

	for (size_t i = 0; known && i < plan->variants.n; i++)
		if (!plan_is_linux(plan))
			words_add(&guests, plan->variants.word[i]);
		else if (strcmp(plan->variants.word[i], PLAN_NATIVE))
			known = add_guest(&guests, plan->variants.word[i]);
	status = known ? list_status("variants", "variant", &guests) : STATUS_USAGE;
	words_free(&guests);
	return status;
}

int plan_names_status(const struct plan *plan)
{
	static const char *const twins[] = { "plain", "probed" };
	const struct list twin_list = { (char **)twins, NULL, 2 };
	int status = list_status(plan_benches_list(plan), "benchmark", &plan->benches);

	if (status == STATUS_GOOD)
		status = variants_status(plan);
	if (status == STATUS_GOOD && !list_has_all(&twin_list, "twin", &plan->twins))
		status = STATUS_USAGE;
	return status;
}
