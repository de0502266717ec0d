/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * companions.c - more Guests beside this one on its CPU, and turns among them.
 *
 * A Guest asks for so many companions: Launchers started as this one was, with the word
 * companion=1 at the end of the Guest's command line, which take turns until they are
 * ended.  All then run under SCHED_FIFO at one priority, where sched_yield() goes to the
 * next in the queue and nowhere else, so each turn of one Guest is one turn of every other.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "die.h"
#include "keeper.h"
#include "lg/ports.h"

#define MOST_COMPANIONS	15
#define MOST_WORDS	64
#define PRIORITY	1
#define READY_VARIABLE	"LG_COMPANION_READY"	/* a descriptor: write to it at the first turn */

struct companions {
	pid_t pid[MOST_COMPANIONS];
	unsigned int n;
	bool kept;			/* by the keeper */
	bool had_turn;			/* this is one, and has reported its first turn */
};

static struct companions companions;

static void end_companions(void)
{
	if (!companions.n)
		return;
	for (unsigned int i = 0; i < companions.n; i++)
		kill(companions.pid[i], SIGTERM);
	for (unsigned int i = 0; i < companions.n; i++)
		waitpid(companions.pid[i], NULL, 0);
	companions.n = 0;
}

/* The words this Launcher was started with, and one more. */
static void words_again(char *words[MOST_WORDS])
{
	static char text[8192];
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC), n = 0;
	ssize_t bytes = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	for (ssize_t i = 0; i < bytes && n < MOST_WORDS - 2; i += strlen(text + i) + 1)
		words[n++] = text + i;
	words[n++] = "companion=1";
	words[n] = NULL;
}

static void become_companion(int ready)
{
	char *words[MOST_WORDS], number[16];

	snprintf(number, sizeof(number), "%d", ready);
	setenv(READY_VARIABLE, number, 1);
	words_again(words);
	execv("/proc/self/exe", words);
	_exit(127);
}

/* Start one more, in the keeper's thread; returns when it has had its first turn. */
static void add_companion(void *unused)
{
	int ready[2];
	char byte;

	(void)unused;
	if (pipe(ready))
		die(END_REFUSED, "a pipe to a companion: %s", strerror(errno));
	companions.pid[companions.n] = keeper_fork(PRIORITY);
	if (!companions.pid[companions.n]) {
		close(ready[0]);
		become_companion(ready[1]);
	}
	companions.n++;
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		die(END_REFUSED, "a companion ended before its first turn");
	close(ready[0]);
}

static void stop_companion(pid_t companion)
{
	int status;

	if (kill(companion, SIGSTOP) || waitpid(companion, &status, WUNTRACED) != companion ||
	    !WIFSTOPPED(status))
		die(END_REFUSED, "a companion ended before its time");
}

/*
 * Let the rest of the machine run.  Companions never sleep, so the kernel's own threads
 * starve beside them; if starting them has left a softirq to its thread, every system call
 * that uses the FPU would look for it anew, 90 instructions a turn.
 */
static void rest(void)
{
	for (unsigned int i = 0; i < companions.n; i++)
		stop_companion(companions.pid[i]);
	usleep(10000);
	for (unsigned int i = 0; i < companions.n; i++)
		kill(companions.pid[i], SIGCONT);
}

/* The keeper is kept from the first request to the end of the Guest's life. */
static void begin(struct companions *c)
{
	static bool registered;

	if (c->kept)
		return;
	if (!registered)
		atexit(end_companions);
	registered = c->kept = true;
	keeper_get();
}

static void ask_for_companions(struct companions *c, uint32_t wanted)
{
	/* A companion must not ask for companions of its own. */
	if (c->had_turn || getenv(READY_VARIABLE))
		die(END_REFUSED, "a companion asked for companions: only the first Guest has any");
	if (wanted > MOST_COMPANIONS)
		die(END_FAILED, "the Guest asked for %u companions: %u at most", wanted,
		    MOST_COMPANIONS);
	take_priority(PRIORITY);
	begin(c);
	if (wanted < c->n)
		end_companions();
	while (c->n < wanted)
		keeper_call(add_companion, NULL);
	rest();
}

static void take_turn(struct companions *c)
{
	const char *ready = getenv(READY_VARIABLE);

	if (ready) {
		if (write(atoi(ready), "", 1) != 1)
			die(END_REFUSED, "the first Guest of these companions is gone");
		close(atoi(ready));
		unsetenv(READY_VARIABLE);
		c->had_turn = true;
	}
	sched_yield();
}

static void companions_out(struct machine *m, void *context, uint32_t value)
{
	if (m->run.port.port == PORT_TURN)
		take_turn(context);
	else
		ask_for_companions(context, value & 0xff);
}

static void life_ended(struct machine *m, void *context, int end)
{
	struct companions *c = context;

	(void)m, (void)end;
	end_companions();
	if (c->kept)
		keeper_put();
	c->kept = false;
}

static struct device companions_ports = {
	.name = "companions", .first = PORT_COMPANIONS, .count = 2, .context = &companions,
	.out = companions_out, .life_ended = life_ended,
};
TEST_DEVICE(companions_ports)
