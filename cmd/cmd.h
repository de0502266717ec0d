/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The workstation's program, one command a file (util/command.h). */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "util/command.h"

/*
 * Become the agent, with the same arguments, since it does what --native asks for.  If it is not
 * there or the kernel is not its own, says so and answers an exit status.
 */
int act_natively(void);

#endif
