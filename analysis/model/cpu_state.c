/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trace of states, see cpu_state.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "intern.h"
#include "cpu_state.h"

#define MAGIC		0xc1fc1fc1
#define MAX_CPUS	4096
#define EVENTS		4096		/* in a packet */

/* As the metadata below have it, little-endian and without gaps. */
struct event {
	uint64_t time;
	uint32_t cpu, guest;
	uint16_t variant;
	uint8_t world, state, number;	/* world and state: the same number */
} __attribute__((packed));

struct packet {
	uint32_t magic;
	uint64_t begin, end, content_bits, packet_bits;
	uint32_t cpu;
} __attribute__((packed));

struct lg_world_stream {
	FILE *out;
	uint64_t last;
	uint32_t n;
	struct event event[EVENTS];
};

static const char metadata[] =
	"/* CTF 1.8 */\n"
	"typealias integer { size = 8; align = 8; signed = false; } := u8;\n"
	"typealias integer { size = 16; align = 8; signed = false; } := u16;\n"
	"typealias integer { size = 32; align = 8; signed = false; } := u32;\n"
	"typealias integer { size = 64; align = 8; signed = false; } := u64;\n"
	"trace { major = 1; minor = 8; byte_order = le; packet.header := struct { u32 magic; }; "
	"};\n"
	"env { tracer_name = \"switchyard\"; };\n"
	"clock { name = tsc; freq = %" PRIu64 "; offset_s = %" PRIi64 "; offset = %" PRIu64 "; };\n"
	"typealias integer { size = 64; align = 8; signed = false; map = clock.tsc.value; } := "
	"time;\n"
	"stream {\n"
	"\tpacket.context := struct { time timestamp_begin; time timestamp_end; u64 content_size;\n"
	"\t\tu64 packet_size; u32 cpu_id; };\n"
	"\tevent.header := struct { time timestamp; };\n"
	"};\n"
	"event {\n"
	"\tname = \"lg_world\";\n"
	"\tfields := struct {\n"
	"\t\tu32 cpu; u32 guest;\n"
	"\t\tenum : u16 {";

static bool said(struct lg_cpu_states *states, bool good)
{
	states->failed |= !good;
	return good;
}

static FILE *open_file(const struct lg_cpu_states *states, const char *name)
{
	FILE *file = NULL;
	char *path;

	if (asprintf(&path, "%s/%s", states->folder, name) < 0)
		return NULL;
	file = fopen(path, "w");
	free(path);
	return file;
}

bool lg_cpu_states_open(struct lg_cpu_states *states, const char *folder)
{
	states->folder = strdup(folder);
	states->made = states->folder && !mkdir(folder, 0777);
	return said(states, states->made);
}

static bool flush(struct lg_world_stream *stream)
{
	struct packet packet = { .magic = MAGIC };
	size_t bytes = stream->n * sizeof(struct event);
	bool good;

	if (!stream->n)
		return true;
	packet.begin = stream->event[0].time;
	packet.end = stream->last;
	packet.content_bits = packet.packet_bits = 8 * (sizeof(packet) + bytes);
	packet.cpu = stream->event[0].cpu;
	good = fwrite(&packet, sizeof(packet), 1, stream->out) == 1 &&
	       fwrite(stream->event, bytes, 1, stream->out) == 1;
	stream->n = 0;
	return good;
}

static bool make_room(struct lg_cpu_states *states, uint32_t cpu)
{
	struct lg_world_stream **streams;

	if (cpu < states->n_streams)
		return true;
	streams = cpu < MAX_CPUS ? realloc(states->streams, (cpu + 1) * sizeof(*streams)) : NULL;
	if (!streams)
		return false;
	memset(streams + states->n_streams, 0, (cpu + 1 - states->n_streams) * sizeof(*streams));
	states->streams = streams;
	states->n_streams = cpu + 1;
	return true;
}

static struct lg_world_stream *stream_of(struct lg_cpu_states *states, uint32_t cpu)
{
	struct lg_world_stream *stream;
	char name[24];

	if (!make_room(states, cpu))
		return NULL;
	if (states->streams[cpu])
		return states->streams[cpu];
	snprintf(name, sizeof(name), "cpu_%u", cpu);
	stream = calloc(1, sizeof(*stream));
	if (stream && !(stream->out = open_file(states, name))) {
		free(stream);
		stream = NULL;
	}
	return states->streams[cpu] = stream;
}

/* Time never goes back in a stream, whatever a damaged recording says. */
static void change(struct lg_cpu_states *states, struct lg_world_stream *stream,
		   const struct lg_pair *pair, enum lg_world world, uint64_t time)
{
	const struct lg_event *exit = &pair->exit;

	if (time < stream->last)
		time = stream->last;
	stream->last = time;
	states->seen[exit->variant] = true;
	stream->event[stream->n++] = (struct event){
		time, exit->cpu, exit->guest, exit->variant, world, world,
		exit->exit.number,
	};
	if (stream->n == EVENTS)
		said(states, flush(stream));
}

void lg_cpu_states_pair(const struct lg_pair *pair, void *arg)
{
	uint64_t call = pair->exit.exit.tsc_call, from, to;
	struct lg_cpu_states *states = arg;
	struct lg_world_stream *stream;

	if (states->failed || !pair->has_trip)
		return;
	stream = stream_of(states, pair->exit.cpu);
	if (!said(states, stream))
		return;
	if (!stream->last && pair->has_entry)
		change(states, stream, pair, LG_HOST, call - pair->entry);
	if (lg_breakdown_guest(&pair->breakdown, &from, &to)) {
		change(states, stream, pair, LG_SWITCHER, call);
		change(states, stream, pair, LG_GUEST, call + from);
		change(states, stream, pair, LG_SWITCHER, call + to);
	} else {
		change(states, stream, pair, LG_SWITCHER_OR_GUEST, call);
	}
	change(states, stream, pair, LG_HOST, pair->exit.exit.tsc_back);
}

static bool write_metadata(const struct lg_cpu_states *states)
{
	FILE *out = open_file(states, "metadata");
	bool good;

	if (!out)
		return false;
	fprintf(out, metadata, states->frequency ? states->frequency : 1000000000,
		states->offset_s, states->offset);
	for (uint32_t i = 0, n = 0; i < states->names->n; i++)
		if (states->seen[i])
			fprintf(out, "%s \"%s\" = %u", n++ ? "," : "",
				lg_name_of(states->names, (uint16_t)i), i);
	fprintf(out,
		" } _variant;\n\t\tenum : u8 { \"Host\" = %d, \"Switcher\" = %d, \"Guest\" = %d,"
		" \"Switcher or Guest\" = %d } world;\n\t\tu8 state; u8 number;\n\t};\n};\n",
		LG_HOST,
		LG_SWITCHER, LG_GUEST, LG_SWITCHER_OR_GUEST);
	good = !ferror(out);
	return !fclose(out) && good;
}

bool lg_cpu_states_end(struct lg_cpu_states *states)
{
	bool any = false;

	for (uint32_t i = 0; i < states->n_streams; i++) {
		struct lg_world_stream *stream = states->streams[i];

		if (!stream)
			continue;
		any = true;
		said(states, flush(stream) && !fflush(stream->out));
	}
	errno = any ? errno : ENODATA;
	return said(states, any) && !states->failed && write_metadata(states);
}

static void remove_file(const struct lg_cpu_states *states, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", states->folder, name) < 0)
		return;
	unlink(path);
	free(path);
}

/* Remove the folder if it was not renamed meanwhile. */
void lg_cpu_states_free(struct lg_cpu_states *states)
{
	while (states->n_streams) {
		struct lg_world_stream *stream = states->streams[--states->n_streams];
		char name[24];

		if (!stream)
			continue;
		fclose(stream->out);
		snprintf(name, sizeof(name), "cpu_%u", states->n_streams);
		remove_file(states, name);
		free(stream);
	}
	if (states->made) {
		remove_file(states, "metadata");
		rmdir(states->folder);
	}
	free(states->streams);
	free(states->folder);
	states->streams = NULL;
	states->folder = NULL;
}
