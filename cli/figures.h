/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:248 The data of figures: from a run to csv/<figure>.csv. */
#ifndef SWITCHYARD_FIGURES_H
#define SWITCHYARD_FIGURES_H

#include "rundir.h"

struct figure {
	const char *name;
	/*
	 * Write the figure's CSV to `path`, whole, and answer what stands in the
	 * caption for n, to be freed; NULL, having said why, if there is no data.
	 */
	char *(*make)(struct rundir *run, const char *path);
};

extern const struct figure figures[];
extern const size_t n_figures;

#endif
