/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where tracefs has an event, and how large the kernel says that it is. */
#ifndef SESSION_EVENT_SIZE_H
#define SESSION_EVENT_SIZE_H

#include <stdint.h>
#include <stdio.h>

/* "events/lg/lg_exit", below an instance of tracefs.  To be freed. */
char *event_folder(const char *event);

/* The end of the last field in an event's file `format`; 0 if it has none. */
uint64_t event_format_bytes(FILE *format);

/*
 * Bytes of one event in a buffer, without what an array of variable length holds; 0, having said
 * why, if tracefs does not tell.  A recorder's own header takes about as much as the fields that
 * ftrace puts before the event's, and which are counted.
 */
uint64_t event_bytes(const char *event);

#endif
