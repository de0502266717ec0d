/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the packet headers of a kernel trace.  LTTng counts lost events for each channel; the
 * count of each CPU is only in the last packet of its stream.
 */
#ifndef SESSION_STREAMS_H
#define SESSION_STREAMS_H

#include <stdbool.h>
#include <stdint.h>

enum { STREAM_CPUS = 64 };

struct stream_loss {
	uint64_t bytes;				/* of event data, all CPUs */
	uint64_t largest;			/* of one CPU's stream */
	unsigned int cpus;			/* streams found */
	uint64_t discarded[STREAM_CPUS];	/* by CPU number */
};

/*
 * Read the streams "CHANNEL_N" of a folder written by a 32-bit kernel.  False
 * if a file is not such a stream, or is cut short.
 */
bool streams_loss(const char *folder, const char *channel, struct stream_loss *loss);

#endif
