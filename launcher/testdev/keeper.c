/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper.c - the thread with whose end every process of a test device ends, see keeper.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "die.h"
#include "keeper.h"

#define KEEPER_PRIORITY	3

static pthread_t thread;
static unsigned int users;
static sem_t asked, answered;
static void (*called)(void *argument);	/* NULL: end */
static void *call_argument;

void take_priority(int priority)
{
	struct sched_param param = { .sched_priority = priority };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		die(END_REFUSED, "this test device needs SCHED_FIFO: %s: run as root",
		    strerror(errno));
}

static void wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore))
		;
}

/*
 * With descriptors of its own the keeper costs the Launcher's requests nothing: the kernel
 * looks a descriptor up without counting it only where no other thread could close it.
 */
static void *keep(void *unused)
{
	(void)unused;
	take_priority(KEEPER_PRIORITY);
	if (unshare(CLONE_FILES))
		die(END_REFUSED, "descriptors for a second thread: %s", strerror(errno));
	for (;;) {
		wait_for(&asked);
		if (!called)
			return NULL;
		called(call_argument);
		sem_post(&answered);
	}
}

/* Signals are the first thread's, whose LG_RUN they interrupt. */
void keeper_get(void)
{
	pthread_attr_t attributes;
	sigset_t all;
	int error;

	if (users++)
		return;
	sigfillset(&all);
	sem_init(&asked, 0, 0);
	sem_init(&answered, 0, 0);
	pthread_attr_init(&attributes);
	pthread_attr_setsigmask_np(&attributes, &all);
	error = pthread_create(&thread, &attributes, keep, NULL);
	if (error)
		die(END_REFUSED, "a second thread: %s", strerror(error));
	pthread_attr_destroy(&attributes);
}

void keeper_put(void)
{
	if (--users)
		return;
	called = NULL;
	sem_post(&asked);
	pthread_join(thread, NULL);
}

void keeper_call(void (*function)(void *argument), void *argument)
{
	called = function;
	call_argument = argument;
	sem_post(&asked);
	wait_for(&answered);
}

pid_t keeper_fork(int priority)
{
	pid_t parent = getpid(), child = fork();
	sigset_t none;

	if (child < 0)
		die(END_REFUSED, "another process: %s", strerror(errno));
	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(END_REFUSED);
	take_priority(priority);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return 0;
}
