/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory.h - the Guest's memory in ours.
 */
#ifndef LAUNCHER_MEMORY_H
#define LAUNCHER_MEMORY_H

#include "machine.h"

/* So much memory for a Guest, with a pattern around it; dies if there is none. */
void memory_make(struct machine *m, unsigned int mebibytes);

/* Give it back; dies if anything outside the window has changed. */
void memory_free(struct machine *m);

/* A range of Guest memory, or NULL if it is not all inside. */
void *guest_range(struct machine *m, uint32_t pa, uint32_t bytes);

#endif
