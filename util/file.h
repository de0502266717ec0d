/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files and folders.  A result is written under a temporary name and renamed when it is
 * complete, so a reader never sees a partial file.  An existing path that is not a regular file,
 * such as /dev/null or a pipe, is written in place.
 */
#ifndef UTIL_FILE_H
#define UTIL_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct whole_file {
	FILE *stream;
	char *final_name;
	char *temporary_name;
};

/* Each prints its own error and answers false on failure. */
bool whole_open(struct whole_file *file, const char *path);
bool whole_commit(struct whole_file *file);
void whole_abandon(struct whole_file *file);

/* mkdir -p. */
bool make_folders(const char *path);

/* rm -r, which stays on one file system and follows no link. */
bool remove_tree(const char *path);

/* A new temporary folder, in $TMPDIR or /tmp; NULL on failure.  To be removed and freed. */
char *scratch_folder(void);

/* A new temporary file there, without a name; NULL on failure. */
FILE *scratch_file(void);

/* A copy of a regular file, or of a whole folder. */
bool copy_file(const char *from, const char *to);
bool copy_tree(const char *from, const char *to);

/* The first line of a small file, without its newline; NULL if there is none.  To be freed. */
char *first_line(const char *path);

/* The last line of a file that is not blank, with `?` for what is not printable ASCII.  To be
 * freed; never NULL. */
char *last_line(const char *path);

/* printf into memory of its own; never NULL.  To be freed. */
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* True if the path exists. */
bool exists(const char *path);

#endif
