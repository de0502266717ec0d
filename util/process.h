/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts programs and forwards interrupts to them. */
#ifndef UTIL_PROCESS_H
#define UTIL_PROCESS_H

#include <signal.h>

/* Set by SIGINT, SIGTERM and SIGHUP once catch_interrupts was called. */
extern volatile sig_atomic_t interrupted;
void catch_interrupts(void);

/*
 * Start a program and wait for it.  Its stdin is empty; its stdout and stderr go
 * to `output`, or stay ours if that is NULL.  An interrupt of ours is handed on
 * to it.  Answers waitpid's status, or -1 if it could not be started.
 */
int run_program(char *const argv[], const char *output);

/* The same with our own stdin, stdout and stderr; it is not started once we are interrupted. */
int run_program_at_terminal(char *const argv[]);

/* The same with stderr in a file of its own: a Guest's console on stdout may print any line, so
 * the program's own messages must be in another file. */
int run_program_apart(char *const argv[], const char *output, const char *errors);

#endif
