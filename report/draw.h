/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draws a figure of its CSV with gnuplot, as PDF for print, SVG for the page, and PNG. */
#ifndef REPORT_DRAW_H
#define REPORT_DRAW_H

#include "run_folder.h"

struct drawing {
	const char *name;		/* of the script in plots/, and of the files */
	const char *csv;
	const char *folder;		/* figures/ in it gets them */
	const char *caption;
	const char *mark;		/* written across; empty for a measurement */
	const char *date;		/* that the PDF carries; NULL: none is known */
};

/* The mark across a figure if the run is not a complete measurement. */
const char *draw_mark(const struct run_folder *run);

/* The run's own date, with which its figure is the same file each time. */
const char *draw_date(const struct run_folder *run);

/* Make FOLDER/csv and FOLDER/figures; false after an error message. */
bool draw_folders(const char *folder);

/* Draw all kinds, each of which gets its name when it is complete; prints the names.  Answers an
 * exit status. */
int draw(const struct drawing *drawing);

#endif
