/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * processes.c - processes and threads, and switches between them.
 *
 * workload: fork_exit; process; fork, exit and wait
 * workload: fork_exec; process; fork, exec of a static program, exit and wait
 * workload: thread; thread; a thread made and joined
 * workload: pipe; round trip; a byte to another process through a pipe and back through a second
 * workload: switch_8; round; a token passed once around 8 processes through pipes
 * workload: switch_16; round; the same with 16 processes
 * workload: switch_2_64k; round; a token around 2 processes, each of which reads 64 KiB of its own
 * workload: switch_8_64k; round; the same with 8 processes
 * workload: switch_16_64k; round; the same with 16 processes
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

static void finish(pid_t child)
{
	must(child > 0, "fork");
	must(waitpid(child, NULL, 0) == child, "wait");
}

static void do_fork_exit(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	finish(child);
}
WORKLOAD(fork_exit, .samples = 30, .warmup = 3, .once = do_fork_exit)

static void do_fork_exec(void)
{
	pid_t child = fork();

	if (!child) {
		execl(own_path(), own_path(), "--nothing", NULL);
		_exit(127);
	}
	finish(child);
}
WORKLOAD(fork_exec, .samples = 30, .warmup = 3, .once = do_fork_exec)

static void *no_work(void *argument)
{
	return argument;
}

static void do_thread(void)
{
	pthread_t thread;

	must(!pthread_create(&thread, NULL, no_work, NULL), "a thread");
	pthread_join(thread, NULL);
}
WORKLOAD(thread, .samples = 50, .warmup = 3, .once = do_thread)

/* A ring of processes of which this one is the first: each has the pipe that it reads from. */
enum { MOST = 16, FOOTPRINT = 64 << 10 };
static int link_to[MOST][2];
static pid_t others[MOST];
static unsigned int members;
static bool big;
static unsigned char footprint[FOOTPRINT];
static volatile unsigned int sum;

static void read_footprint(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; big && i < FOOTPRINT; i += 64)
		n += footprint[i];
	sum = n;
}

static bool pass(unsigned int from, unsigned int to)
{
	char token;

	if (read(link_to[from][0], &token, 1) != 1)
		return false;
	read_footprint();
	return write(link_to[to][1], &token, 1) == 1;
}

static void close_links(unsigned int keep_in, unsigned int keep_out)
{
	for (unsigned int i = 0; i < members; i++) {
		if (i != keep_in)
			close(link_to[i][0]);
		if (i != keep_out)
			close(link_to[i][1]);
	}
}

static void be_member(unsigned int number)
{
	unsigned int next = (number + 1) % members;

	memset(footprint, (int)number, sizeof(footprint));
	close_links(number, next);
	while (pass(number, next))
		;
	_exit(0);
}

static bool begin_ring(unsigned int n, bool with_footprint)
{
	members = n;
	big = with_footprint;
	memset(footprint, 1, sizeof(footprint));
	for (unsigned int i = 0; i < n; i++)
		must(!pipe(link_to[i]), "a pipe");
	for (unsigned int i = 1; i < n; i++) {
		others[i] = fork();
		must(others[i] >= 0, "fork");
		if (!others[i])
			be_member(i);
	}
	close_links(0, 1);
	return true;
}

static void go_round(void)
{
	char token = 0;

	must(write(link_to[1][1], &token, 1) == 1, "the token");
	must(read(link_to[0][0], &token, 1) == 1, "the token");
	read_footprint();
}

static void end_ring(void)
{
	close(link_to[1][1]);
	close(link_to[0][0]);
	for (unsigned int i = 1; i < members; i++)
		waitpid(others[i], NULL, 0);
}

#define RING(id, n, with_footprint)						\
	static bool begin_##id(void)						\
	{									\
		return begin_ring(n, with_footprint);				\
	}									\
	WORKLOAD(id, .samples = 50, .warmup = 5, .begin = begin_##id,		\
		 .once = go_round, .end = end_ring)

RING(pipe, 2, false)
RING(switch_8, 8, false)
RING(switch_16, 16, false)
RING(switch_2_64k, 2, true)
RING(switch_8_64k, 8, true)
RING(switch_16_64k, 16, true)
