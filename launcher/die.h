/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * die.h - how the Launcher ends: the exit statuses, and die().
 */
#ifndef LAUNCHER_DIE_H
#define LAUNCHER_DIE_H

enum {
	END_FINISHED = 0,	/* the Guest powered off in an orderly way */
	END_FAILED = 1,		/* it ended by itself with an error, or reported failure */
	END_USAGE = 2,		/* bad options, or a file that is no Guest */
	END_REFUSED = 3,	/* the Host refused, or is not there */
	END_KILLED = 4,		/* the Host killed the Guest */
	END_ESCAPE = 5,		/* memory outside the Guest's window has changed */
	END_TEST_DEVICE = 6,	/* the Guest used a test device that it was not given */
	END_SIGNAL = 128,	/* plus the signal's number */
	END_RESTART = 256,	/* no exit status: the Guest wants to begin again */
};

/* Print one line on stderr, and exit with `status`. */
__attribute__((noreturn, format(printf, 2, 3)))
void die(int status, const char *format, ...);

#endif
