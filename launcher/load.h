/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load.h - loads the Guest's file into its memory, and fills in the boot parameters.
 */
#ifndef LAUNCHER_LOAD_H
#define LAUNCHER_LOAD_H

#include "machine.h"

/* The boot parameters are lguest's, or those of Linux on a PC.  Dies with END_USAGE if a file is
 * not what it should be, or does not fit. */
void load_guest(struct machine *m, const struct settings *s, const char *cmdline);

#endif
