/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * terminal.h - standard input, for a Guest.  A terminal is raw meanwhile, and there Ctrl-] ends
 * the Launcher.
 */
#ifndef LAUNCHER_TERMINAL_H
#define LAUNCHER_TERMINAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

/* Answers how many of these bytes there was room for. */
typedef size_t (*terminal_sink)(void *context, const uint8_t *bytes, size_t n);

struct terminal {
	terminal_sink sink;
	void *context;
	bool is_raw;
	struct termios before;
	pthread_t thread;
};

void terminal_begin(struct terminal *t, terminal_sink sink, void *context);
void terminal_end(struct terminal *t);

#endif
