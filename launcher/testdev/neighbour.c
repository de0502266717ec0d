/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * neighbour.c - another process that gets this CPU whenever the Guest halts, on the Guest's
 * own request: a byte out starts it and is the number of system calls that it makes in
 * each of its turns; 0 ends it.
 *
 * It makes them by the SYSENTER instruction itself, compares each answer with the right one,
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "die.h"
#include "keeper.h"
#include "lg/ports.h"

#define PRIORITY	1
#define ENTRY_BYTES	32u	/* of the vDSO's entry, in which sysenter must be */

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

/* What it is to do, and which process it is; 0: there is none. */
struct neighbour {
	unsigned long entry;
	int fd;
	unsigned int calls;
	volatile pid_t pid;
};

static struct neighbour neighbour;

/* For ever, since the Launcher ends it. */
__attribute__((noreturn))
static void be_neighbour(const struct neighbour *n, pid_t parent)
{
	for (;;) {
		for (unsigned int i = 0; i < n->calls; i++)
			if (by_sysenter(n->entry, SYS_getppid, 0, 0, 0) != parent)
				_exit(1);
		if (by_sysenter(n->entry, SYS_ioctl, n->fd, LG_RAISE_IRQ, NEIGHBOUR_IRQ))
			_exit(2);
	}
}

/* By the keeper. */
static void start_neighbour(void *context)
{
	struct neighbour *n = context;
	pid_t self = getpid(), child = keeper_fork(PRIORITY);

	if (!child)
		be_neighbour(n, self);
	n->pid = child;
}

/* The neighbour never ends by itself, and without it nobody would wake the Guest again.  Other
 * children stop and end when they are asked to. */
static void on_death(int number)
{
	static const char said[] = "lg: the neighbour's system call by SYSENTER went wrong\n";

	(void)number;
	if (!neighbour.pid || waitpid(neighbour.pid, NULL, WNOHANG) != neighbour.pid)
		return;
	if (write(STDERR_FILENO, said, sizeof(said) - 1) < 0)
		_exit(END_REFUSED);
	_exit(END_FAILED);
}

static void end_neighbour(void)
{
	if (!neighbour.pid)
		return;
	signal(SIGCHLD, SIG_DFL);
	kill(neighbour.pid, SIGKILL);
	waitpid(neighbour.pid, NULL, 0);
	neighbour.pid = 0;
}

/* The keeper goes with it. */
static void let_go(void)
{
	if (!neighbour.pid)
		return;
	end_neighbour();
	keeper_put();
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
	static bool registered;
	struct neighbour *n = context;

	let_go();
	if (!(calls & 0xff))
		return;
	n->entry = sysenter_entry();
	n->fd = m->fd;
	n->calls = calls & 0xff;
	if (!registered)
		atexit(end_neighbour);
	registered = true;
	stay_on_this_cpu();
	take_priority(PRIORITY + 1);
	signal(SIGCHLD, on_death);
	keeper_get();
	keeper_call(start_neighbour, n);
	/* In case it died before its number was known. */
	on_death(SIGCHLD);
}

static void life_ended(struct machine *m, void *context, int end)
{
	(void)m, (void)context, (void)end;
	let_go();
}

static struct device neighbour_port = {
	.name = "neighbour", .first = PORT_NEIGHBOUR, .count = 1, .context = &neighbour,
	.out = neighbour_out, .life_ended = life_ended,
};
TEST_DEVICE(neighbour_port)
