/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:088
 * neighbour.c - another process that gets this CPU whenever the Guest halts, on the Guest's
 * own request: a byte out starts it and is the number of system calls that it makes in
 * each of its turns; 0 ends it.
 *
 * It makes them by the very instruction SYSENTER, holds each answer against the right one,
 * and then raises NEIGHBOUR_IRQ, which ends the HALT and with it the turn, since its priority is
 * the lower one.  So the Launcher loses the CPU where the Guest says and for a fixed piece of
 * work, and no clock has a part in it.  If SYSENTER were off in a turn, SIGSEGV would end
 * the neighbour, and its end is the Launcher's failure.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "die.h"
#include "lg/ports.h"

#define ENTRY_BYTES	32u	/* of the vDSO's entry, in which sysenter must be */

static pid_t neighbour;

static long by_sysenter(unsigned long entry, long number, long a, long b, long c)
{
	long result;

	asm volatile("call *%1"
		     : "=a" (result)
		     : "r" (entry), "0" (number), "b" (a), "c" (b), "d" (c)
		     : "memory");
	return result;
}

static unsigned long sysenter_entry(void)
{
	unsigned long entry = getauxval(AT_SYSINFO);

	if (!entry || !memmem((void *)entry, ENTRY_BYTES, "\x0f\x34", 2))
		die(END_REFUSED, "the kernel does not use SYSENTER on this CPU");
	return entry;
}

static void take_priority(int priority)
{
	struct sched_param param = { .sched_priority = priority };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		die(END_REFUSED, "a neighbour needs SCHED_FIFO: %s: run as root", strerror(errno));
}

/* For ever, since the Launcher ends it. */
__attribute__((noreturn))
static void be_neighbour(unsigned long entry, int fd, pid_t parent, unsigned int calls)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	take_priority(1);
	for (;;) {
		for (unsigned int i = 0; i < calls; i++)
			if (by_sysenter(entry, SYS_getppid, 0, 0, 0) != parent)
				_exit(1);
		if (by_sysenter(entry, SYS_ioctl, fd, LG_RAISE_IRQ, NEIGHBOUR_IRQ))
			_exit(2);
	}
}

/* It never ends by itself, and nobody would wake the Guest again. */
static void on_death(int number)
{
	static const char said[] = "lg: the neighbour's system call by SYSENTER went wrong\n";

	(void)number;
	if (write(STDERR_FILENO, said, sizeof(said) - 1) < 0)
		_exit(END_REFUSED);
	_exit(END_FAILED);
}

/* SIGTERM the Launcher handles, and so would a child that has not run yet. */
static void end_neighbour(void)
{
	if (!neighbour)
		return;
	signal(SIGCHLD, SIG_DFL);
	kill(neighbour, SIGKILL);
	waitpid(neighbour, NULL, 0);
	neighbour = 0;
}

static void stay_on_this_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die(END_REFUSED, "staying on a CPU: %s", strerror(errno));
}

static void neighbour_out(struct machine *m, void *context, uint32_t calls)
{
	static bool told;
	unsigned long entry = sysenter_entry();
	pid_t self = getpid();

	(void)context;
	end_neighbour();
	if (!(calls & 0xff))
		return;
	if (!told)
		atexit(end_neighbour);
	told = true;
	stay_on_this_cpu();
	take_priority(2);
	signal(SIGCHLD, on_death);
	neighbour = fork();
	if (neighbour < 0)
		die(END_REFUSED, "a neighbour: %s", strerror(errno));
	if (!neighbour)
		be_neighbour(entry, m->fd, self, calls & 0xff);
}

static struct device neighbours = {
	.name = "neighbour", .first = PORT_NEIGHBOUR, .count = 1, .out = neighbour_out,
};
TEST_DEVICE(neighbours)
