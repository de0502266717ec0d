/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A Linux Guest to be talked to: what `switchyard linux` takes, here and in the lab machine. */
#ifndef BENCH_LINUX_OPTIONS_H
#define BENCH_LINUX_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct linux_options {
	const char *kernel, *initrd;	/* NULL: those of `make linux-guest` */
	const char *disk;		/* FILE[,ro]; NULL: a copy of our own; "none" */
	const char *net, *variant, *twin, *shadow, *console, *print, *memory, *resets;
	const char *profile, *seconds;	/* of the lab machine */
	bool native;
	char **words;			/* of the kernel's command line */
	size_t n_words;
};

/* Ends the program if they are wrong.  `native`: this program acts on its own kernel. */
void linux_options_parse(struct linux_options *options, bool native, int argc, char **argv);

/*
 * A program's arguments that say the same: those of `switchyard linux`, or, if `to_launcher`, of
 * lg, which must be told the kernel.  The array is to be freed, its words are not.
 */
char **linux_arguments(const struct linux_options *options, char *program, bool to_launcher);

/* A file of `make linux-guest`; NULL, having said so, if it is not there.  To be freed. */
char *linux_default(const char *name);

/* Is there a terminal to be told how it is left?  Then it is. */
void linux_say_how_to_leave(void);

#endif
