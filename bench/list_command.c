/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list: prints what there is to choose from. */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "lists.h"
#include "util/message.h"
#include "util/status.h"

static const char *const kinds[] = { "benches", "workloads", "variants", "events", "figures" };
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static error_t parse(int key, char *argument, struct argp_state *state)
{
	const char **wanted = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (*wanted)
		argp_error(state, "one kind at most");
	*wanted = argument;
	return 0;
}

static int print_kind(const char *kind, bool headed)
{
	struct list list;
	bool good = list_read(&list, kind);

	if (headed && good)
		printf("%s%s%s\n", message_colour(COLOUR_STRONG), kind,
		       message_colour(COLOUR_NONE));
	for (size_t i = 0; i < list.n; i++)
		printf("%s%-24s %s\n", headed ? "  " : "", list.name[i], list.rest[i]);
	list_free(&list);
	return good ? STATUS_GOOD : STATUS_REFUSED;
}

int list_command(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse, .args_doc = "[benches|workloads|variants|events|figures]",
		.doc = "Print what there is to choose from: of one kind, or of all.",
	};
	const char *wanted = NULL;
	int status = STATUS_GOOD;

	argp_parse(&argp, argc, argv, 0, NULL, &wanted);
	for (size_t i = 0; i < KINDS; i++)
		if (wanted && !strcmp(wanted, kinds[i]))
			return print_kind(wanted, false);
	if (wanted) {
		message_unknown("kind", wanted, kinds, KINDS);
		return STATUS_USAGE;
	}
	for (size_t i = 0; i < KINDS && status == STATUS_GOOD; i++)
		status = print_kind(kinds[i], true);
	return status;
}
