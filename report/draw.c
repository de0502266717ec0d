/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs gnuplot; see draw.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "draw.h"
#include "util/file.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"

/* Print why gnuplot made no figure; answers an exit status. */
static int print_failure(const char *script, int ended, const char *said)
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
 * Run gnuplot on one script; its messages are kept, and shown if it fails.  No setting of the user
 * affects the figure: GNUTERM, TZ and the locale are replaced, and -d ignores ~/.gnuplot.
 */
static int run_gnuplot(const struct drawing *drawing, const char *output, const char *kind)
{
	char *plots = text("%s/plots", project_dir()), *log = text("%s.log", output);
	char *path = text("%s/%s.gp", plots, drawing->name);
	const char *argv[] = {
		"/usr/bin/env", "-u", "GNUTERM", "TZ=UTC", "LC_ALL=C",
		"gnuplot", "-d", "-c", path, drawing->csv, output, kind, drawing->caption,
		drawing->mark, NULL,
	};
	char *said;
	int ended, status = STATUS_GOOD;

	setenv("GNUPLOT_LIB", plots, 1);
	ended = run_program((char *const *)argv, log);
	said = last_line(log);
	if (ended != 0)
		status = print_failure(drawing->name, ended, said);
	unlink(log);
	free(said);
	free(path);
	free(log);
	free(plots);
	return status;
}

/*
 * A PDF contains the time of its making; replace it by the run's own, so that the same run gives
 * the same file.
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

/*
 * From version 1.18 on cairo compresses the object that the time stands in; qpdf writes the same
 * document with its objects plain.
 */
static bool unpack_pdf(const char *path)
{
	char *plain = text("%s.plain", path), *log = text("%s.log", path);
	const char *argv[] = {
		"/usr/bin/env", "LC_ALL=C", "qpdf", "--object-streams=disable",
		"--static-id", path, plain, NULL,
	};
	bool good = run_program((char *const *)argv, log) == 0 && rename(plain, path) == 0;

	unlink(plain);
	unlink(log);
	free(plain);
	free(log);
	return good;
}

const char *draw_mark(const struct run_folder *run)
{
	return run->interrupted ? "INTERRUPTED" : run->part ? "PART OF A PLAN" :
	       run_folder_is_rehearsal(run) ? "REHEARSAL" : "";
}

const char *draw_date(const struct run_folder *run)
{
	const char *date = run_folder_text(run, "env.date");

	return date ? date : run_folder_text(run, "date");
}

bool draw_folders(const char *folder)
{
	char *csv = text("%s/csv", folder), *drawn = text("%s/figures", folder);
	bool good = make_folders(csv) && make_folders(drawn);

	free(csv);
	free(drawn);
	return good;
}

/* Draw one kind, under another name until it is complete. */
static int draw_kind(const struct drawing *drawing, const char *kind)
{
	char *final = text("%s/figures/%s.%s", drawing->folder, drawing->name, kind);
	char *part = text("%s.part", final);
	int status = run_gnuplot(drawing, part, kind);

	if (status == STATUS_GOOD && !strcmp(kind, "pdf") && !set_pdf_date(part, drawing->date) &&
	    !(unpack_pdf(part) && set_pdf_date(part, drawing->date))) {
		message_error("figure %s: the PDF is not whole, or the package qpdf is missing",
			      drawing->name);
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
	return status;
}

int draw(const struct drawing *drawing)
{
	static const char *const kinds[] = { "pdf", "svg", "png" };
	int status = STATUS_GOOD;

	for (size_t i = 0; status == STATUS_GOOD && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		status = draw_kind(drawing, kinds[i]);
	return status;
}
