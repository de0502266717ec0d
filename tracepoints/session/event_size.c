/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes of events, see event_size.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "event_size.h"
#include "util/file.h"
#include "util/message.h"

#define TRACEFS "/sys/kernel/tracing"

/* Our events are in the system `lg`, the kernel's own in one that their name begins with. */
char *event_folder(const char *event)
{
	const char *system = !strncmp(event, "lg_", 3) ? "lg" :
			     !strncmp(event, "irq_", 4) ? "irq" : "sched";

	return text("events/%s/%s", system, event);
}

uint64_t event_format_bytes(FILE *format)
{
	uint64_t offset, size, end = 0;
	char line[512];

	while (fgets(line, sizeof(line), format)) {
		const char *at = strstr(line, "\toffset:");

		if (at && sscanf(at, "\toffset:%" SCNu64 ";\tsize:%" SCNu64 ";", &offset,
				 &size) == 2 &&
		    offset + size > end)
			end = offset + size;
	}
	return end;
}

uint64_t event_bytes(const char *event)
{
	char *folder = event_folder(event), *path = text(TRACEFS "/%s/format", folder);
	FILE *file = fopen(path, "r");
	uint64_t bytes = 0;

	if (!file)
		message_error("cannot read '%s': %s; mount tracefs at "
			      "" TRACEFS ", or say --buffer SIZE",
			      path, strerror(errno));
	else if (!(bytes = event_format_bytes(file)))
		message_error("'%s' names no field: say --buffer SIZE", path);
	if (file)
		fclose(file);
	free(path);
	free(folder);
	return bytes;
}
