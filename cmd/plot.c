/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot: figures of a run, each as PDF for print, SVG for the page, and PNG.  Data
 * go to csv/<figure>.csv first, and the scripts in plots/ read nothing else.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "report/figures/figures.h"
#include "report/run_folder.h"
#include "util/file.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"

enum { MOST_FIGURES = 32 };

static const char *const kinds[] = { "pdf", "svg", "png" };
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

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

/* Why gnuplot gave no figure; answers an exit status. */
static int say_failed(const char *script, int ended, const char *said)
{
	if (ended < 0 || (WIFEXITED(ended) && WEXITSTATUS(ended) == 127)) {
		message_error("gnuplot cannot be started: install the package gnuplot-nox");
		return STATUS_REFUSED;
	}
	if (WIFSIGNALED(ended)) {
		message_error("figure %s: gnuplot was ended by signal %d (%s)", script,
			  WTERMSIG(ended), strsignal(WTERMSIG(ended)));
		return interrupted ? STATUS_INTERRUPTED : STATUS_FAILED;
	}
	message_error("figure %s: gnuplot failed: %s", script, *said ? said : "no message");
	return STATUS_FAILED;
}

/*
 * gnuplot on one script; its messages are kept, and shown if it fails.  No setting of the user's
 * reaches into the figure: not the environment's, and by -d not that of ~/.gnuplot.
 */
static int draw(const char *script, const char *csv, const char *output, const char *kind,
		 const char *caption, const char *mark)
{
	char *plots = text("%s/plots", project_dir()), *log = text("%s.log", output);
	char *path = text("%s/%s.gp", plots, script);
	const char *argv[] = {
		"/usr/bin/env", "-u", "GNUTERM", "TZ=UTC", "LC_ALL=C",
		"gnuplot", "-d", "-c", path, csv, output, kind, caption,
		mark, NULL,
	};
	char *said;
	int ended, status = STATUS_GOOD;

	setenv("GNUPLOT_LIB", plots, 1);
	ended = run_program((char *const *)argv, log);
	said = last_line(log);
	if (ended != 0)
		status = say_failed(script, ended, said);
	unlink(log);
	free(said);
	free(path);
	free(log);
	free(plots);
	return status;
}

/*
 * A PDF carries the moment it was made; the run's own stands there instead, so
 * that the same run gives the same file.
 */
static bool set_pdf_date(const char *path, const char *date)
{
	static const char mark[] = "/CreationDate (D:";
	char digits[15] = "19700101000000", *content = NULL, *at;
	FILE *file = fopen(path, "r+");
	size_t n = 0, bytes;
	struct stat status;
	bool found = false;

	if (!file || fstat(fileno(file), &status) < 0 ||
	    !(content = malloc((size_t)status.st_size + 1)))
		goto out;
	bytes = fread(content, 1, (size_t)status.st_size, file);
	for (; date && *date && n < sizeof(digits) - 1; date++)
		if (*date >= '0' && *date <= '9')
			digits[n++] = *date;
	at = memmem(content, bytes, mark, strlen(mark));
	found = at && at + strlen(mark) + strlen(digits) <= content + bytes &&
		fseek(file, at - content + (long)strlen(mark), SEEK_SET) == 0 &&
		fputs(digits, file) >= 0;
out:
	free(content);
	return file && fclose(file) == 0 && found;
}

/* What is written across a figure of what is no whole measurement. */
static const char *mark_of(const struct run_folder *run)
{
	return run->interrupted ? "INTERRUPTED" : run_folder_is_rehearsal(run) ? "REHEARSAL" : "";
}

/* One figure in all its kinds; each gets its name when it is whole. */
static int draw_all(const struct run_folder *run, const char *folder, const char *name,
		    const char *csv, const char *caption)
{
	int status = STATUS_GOOD;

	for (size_t i = 0; status == STATUS_GOOD && i < KINDS; i++) {
		char *final = text("%s/figures/%s.%s", folder, name, kinds[i]);
		char *part = text("%s.part", final);

		status = draw(name, csv, part, kinds[i], caption, mark_of(run));
		if (status == STATUS_GOOD && !strcmp(kinds[i], "pdf") &&
		    !set_pdf_date(part, run_folder_text(run, "env.date") ?
				  run_folder_text(run, "env.date") :
				  run_folder_text(run, "date"))) {
			message_error("figure %s: gnuplot made no whole PDF", name);
			status = STATUS_FAILED;
		}
		if (status == STATUS_GOOD && rename(part, final) < 0) {
			message_error("cannot write '%s': %s", final, strerror(errno));
			status = STATUS_REFUSED;
		}
		if (status == STATUS_GOOD)
			printf("%s\n", final);
		unlink(part);
		free(final);
		free(part);
	}
	return status;
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
		status = draw_all(run, folder, figure->name, csv, caption);
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
		message_error("'%s' is no run's folder: it holds neither run.json nor record.json",
			  options->path);
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
	if (!figure_samples_good(run))
		return STATUS_INVALID;
	return run->status;
}

static bool make_run_folders(const char *folder)
{
	char *csv = text("%s/csv", folder), *drawn = text("%s/figures", folder);
	bool good = make_folders(csv) && make_folders(drawn);

	free(csv);
	free(drawn);
	return good;
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
	run_folder_say_warnings(run);
	for (size_t i = 0; i < n; i++) {
		chosen[i] = options->n_wanted ? find(options->wanted[i]) : figures[i];
		if (!chosen[i])
			return STATUS_USAGE;
	}
	if (!make_run_folders(folder))
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
