/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.html: one file that opens from disk, with nothing fetched and nothing run. */
#ifndef SWITCHYARD_HTML_H
#define SWITCHYARD_HTML_H

#include "run_tables.h"
#include "run_folder.h"

/* Figures are taken from the run's figures/<name>.svg, and drawn into the page. */
bool html_write(const struct rundir *run, const struct tables *tables, const char *path);

#endif
