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

/* The same with stderr in a file of its own: where stdout has a Guest's console, which may
 * print any line, what the program itself says is told apart by the file it is in. */
int run_program_apart(char *const argv[], const char *output, const char *errors);

#endif
