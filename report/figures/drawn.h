/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * figures/drawn.json: of what each figure was drawn, {NAME: {"run": DIGEST, "svg": SHA256}}, so
 * that a page shows none of other data than its own.
 */
#ifndef REPORT_FIGURES_DRAWN_H
#define REPORT_FIGURES_DRAWN_H

#include "report/run_folder.h"

/* A figure was drawn into the run's own folder.  False, having said why, if it cannot be noted. */
bool drawn_note(const struct run_folder *run, const char *name);

enum drawn { DRAWN_NONE, DRAWN_STALE, DRAWN_FRESH };

/* Is there a figure in this file, drawn from the run in the folder SOURCE as that is now? */
enum drawn drawn_state(const char *source, const char *name, const char *svg);

#endif
