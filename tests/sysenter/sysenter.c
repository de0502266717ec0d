/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysenter CPU COUNT: COUNT system calls by the very instruction, through the kernel's
 * vDSO, on one CPU.  If SYSENTER is off there the first one ends in SIGSEGV; if it led
 * elsewhere, the answer is not the parent's pid.
 *
 * Exit status: 0 all answered; 1 a wrong answer; 2 usage; 3 this CPU has no SYSENTER.
 */
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRY_BYTES	32u	/* of the vDSO's entry, in which sysenter must be */

static long vdso_call(unsigned long entry, long number)
{
	long result;

	asm volatile("call *%1" : "=a" (result) : "r" (entry), "0" (number) : "memory");
	return result;
}

int main(int argc, char **argv)
{
	unsigned long entry = getauxval(AT_SYSINFO), count;
	cpu_set_t cpus;

	if (argc != 3)
		errx(2, "usage: sysenter CPU COUNT");
	if (!entry || !memmem((void *)entry, ENTRY_BYTES, "\x0f\x34", 2))
		errx(3, "the kernel does not use SYSENTER on this CPU");
	CPU_ZERO(&cpus);
	CPU_SET(atoi(argv[1]), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		err(2, "CPU %s", argv[1]);
	for (count = strtoul(argv[2], NULL, 10); count; count--)
		if (vdso_call(entry, SYS_getppid) != getppid())
			errx(1, "a wrong answer, %lu calls before the end", count);
	printf("%s system calls by sysenter on CPU %s\n", argv[2], argv[1]);
	return 0;
}
