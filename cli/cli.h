/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:200
 * The front end.  One program, one command a file: main.c holds the table, and
 * every command is a function of the same shape that answers with an exit
 * status.  The same sources make two programs: the amd64 one stands on the
 * workstation and drives the lab machine; the i386 one acts on the kernel it
 * runs on.
 */
#ifndef SWITCHYARD_CLI_H
#define SWITCHYARD_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "file.h"
#include "say.h"

/* What the program says with its exit status.  docs/commands.md holds the same table. */
enum exit_status {
	STATUS_GOOD = 0,
	STATUS_FAILED = 1,		/* a regression, or a self-check that failed */
	STATUS_USAGE = 2,
	STATUS_REFUSED = 3,		/* the environment refuses */
	STATUS_INVALID = 4,		/* measured, but not to be believed */
	STATUS_INTERRUPTED = 130,
};

struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

int cmd_list(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_compare(int argc, char **argv);

/* True in the program that acts on the kernel it runs on (the i386 one). */
bool acts_here(void);

/* "0.1.0 (commit 0123abc, dirty)"; the parts are in version.h. */
const char *version_text(void);

/*
 * Folders, found from where the program itself lies.  Each is an absolute path
 * without a closing slash, and lasts as long as the program.
 */
const char *project_dir(void);		/* the checkout; NULL inside the lab machine */
const char *payload_dir(void);		/* build/lab, or /lab inside */
const char *tools_dir(void);		/* build/tools */

#endif
