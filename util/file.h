/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files and folders.  A result is written under a temporary name and renamed when it is
 * complete, so a reader never sees a partial file.  What is there and is no regular file, as
 * /dev/null or a pipe, is written in place.
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

/* Each says its own error and answers false if it could not be done. */
bool whole_open(struct whole_file *file, const char *path);
bool whole_commit(struct whole_file *file);
void whole_abandon(struct whole_file *file);

/* mkdir -p. */
bool make_folders(const char *path);

/* rm -r, which stays on one file system and follows no link. */
bool remove_tree(const char *path);

/* A new folder for what is not to stay, in $TMPDIR or /tmp; NULL if there can be none.  To be
 * removed and freed. */
char *scratch_folder(void);

/* A new file there that has no name; NULL if there can be none. */
FILE *scratch_file(void);

/* A copy of a regular file, or of a whole folder. */
bool copy_file(const char *from, const char *to);
bool copy_tree(const char *from, const char *to);

/* The first line of a small file, without its newline; NULL if there is none.  To be freed. */
char *first_line(const char *path);

/* The last line of a file that says something, what is not printable ASCII as `?`.  To be freed;
 * never NULL. */
char *last_line(const char *path);

/* printf into memory of its own; never NULL.  To be freed. */
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* True if the path names something. */
bool exists(const char *path);

#endif
