/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages to the user: errors, warnings and progress, apart from the results themselves. */
#ifndef UTIL_MESSAGE_H
#define UTIL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

/* One line on stderr, after "switchyard COMMAND: ".  A progress line is wiped first. */
void message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The command's name, which stands before every message. */
void message_command(const char *command);

/* A line that replaces itself, shown only if stderr is a terminal; NULL wipes it. */
void message_progress(const char *format, ...) __attribute__((format(printf, 1, 2)));
void message_progress_end(void);

/* The escape sequence for a colour, or "" where colour is not wanted. */
enum colour { COLOUR_NONE, COLOUR_GOOD, COLOUR_BAD, COLOUR_DIM, COLOUR_STRONG };
const char *message_colour(enum colour colour);

/*
 * The entry of names[] nearest to a word that is not among them, or NULL if
 * none is near: at most a third of the word's letters, and one, may differ.
 */
const char *nearest(const char *word, const char *const *names, size_t n);

/* "unknown WHAT 'WORD' (did you mean 'NEAR'?)", or the list if nothing is near. */
void message_unknown(const char *what, const char *word, const char *const *names, size_t n);

#endif
