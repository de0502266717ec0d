/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exit statuses of our programs.  docs/commands.md holds the same table. */
#ifndef UTIL_STATUS_H
#define UTIL_STATUS_H

enum exit_status {
	STATUS_GOOD = 0,
	STATUS_FAILED = 1,		/* a regression, or a self-check that failed */
	STATUS_USAGE = 2,
	STATUS_REFUSED = 3,		/* the environment refuses */
	STATUS_INVALID = 4,		/* measured, but invalid */
	STATUS_PARTIAL = 5,		/* shown, but of a run that was interrupted */
	STATUS_INTERRUPTED = 130,
};

#endif
