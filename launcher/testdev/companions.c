/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:085
 * companions.c - more Guests beside this one on its CPU, and turns among them.
 *
 * A Guest asks for so many companions: Launchers started as this one was, with the word
 * companion=1 at the end of the Guest's command line, which take turns until they are
 * ended.  All then run under SCHED_FIFO at one priority, where sched_yield() goes to the
 * next in the queue and nowhere else, so each turn of one Guest is one turn of every other.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "die.h"
#include "lg/ports.h"

#define MOST_COMPANIONS	15
#define MOST_WORDS	64
#define READY_VARIABLE	"LG_COMPANION_READY"	/* a descriptor: write to it at the first turn */

static pid_t companion[MOST_COMPANIONS];
static unsigned int n_companions;
static bool had_turn;			/* this is one, and has told so */

static void end_companions(void)
{
	for (unsigned int i = 0; i < n_companions; i++)
		kill(companion[i], SIGTERM);
	for (unsigned int i = 0; i < n_companions; i++)
		waitpid(companion[i], NULL, 0);
	n_companions = 0;
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

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	snprintf(number, sizeof(number), "%d", ready);
	setenv(READY_VARIABLE, number, 1);
	words_again(words);
	execv("/proc/self/exe", words);
	_exit(127);
}

/* One more; back when it has had its first turn. */
static void add_companion(void)
{
	int ready[2];
	char byte;

	if (pipe(ready))
		die(END_REFUSED, "a pipe to a companion: %s", strerror(errno));
	companion[n_companions] = fork();
	if (companion[n_companions] < 0)
		die(END_REFUSED, "a companion: %s", strerror(errno));
	if (!companion[n_companions]) {
		close(ready[0]);
		become_companion(ready[1]);
	}
	n_companions++;
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
	for (unsigned int i = 0; i < n_companions; i++)
		stop_companion(companion[i]);
	usleep(10000);
	for (unsigned int i = 0; i < n_companions; i++)
		kill(companion[i], SIGCONT);
}

static void ask_for_companions(uint32_t wanted)
{
	struct sched_param priority = { .sched_priority = 1 };

	/* Each would ask as this one did, without end. */
	if (had_turn || getenv(READY_VARIABLE))
		die(END_REFUSED, "a companion asked for companions: only the first Guest has any");
	if (wanted > MOST_COMPANIONS)
		die(END_FAILED, "the Guest asked for %u companions: %u at most", wanted,
		    MOST_COMPANIONS);
	if (sched_setscheduler(0, SCHED_FIFO, &priority))
		die(END_REFUSED, "turns need SCHED_FIFO: %s: run as root", strerror(errno));
	if (!n_companions)
		atexit(end_companions);
	if (wanted < n_companions)
		end_companions();
	while (n_companions < wanted)
		add_companion();
	rest();
}

static void take_turn(void)
{
	const char *ready = getenv(READY_VARIABLE);

	if (ready) {
		if (write(atoi(ready), "", 1) != 1)
			die(END_REFUSED, "the first Guest of these companions is gone");
		close(atoi(ready));
		unsetenv(READY_VARIABLE);
		had_turn = true;
	}
	sched_yield();
}

static void companions_out(struct machine *m, void *context, uint32_t value)
{
	(void)context;
	if (m->run.port.port == PORT_TURN)
		take_turn();
	else
		ask_for_companions(value & 0xff);
}

static struct device companions = {
	.name = "companions", .first = PORT_COMPANIONS, .count = 2, .out = companions_out,
};
TEST_DEVICE(companions)
