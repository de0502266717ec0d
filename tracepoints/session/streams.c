/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packet headers, from packet to packet. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/file.h"
#include "streams.h"

/*
 * LTTng does not align 8-byte fields on i386, so the header is packed.  discarded is an unsigned
 * long of the traced kernel.
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

/*
 * One packet; its size in bytes, or 0 if it is not one or does not lie within the
 * `left` bytes of the file: a full file system cuts a stream short silently.
 */
static uint64_t read_packet(FILE *file, uint64_t left, struct stream_loss *loss, uint64_t *bytes)
{
	struct packet_header header;
	uint64_t size;

	if (left < sizeof(header) || fread(&header, sizeof(header), 1, file) != 1)
		return 0;
	size = header.packet_bits / 8;
	if (header.magic != CTF_MAGIC || header.cpu >= STREAM_CPUS || size < sizeof(header) ||
	    size > left || header.content_bits > header.packet_bits ||
	    fseek(file, (long)(size - sizeof(header)), SEEK_CUR) < 0)
		return 0;
	*bytes += header.content_bits / 8;
	loss->discarded[header.cpu] = header.discarded;
	return size;
}

/* Every CPU's stream holds at least its marks, so none is empty. */
static bool read_stream(FILE *file, struct stream_loss *loss)
{
	uint64_t left, size, bytes = 0;
	struct stat status;

	if (fstat(fileno(file), &status) < 0 || !status.st_size)
		return false;
	for (left = (uint64_t)status.st_size; left; left -= size) {
		size = read_packet(file, left, loss, &bytes);
		if (!size)
			return false;
	}
	loss->cpus++;
	loss->bytes += bytes;
	if (bytes > loss->largest)
		loss->largest = bytes;
	return true;
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
	return good && loss->cpus;
}
