/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the packets of CTF metadata, see metadata.h. */
#include <byteswap.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metadata.h"

#define MAGIC	0x75d11d57

/* Each fragment of CTF 2 metadata begins with it (RFC 7464, RS). */
#define RECORD_SEPARATOR	0x1e

/* As CTF 1.8 has it; sizes are in bits. */
struct header {
	uint32_t magic;
	uint8_t uuid[16];
	uint32_t checksum, content_size, packet_size;
	uint8_t compression, encryption, checksum_scheme, major, minor;
} __attribute__((packed));

static uint32_t native(uint32_t value, bool swapped)
{
	return swapped ? bswap_32(value) : value;
}

/* One packet and the room up to the next; false if it is not all there. */
static bool next_packet(FILE *file, bool swapped, long *at, long end)
{
	struct header header;
	uint32_t content, packet;

	if (fseek(file, *at, SEEK_SET) || fread(&header, sizeof(header), 1, file) != 1)
		return false;
	content = native(header.content_size, swapped);
	packet = native(header.packet_size, swapped);
	*at += packet / 8;
	return native(header.magic, swapped) == MAGIC && content <= packet &&
	       content / 8 >= sizeof(header) && *at <= end;
}

static bool packets_fit(FILE *file, bool swapped)
{
	long at = 0, end;

	if (fseek(file, 0, SEEK_END) || (end = ftell(file)) < 0)
		return false;
	while (at < end)
		if (!next_packet(file, swapped, &at, end))
			return false;
	return true;
}

/* Is it text of CTF 1.8?  It describes a trace in a block of that name. */
static bool is_unsigned_text(FILE *file)
{
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	rewind(file);
	for (int n = 0; n < 100 && !found && getline(&line, &room, file) > 0; n++)
		found = !strncmp(line, "trace {", 7);
	free(line);
	return found;
}

static enum lg_metadata look(FILE *file)
{
	static const char plain[] = "/* CTF 1";
	char start[sizeof(plain) - 1] = "";
	uint32_t magic;

	if (fread(start, sizeof(start), 1, file) != 1)
		return LG_METADATA_FOREIGN;
	if (!memcmp(start, plain, sizeof(start)))
		return LG_METADATA_WHOLE;
	if (start[0] == RECORD_SEPARATOR)
		return LG_METADATA_CTF2;
	memcpy(&magic, start, sizeof(magic));
	if (magic != MAGIC && bswap_32(magic) != MAGIC)
		return is_unsigned_text(file) ? LG_METADATA_UNSIGNED : LG_METADATA_FOREIGN;
	return packets_fit(file, magic != MAGIC) ? LG_METADATA_WHOLE : LG_METADATA_CUT;
}

enum lg_metadata lg_metadata_look(const char *folder)
{
	enum lg_metadata answer = LG_METADATA_FOREIGN;
	FILE *file = NULL;
	char *path;

	if (asprintf(&path, "%s/metadata", folder) >= 0) {
		file = fopen(path, "r");
		free(path);
	}
	if (file) {
		answer = look(file);
		fclose(file);
	}
	return answer;
}
