/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * second.c - the Launcher's second thread, see second.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "second.h"

static pthread_t thread;
static bool running;
static volatile bool stop;

void second_start(void *(*function)(void *), void *argument)
{
	int error = running ? EBUSY : pthread_create(&thread, NULL, function, argument);

	if (error)
		die(END_FAILED, "a second thread: %s", strerror(error));
	running = true;
}

void second_keep_apart(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t other;
	int error;

	if (cpus < 2)
		die(END_REFUSED, "a second thread needs a CPU of its own");
	CPU_ZERO(&other);
	CPU_SET((sched_getcpu() + 1) % cpus, &other);
	error = pthread_setaffinity_np(thread, sizeof(other), &other);
	if (error)
		die(END_FAILED, "a thread on another CPU: %s", strerror(error));
}

bool second_goes_on(void)
{
	return !stop;
}

void second_stop(void)
{
	stop = true;
	if (running)
		pthread_join(thread, NULL);
	running = stop = false;
}
