/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes report.html: one file that opens from disk, fetches nothing and runs no script. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "run_tables.h"
#include "run_folder.h"

/* Figures are taken from the run's figures/<name>.svg, and drawn into the page. */
bool html_write(struct run_folder *run, const struct tables *tables, const char *path);

#endif
