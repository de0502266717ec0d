/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * programs.c - whole programs, and devices.
 *
 * workload: gzip; file; 64 KiB of text compressed by busybox
 * workload: tcc; file; a C file of 200 functions compiled by tcc
 * workload: disk; MiB; 1 MiB read from the virtio disk, past the page cache
 * workload: tcp; round trip; a byte to a TCP echo service and back
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

static bool in_guest(void)
{
	return !strcmp(own_path(), "/workloads");
}

/* A file beside this program; NULL: it is not there. */
static char *beside(const char *name)
{
	static char path[256];
	const char *slash = strrchr(own_path(), '/');

	if (!slash || slash - own_path() > 200)
		return NULL;
	snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - own_path()), own_path(), name);
	return access(path, F_OK) ? NULL : path;
}

/* Beside this program, or where a Guest has it. */
static char *busybox(void)
{
	return in_guest() && !access("/bin/busybox", X_OK) ? "/bin/busybox" : beside("busybox");
}

static bool shell(const char *line)
{
	char *argv[] = { busybox(), "sh", "-c", (char *)line, NULL };

	return argv[0] && run_program(argv, "/dev/null");
}

#define TEXT	SCRATCH "/text"

/* Words drawn from a few, so that it compresses as text does. */
static bool begin_gzip(void)
{
	static const char *const words[] = {
		"the", "Guest", "switches", "to", "its", "Host", "and", "back", "a", "page",
		"fault", "is", "filled", "in", "by", "an", "interrupt", "of", "timer", "register",
	};
	enum { WORDS = sizeof(words) / sizeof(*words), BYTES = 64 << 10 };
	static char text[BYTES + 32];
	uint32_t random = 1;
	size_t n = 0;
	int fd;

	while (n < BYTES) {
		random = random * 1664525 + 1013904223;
		n = stpcpy(text + n, words[(random >> 24) % WORDS]) - text;
		text[n++] = random >> 20 & 7 ? ' ' : '\n';
	}
	fd = open(TEXT, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0 && write(fd, text, BYTES) == BYTES, TEXT);
	close(fd);
	return busybox();
}

static void do_gzip(void)
{
	char *argv[] = { busybox(), "gzip", "-c", TEXT, NULL };

	must(run_program(argv, "/dev/null"), "gzip");
}

static void end_gzip(void)
{
	unlink(TEXT);
}
WORKLOAD(gzip, .samples = 3, .warmup = 1, .begin = begin_gzip, .once = do_gzip, .end = end_gzip)

#define PROGRAMS	SCRATCH "/programs"
#define SOURCE		SCRATCH "/source.c"
#define OBJECT		SCRATCH "/object.o"

/* Real programs with their libraries: on a Guest's disk, else beside this program. */
static bool have_programs(void)
{
	char line[400];
	const char *from = in_guest() ? "/mnt/programs" : beside("programs");

	if (!from)
		return false;
	snprintf(line, sizeof(line), "%s cp -r %s " SCRATCH " && chmod +x " PROGRAMS "/*%s",
		 in_guest() ? "mkdir -p /mnt && mount -o ro /dev/vda /mnt &&" : "", from,
		 in_guest() ? "; umount /mnt" : "");
	return shell(line) && !access(PROGRAMS "/tcc", X_OK);
}

static bool begin_tcc(void)
{
	FILE *source;

	if (!have_programs())
		return false;
	source = fopen(SOURCE, "w");
	must(source, SOURCE);
	for (int i = 0; i < 200; i++)
		fprintf(source,
			"struct pair%d { int a, b; };\n"
			"static int f%d(struct pair%d *p, int n)\n"
			"{\n"
			"\tint sum = %d;\n"
			"\n"
			"\tfor (int i = 0; i < n; i++)\n"
			"\t\tif (p[i].a > p[i].b)\n"
			"\t\t\tsum += p[i].a * i;\n"
			"\t\telse\n"
			"\t\t\tsum -= p[i].b %% (i + 1);\n"
			"\treturn sum;\n"
			"}\n"
			"int g%d(void *p) { return f%d(p, %d); }\n\n", i, i, i, i * 7, i, i, i + 1);
	must(!fclose(source), SOURCE);
	return true;
}

static void do_tcc(void)
{
	static char *argv[] = {
		PROGRAMS "/ld-linux.so.2", "--library-path", PROGRAMS, PROGRAMS "/tcc",
		"-nostdinc", "-c", SOURCE, "-o", OBJECT, NULL,
	};

	must(run_program(argv, "/dev/null"), "tcc");
}

static void end_tcc(void)
{
	unlink(SOURCE);
	unlink(OBJECT);
	must(shell("rm -r " PROGRAMS), PROGRAMS);
}
WORKLOAD(tcc, .samples = 3, .warmup = 1, .begin = begin_tcc, .once = do_tcc, .end = end_tcc)

enum { MEBIBYTE = 1 << 20, MEBIBYTES = 16 };
static int disk = -1;
static void *block;
static unsigned int next_mebibyte;

/* A Guest's disk alone: that of the Host's kernel is the emulator's, which takes real time. */
static bool begin_disk(void)
{
	if (!in_guest())
		return false;
	disk = open("/dev/vda", O_RDONLY | O_DIRECT | O_CLOEXEC);
	return disk >= 0 && !posix_memalign(&block, PAGE, MEBIBYTE);
}

static void do_disk(void)
{
	off_t from = (off_t)(next_mebibyte++ % MEBIBYTES) * MEBIBYTE;

	must(pread(disk, block, MEBIBYTE, from) == MEBIBYTE, "/dev/vda");
}

static void end_disk(void)
{
	close(disk);
	free(block);
}
WORKLOAD(disk, .samples = 16, .warmup = 2, .begin = begin_disk, .once = do_disk, .end = end_disk)

static int echo = -1;
static pid_t server;

static int listen_here(struct sockaddr_in *address)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	must(fd >= 0 && !bind(fd, (struct sockaddr *)address, sizeof(*address)) && !listen(fd, 1),
	     "an echo service");
	return fd;
}

/* For one connection. */
static void serve(int listening)
{
	int fd = accept(listening, NULL, NULL), one = 1;
	char c;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	while (read(fd, &c, 1) == 1 && write(fd, &c, 1) == 1)
		;
	_exit(0);
}

/* Without a network card the service is a process beside this one. */
static void own_server(struct sockaddr_in *address)
{
	int listening;

	inet_pton(AF_INET, "127.0.0.1", &address->sin_addr);
	address->sin_port = htons(7007);
	must(shell("ip link set lo up"), "lo");
	listening = listen_here(address);
	server = fork();
	must(server >= 0, "fork");
	if (!server)
		serve(listening);
	close(listening);
}

static bool begin_tcp(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(7) };
	int one = 1;

	inet_pton(AF_INET, "10.0.2.4", &address.sin_addr);
	server = 0;
	if (access("/sys/class/net/eth0", F_OK))
		own_server(&address);
	else
		must(shell("ip link set eth0 up && ip addr add 10.0.2.15/24 dev eth0"), "eth0");
	echo = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(echo >= 0 && !connect(echo, (struct sockaddr *)&address, sizeof(address)),
	     "the echo service");
	setsockopt(echo, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return true;
}

static void do_tcp(void)
{
	char c = 0;

	must(write(echo, &c, 1) == 1 && read(echo, &c, 1) == 1, "the echo service");
}

static void end_tcp(void)
{
	close(echo);
	if (server)
		waitpid(server, NULL, 0);
}
WORKLOAD(tcp, .samples = 30, .warmup = 3, .begin = begin_tcp, .once = do_tcp, .end = end_tcp)
