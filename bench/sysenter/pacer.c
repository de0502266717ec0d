/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:260
 * pacer NANOSECONDS TURNS CALLS: the other process of the SYSENTER experiment.  It takes
 * the CPU from the Launcher after each so many nanoseconds, at most so many times and until
 * SIGTERM, makes so many
 * system calls by the very instruction and holds each answer against the right one.  If
 * SYSENTER were off here, the first call would end it by SIGSEGV.
 *
 * Exit status: 0 all answered; 1 a wrong answer; 2 usage; 3 this CPU has no SYSENTER, or
 * it may not have a real-time priority.
 */
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define ENTRY_BYTES	32u	/* of the vDSO's entry, in which sysenter must be */

static volatile sig_atomic_t stop;
static unsigned long entry;

static void on_term(int number)
{
	(void)number;
	stop = 1;
}

static long by_sysenter(long number, long first, long second)
{
	long result;

	asm volatile("call *%1"
		     : "=a" (result)
		     : "r" (entry), "0" (number), "b" (first), "c" (second)
		     : "memory");
	return result;
}

static void take_priority(void)
{
	struct sched_param priority = { .sched_priority = 50 };

	entry = getauxval(AT_SYSINFO);
	if (!entry || !memmem((void *)entry, ENTRY_BYTES, "\x0f\x34", 2))
		errx(3, "the kernel does not use SYSENTER on this CPU");
	if (mlockall(MCL_CURRENT | MCL_FUTURE) || sched_setscheduler(0, SCHED_FIFO, &priority))
		err(3, "real-time priority");
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_term };
	unsigned long turns, calls, turn = 0;
	struct timespec pause;
	long parent = getppid();

	if (argc != 4)
		errx(2, "usage: pacer NANOSECONDS TURNS CALLS");
	pause = (struct timespec){ 0, atol(argv[1]) };
	sigaction(SIGTERM, &action, NULL);
	take_priority();
	turns = strtoul(argv[2], NULL, 10);
	calls = strtoul(argv[3], NULL, 10);
	for (; turn < turns && !stop; turn++) {
		by_sysenter(SYS_nanosleep, (long)&pause, 0);
		for (unsigned long i = 0; i < calls; i++)
			if (by_sysenter(SYS_getppid, 0, 0) != parent)
				errx(1, "a wrong answer in turn %lu", turn);
	}
	printf("%lu turns, %lu calls\n", turn, turn * (calls + 1));
	return 0;
}
