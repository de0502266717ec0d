/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot: figures of a run, each as PDF for print, SVG for the page, and PNG.  Data
 * go to csv/<figure>.csv first, and the scripts in plots/ read nothing else.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "report/draw.h"
#include "report/figures/drawn.h"
#include "report/figures/figures.h"
#include "report/run_folder.h"
#include "util/file.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

enum { MOST_FIGURES = 32 };

struct options {
	const char *path, *output;
	const char *wanted[MOST_FIGURES];
	size_t n_wanted;
	bool for_paper;
};

static const struct argp_option argp_options[] = {
	{ "for-paper", 'p', NULL, 0,
	  "Refuse what no paper may show (a rehearsal, an interrupted run)", 0 },
	{ "out", 'o', "FOLDER", 0, "Write csv/ and figures/ there (the run's folder)", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'p':
		options->for_paper = true;
		return 0;
	case 'o':
		options->output = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (!options->path)
			options->path = argument;
		else if (options->n_wanted < MOST_FIGURES)
			options->wanted[options->n_wanted++] = argument;
		else
			argp_error(state, "too many figures");
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "name a run's folder");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct figure *find(const char *name)
{
	const char *names[MOST_FIGURES];

	for (size_t i = 0; i < n_figures; i++) {
		if (!strcmp(figures[i]->name, name))
			return figures[i];
		names[i] = figures[i]->name;
	}
	message_unknown("figure", name, names, n_figures);
	return NULL;
}

static int plot_one(struct run_folder *run, const char *folder, const struct figure *figure)
{
	char *csv = text("%s/csv/%s.csv", folder, figure->name);
	char *numbers = NULL, *caption;
	int status = STATUS_REFUSED;

	if (!figure->applies(run)) {
		message_error("figure %s needs %s", figure->name, figure->needs);
		status = STATUS_USAGE;
	} else if ((numbers = figure->make(run, csv))) {
		caption = run_folder_caption(run, numbers);
		status = draw(&(struct drawing){
			.name = figure->name, .csv = csv, .folder = folder, .caption = caption,
			.mark = draw_mark(run), .date = draw_date(run),
		});
		if (status == STATUS_GOOD && folder == run->path && !drawn_note(run, figure->name))
			status = STATUS_REFUSED;
		free(caption);
	}
	free(numbers);
	free(csv);
	return status;
}

static bool is_wanted(const struct options *options, const struct figure *figure)
{
	for (size_t i = 0; i < options->n_wanted; i++)
		if (!strcmp(options->wanted[i], figure->name))
			return true;
	return !options->n_wanted;
}

/* Read the trace, once for all figures. */
static void analyse(const struct options *options, struct run_folder *run)
{
	static const struct lg_options all = { 0 };

	for (size_t i = 0; i < n_figures; i++)
		if (figures[i]->follow && is_wanted(options, figures[i]))
			figures[i]->follow(run);
	run_folder_analyse(run, &all);
}

/* Is this a run that may be drawn at all? */
static int may_draw(const struct options *options, struct run_folder *run)
{
	if (!run->path) {
		message_error("'%s' is not a run's folder: it holds neither run.json nor "
			      "record.json", options->path);
		return STATUS_USAGE;
	}
	if (run->trace && !run->void_because)
		analyse(options, run);
	if (run->void_because) {
		message_error("nothing is drawn from a void run: %s", run->void_because);
		return STATUS_INVALID;
	}
	if (options->for_paper && (run_folder_is_rehearsal(run) || !strcmp(run->tier, "unknown"))) {
		message_error("tier %s is not for papers: measure under 'counted' or on real "
			      "hardware",
			  run->tier);
		return STATUS_REFUSED;
	}
	if (options->for_paper && run->interrupted) {
		message_error("an interrupted run is not for papers: measure again");
		return STATUS_PARTIAL;
	}
	if (options->for_paper && run->part) {
		message_error("a part of a plan is not for papers: join its boots first");
		return STATUS_PARTIAL;
	}
	if (!figure_samples_good(run))
		return STATUS_INVALID;
	return run->status;
}

static int plot(const void *arg, struct run_folder *run)
{
	const struct options *options = arg;
	const char *folder = options->output ? options->output : run->path;
	const struct figure *chosen[MOST_FIGURES];
	size_t n = options->n_wanted ? options->n_wanted : n_figures;
	int status = may_draw(options, run), worst = STATUS_GOOD;
	unsigned int drawn = 0;

	if (status != STATUS_GOOD)
		return status;
	run_folder_print_warnings(run);
	for (size_t i = 0; i < n; i++) {
		chosen[i] = options->n_wanted ? find(options->wanted[i]) : figures[i];
		if (!chosen[i])
			return STATUS_USAGE;
	}
	if (!draw_folders(folder))
		return STATUS_REFUSED;
	for (size_t i = 0; i < n && !interrupted; i++) {
		if (!options->n_wanted && !chosen[i]->applies(run))
			continue;
		drawn++;
		message_progress("drawing %s", chosen[i]->name);
		status = plot_one(run, folder, chosen[i]);
		if (status > worst)
			worst = status;
	}
	if (!drawn && !interrupted) {
		message_error("the run holds neither a sample nor a trace to draw");
		return STATUS_USAGE;
	}
	return interrupted ? STATUS_INTERRUPTED : run_folder_shown(run, worst);
}

static int cmd_plot(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options, .parser = parse, .args_doc = "RUN [FIGURE...]",
		.doc = "Draw figures of a run: PDF, SVG and PNG in its folder figures/."
		       "\v`switchyard list figures` tells which there are; all that the run has"
		       " data for are drawn if none is named.",
	};
	struct options options = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	return run_folder_visit(options.path, plot, &options);
}

COMMAND(plot, "figures from a run", cmd_plot);
