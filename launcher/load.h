/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load.h - the Guest's file into its memory, and what the boot table promises.
 */
#ifndef LAUNCHER_LOAD_H
#define LAUNCHER_LOAD_H

#include "machine.h"

/* The boot table is lguest's, or that of Linux on a PC.  Dies with END_USAGE if a file is none, or
 * does not fit. */
void load_guest(struct machine *m, const struct settings *s, const char *cmdline);

#endif
