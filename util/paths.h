/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folders, found from where the program itself lies.  Each is an absolute path
 * without a closing slash, and lasts as long as the program.
 */
#ifndef UTIL_PATHS_H
#define UTIL_PATHS_H

/* The agent calls this first: it lies in its payload's folder, and has no checkout. */
void paths_of_agent(void);

/* The checkout, or what SWITCHYARD_ROOT names; NULL in the agent. */
const char *project_dir(void);

/* Module, Launcher, Guests and lists: build/lab, or the agent's own folder. */
const char *payload_dir(void);

/* The folder of this program: build/tools. */
const char *tools_dir(void);

#endif
