/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * join: combines boots of one plan that were run separately, by `bench --boot`, into one run.
 * Boots that do not belong together are refused.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/join.h"
#include "bench/results.h"
#include "cmd.h"
#include "report/run_folder.h"
#include "report/surroundings.h"
#include "util/file.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

struct options {
	char **paths;
	size_t n;
	const char *output;
};

static const struct argp_option argp_options[] = {
	{ "output", 'o', "FOLDER", 0, "Folder of the run (results/DATE-TIME)", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'o':
		options->output = argument;
		return 0;
	case ARGP_KEY_ARGS:
		options->paths = state->argv + state->next;
		options->n = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "name the folders of the boots");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Open a part, which must be whole and have unchanged files; answers an exit status. */
static int open_part(struct run_folder *folder, const char *path)
{
	int status = run_folder_open(folder, path);

	if (status != STATUS_GOOD)
		return status;
	if (!folder->run || !folder->path) {
		message_error("'%s' holds no run: name the folders that 'bench --boot' wrote",
			      path);
		return STATUS_USAGE;
	}
	if (folder->void_because) {
		message_error("'%s' is void: %s", path, folder->void_because);
		return STATUS_INVALID;
	}
	return STATUS_GOOD;
}

/* One record of the machine stands for all boots, so there is but one machine. */
static bool same_surroundings(const struct run_folder *folders, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (warn_of_surroundings(&folders[0], &folders[i])) {
			message_error("'%s' and '%s' were made in different environments: a run "
				      "has one", folders[0].path, folders[i].path);
			return false;
		}
	return true;
}

static int join(const struct options *options, struct run_folder *folders, struct part *parts)
{
	char why[JOIN_WHY], *folder;
	int status;

	for (size_t i = 0; i < options->n; i++) {
		status = open_part(&folders[i], options->paths[i]);
		if (status != STATUS_GOOD)
			return status;
		parts[i] = (struct part){ folders[i].path, folders[i].run };
	}
	join_sort(parts, options->n);
	if (!join_fits(parts, options->n, why)) {
		message_error("%s", why);
		return STATUS_INVALID;
	}
	if (!same_surroundings(folders, options->n))
		return STATUS_INVALID;
	folder = options->output ? text("%s", options->output) : results_folder();
	status = results_folder_is_free(folder) ? join_write(parts, options->n, folder, stdout) :
						  STATUS_USAGE;
	free(folder);
	return status;
}

static int cmd_join(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options, .parser = parse, .args_doc = "RUN...",
		.doc = "Make one run of the boots of a plan, each run by `bench --boot`."
		       "\vRefused (status 4) are boots of another plan, build or environment, the"
		       " same boot twice, and a plan of which boots are missing.",
	};
	struct options options = { 0 };
	struct run_folder *folders;
	struct part *parts;
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	folders = calloc(options.n, sizeof(*folders));
	parts = calloc(options.n, sizeof(*parts));
	if (!folders || !parts)
		abort();
	status = join(&options, folders, parts);
	for (size_t i = 0; i < options.n; i++)
		run_folder_close(&folders[i]);
	free(folders);
	free(parts);
	return status;
}

COMMAND(join, "boots of one plan, run apart, into one run", cmd_join);
