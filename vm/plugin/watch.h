/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch.h - infers from the blocks that are begun what was executed, and in which part of the
 * system.
 */
#ifndef WATCH_H
#define WATCH_H

#include "decode.h"

/* A block of straight-line code, as the emulator translated it. */
struct block {
	uint32_t va;
	uint16_t n;
	struct insn insn[];
};

/* A block begins on that CPU, which is below WATCH_CPUS. */
#define WATCH_CPUS	64
void watch_block(unsigned int cpu, const struct block *block);

/* Does a Guest run on that CPU?  Known once addresses were received.  A Guest's store to a mailbox
 * of its own is no message. */
bool watch_in_guest(unsigned int cpu);

/* A line from the mailbox, to be handled when the present block has ended. */
void watch_message(const char *line);

/* Open the files in a folder; false, after an error message, if they cannot be written. */
bool watch_open(const char *folder);
void watch_close(void);

#endif
