/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where tracefs has an event, and the size of the event. */
#ifndef SESSION_EVENT_SIZE_H
#define SESSION_EVENT_SIZE_H

#include <stdint.h>
#include <stdio.h>

/* "events/lg/lg_exit", below an instance of tracefs.  To be freed. */
char *event_folder(const char *event);

/* The end of the last field in an event's file `format`; 0 if it has none. */
uint64_t event_format_bytes(FILE *format);

/*
 * Bytes of one event in a buffer, without the content of an array of variable length; 0, after an
 * error message, if tracefs does not have it.  ftrace's common fields are counted: a recorder's
 * own header takes about as much.
 */
uint64_t event_bytes(const char *event);

#endif
