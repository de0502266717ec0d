/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:623 Packet headers, from packet to packet. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "streams.h"

/*
 * LTTng writes 8-byte fields unaligned on i386 (no alignment there is worth
 * more than a byte), so the header is packed.  discarded is an unsigned long of
 * the traced kernel.
 */
struct packet_header {
	uint32_t magic;
	uint8_t uuid[16];
	uint32_t stream_id;
	uint64_t stream_instance;
	uint64_t begin, end;
	uint64_t content_bits, packet_bits;
	uint64_t sequence;
	uint32_t discarded;
	uint32_t cpu;
} __attribute__((packed));
_Static_assert(sizeof(struct packet_header) == 80, "packet header of a 32-bit kernel");

#define CTF_MAGIC 0xc1fc1fc1u

static bool read_stream(FILE *file, struct stream_loss *loss)
{
	struct packet_header header;
	uint64_t bytes = 0;

	while (fread(&header, sizeof(header), 1, file) == 1) {
		if (header.magic != CTF_MAGIC || header.cpu >= STREAM_CPUS ||
		    header.packet_bits < sizeof(header) * 8 ||
		    header.content_bits > header.packet_bits)
			return false;
		bytes += header.content_bits / 8;
		loss->discarded[header.cpu] = header.discarded;
		if (fseek(file, (long)(header.packet_bits / 8 - sizeof(header)), SEEK_CUR) < 0)
			return false;
	}
	loss->cpus++;
	loss->bytes += bytes;
	if (bytes > loss->largest)
		loss->largest = bytes;
	return !ferror(file);
}

bool streams_loss(const char *folder, const char *channel, struct stream_loss *loss)
{
	size_t length = strlen(channel);
	DIR *entries = opendir(folder);
	struct dirent *entry;
	bool good = entries != NULL;

	memset(loss, 0, sizeof(*loss));
	while (good && (entry = readdir(entries))) {
		char *path;
		FILE *file;

		if (strncmp(entry->d_name, channel, length) || entry->d_name[length] != '_')
			continue;
		path = text("%s/%s", folder, entry->d_name);
		file = fopen(path, "r");
		good = file && read_stream(file, loss);
		if (file)
			fclose(file);
		free(path);
	}
	if (entries)
		closedir(entries);
	return good;
}
