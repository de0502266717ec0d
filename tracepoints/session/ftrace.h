/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A recording with the kernel's own tracer instead of LTTng: an instance of
 * tracefs with buffers of its own, in discard mode, on the clock of the TSC.
 * The result is a file of trace-cmd's (trace_dat.h).
 */
#ifndef SESSION_FTRACE_H
#define SESSION_FTRACE_H

#include "session.h"

struct ftrace {
	struct session_settings settings;
	bool our_switchyard, made, made_marks;
};

#define FTRACE_FILE "trace.dat"

bool ftrace_begin(struct ftrace *ftrace, const struct session_settings *settings);

/* Stop; write FOLDER/trace.dat, whole or not at all; count what was lost. */
bool ftrace_end(struct ftrace *ftrace, const char *folder, struct session_loss *loss);

void ftrace_close(struct ftrace *ftrace);

json_t *ftrace_record(const struct session_settings *settings);

#endif
