/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * limits.c - `device limits WHERE PROGRAM [ARG...]`: a Launcher whose CPU time is limited (R16).
 * The kernel looks at such limits in the tick and acts on the way back to user space, which a
 * Launcher whose Guest never ends takes only if the Host sends it there.  PROGRAM is run
 * once with each limit and must die of its signal, soon.
 *
 * WHERE is `inside` for a Guest that never leaves LG_RUN: its time is the kernel's, as that of
 * any system call.  It is `outside` for one that leaves: then the Launcher has user time too, the
 * only kind that ITIMER_VIRTUAL counts.
 */
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

/* A second of CPU time, of which it may take so many before it is gone: where the machine
 * itself has to wait for a CPU, all that it waited is a task's in one jump. */
#define LIMIT_US	1000000L
#define MOST_US		(8 * LIMIT_US)
/* The machine may be slow and shared; a limit that does not act at all is cut off here. */
#define PATIENCE_S	60

static void cpu_time(void)
{
	struct rlimit limit = { LIMIT_US / 1000000, RLIM_INFINITY };

	if (setrlimit(RLIMIT_CPU, &limit))
		err(3, "RLIMIT_CPU");
}

/* Real-time CPU time without a sleep. */
static void rt_time(void)
{
	struct rlimit limit = { LIMIT_US, RLIM_INFINITY };
	struct sched_param param = { .sched_priority = 1 };

	if (setrlimit(RLIMIT_RTTIME, &limit) || sched_setscheduler(0, SCHED_FIFO, &param))
		err(3, "RLIMIT_RTTIME");
}

static void timer(int which, long us)
{
	struct itimerval value = { .it_value = { us / 1000000, us % 1000000 } };

	if (setitimer(which, &value, NULL))
		err(3, "setitimer");
}

static void profiling_timer(void)
{
	timer(ITIMER_PROF, LIMIT_US);
}

/* Of the time of a Guest that leaves all the time, this is the smaller part. */
static void user_timer(void)
{
	timer(ITIMER_VIRTUAL, LIMIT_US / 10);
}

static const struct limit {
	const char *where, *name;
	void (*set)(void);
	int signal;
} limits[] = {
	{ "inside", "RLIMIT_CPU", cpu_time, SIGXCPU },
	{ "inside", "RLIMIT_RTTIME", rt_time, SIGXCPU },
	{ "inside", "ITIMER_PROF", profiling_timer, SIGPROF },
	{ "outside", "ITIMER_VIRTUAL", user_timer, SIGVTALRM },
};

static pid_t start(const struct limit *limit, char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		err(3, "fork");
	if (pid)
		return pid;
	limit->set();
	execv(argv[0], argv);
	err(3, "%s", argv[0]);
}

static long cpu_us(const struct rusage *used)
{
	return (used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1000000L +
	       used->ru_utime.tv_usec + used->ru_stime.tv_usec;
}

/* Its end, or SIGKILL after a while. */
static int end_of(pid_t pid, struct rusage *used)
{
	int status;

	for (int tenths = 0; tenths < PATIENCE_S * 10; tenths++) {
		if (wait4(pid, &status, WNOHANG, used) == pid)
			return status;
		nap_us(100000);
	}
	kill(pid, SIGKILL);
	wait4(pid, &status, 0, used);
	return status;
}

static void check_limit(const struct limit *limit, char **argv)
{
	struct rusage used;
	int status = end_of(start(limit, argv), &used);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != limit->signal)
		fail("%s: the Launcher's status is %#x, not signal %d", limit->name, status,
		     limit->signal);
	if (cpu_us(&used) > MOST_US)
		fail("%s: the Launcher had %ld us of CPU time", limit->name, cpu_us(&used));
	printf("%s ended it\n", limit->name);
}

int do_limits(int argc, char **argv)
{
	int looked = 0;

	if (argc < 2)
		return 2;
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		if (!strcmp(limits[i].where, argv[0])) {
			check_limit(&limits[i], argv + 1);
			looked++;
		}
	return looked ? 0 : 2;
}
