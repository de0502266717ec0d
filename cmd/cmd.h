/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The workstation's program, one command a file (util/command.h). */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "util/command.h"

/* Say that the agent does what --native asks for.  Answers an exit status. */
int unsupported_native(void);

#endif
