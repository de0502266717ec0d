/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mmio.h - the device window.
 */
#ifndef LAUNCHER_MMIO_H
#define LAUNCHER_MMIO_H

#include "machine.h"

#define MMIO_PAGES	256	/* at most */

/* A device window of so many pages, or none; dies if there is no memory for it. */
void mmio_make(uint32_t pages);
void mmio_free(void);

/* Carry out the access that m->run describes. */
void mmio_access(struct machine *m);

#endif
