/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of trace-cmd's, see trace_dat.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"
#include "event_size.h"
#include "trace_dat.h"

#define TRACEFS "/sys/kernel/tracing"
#define PAGE_BYTES 4096

/* Numbers of options in trace-cmd.dat(5). */
enum { OPTION_END, OPTION_BUFFER = 3, OPTION_CLOCK = 4 };

/* Little-endian, as the file says it is. */
static void put_number(FILE *to, uint64_t value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		fputc(value >> (8 * i) & 0xff, to);
}

static void put_string(FILE *to, const char *string)
{
	fwrite(string, 1, strlen(string) + 1, to);
}

static void put_number_at(FILE *to, long at, uint64_t value, unsigned int bytes)
{
	fseek(to, at, SEEK_SET);
	put_number(to, value, bytes);
	fseek(to, 0, SEEK_END);
}

/* A buffer's file ends where it would have to wait. */
static bool copy(const char *path, FILE *to)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char page[PAGE_BYTES];
	bool good;
	ssize_t n = -1;

	while (fd >= 0 && (n = read(fd, page, sizeof(page))) > 0)
		fwrite(page, 1, n, to);
	good = n == 0 || (fd >= 0 && errno == EAGAIN);
	if (fd >= 0)
		close(fd);
	return good;
}

/* The length of a file of tracefs, in so many bytes, and the file. */
static bool put_file(FILE *to, const char *path, unsigned int bytes)
{
	long at = ftell(to);
	bool good;

	put_number(to, 0, bytes);
	good = copy(path, to);
	put_number_at(to, at, ftell(to) - at - bytes, bytes);
	return good;
}

static bool put_headers(FILE *to)
{
	fwrite("\x17\x08\x44tracing", 1, 10, to);
	put_string(to, "6");
	put_number(to, 0, 1);			/* little-endian */
	put_number(to, sizeof(long), 1);
	put_number(to, PAGE_BYTES, 4);
	put_string(to, "header_page");
	if (!put_file(to, TRACEFS "/events/header_page", 8))
		return false;
	put_string(to, "header_event");
	return put_file(to, TRACEFS "/events/header_event", 8);
}

/* An event as the only one of its system; a system may occur again. */
static bool put_event(FILE *to, const char *event)
{
	char *folder = event_folder(event), *path = text(TRACEFS "/%s/format", folder);
	char *system = folder + strlen("events/");
	bool good;

	*strchr(system, '/') = '\0';
	put_string(to, system);
	put_number(to, 1, 4);
	good = put_file(to, path, 8);
	free(path);
	free(folder);
	return good;
}

static bool put_events(FILE *to, const char *const *events)
{
	bool good = true;
	uint32_t n = 0;

	while (events[n])
		n++;
	put_number(to, 0, 4);			/* no formats of ftrace's own tracers */
	put_number(to, n, 4);
	for (uint32_t i = 0; good && i < n; i++)
		good = put_event(to, events[i]);
	return good;
}

/* No symbols and no printk formats, which no event of ours refers to; names of tasks. */
static bool put_names(FILE *to)
{
	put_number(to, 0, 4);
	put_number(to, 0, 4);
	return put_file(to, TRACEFS "/saved_cmdlines", 8);
}

/* Answers where the place of the second instance's buffers must be written. */
static bool put_options(FILE *to, const struct trace_dat *dat, long *second_at)
{
	char *clock = text("%s/trace_clock", dat->instance);
	bool good;

	put_string(to, "options  ");
	put_number(to, OPTION_CLOCK, 2);
	good = put_file(to, clock, 4);
	put_number(to, OPTION_BUFFER, 2);
	put_number(to, 8 + strlen(dat->second_name) + 1, 4);
	*second_at = ftell(to);
	put_number(to, 0, 8);
	put_string(to, dat->second_name);
	put_number(to, OPTION_END, 2);
	free(clock);
	return good;
}

/* Buffers begin at a page, so that a reader can map them. */
static bool put_buffer(FILE *to, const char *instance, unsigned int cpu, long entry)
{
	char *path = text("%s/per_cpu/cpu%u/trace_pipe_raw", instance, cpu);
	bool good;
	long at;

	while (ftell(to) % PAGE_BYTES)
		fputc(0, to);
	at = ftell(to);
	good = copy(path, to);
	put_number_at(to, entry, at, 8);
	put_number_at(to, entry + 8, ftell(to) - at, 8);
	free(path);
	return good;
}

/* A table of place and length by CPU, then the buffers. */
static bool put_buffers(FILE *to, const char *instance, unsigned int cpus)
{
	bool good = true;
	long table;

	put_string(to, "flyrecord");
	table = ftell(to);
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		put_number(to, 0, 8);
		put_number(to, 0, 8);
	}
	for (unsigned int cpu = 0; good && cpu < cpus; cpu++)
		good = put_buffer(to, instance, cpu, table + 16 * cpu);
	return good;
}

bool trace_dat_write(const struct trace_dat *dat, FILE *to)
{
	long second_at;

	if (!put_headers(to) || !put_events(to, dat->events) || !put_names(to))
		return false;
	put_number(to, dat->cpus, 4);
	if (!put_options(to, dat, &second_at) || !put_buffers(to, dat->instance, dat->cpus))
		return false;
	put_number_at(to, second_at, ftell(to), 8);
	return put_buffers(to, dat->second, dat->cpus);
}
