/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure.c - what a few operations cost, in ticks of the TSC (in the lab machine's profile
 * `counted`: instructions).  A line for each: `measure: NAME TICKS TIMES`, TICKS of one.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096

static uint64_t tsc(void)
{
	return __builtin_ia32_rdtsc();
}

static void say(const char *name, uint64_t from, unsigned int times)
{
	uint64_t ticks = (tsc() - from) / times;

	printf("measure: %s %llu %u\n", name, (unsigned long long)ticks, times);
	fflush(stdout);
}

static void measure_getppid(void)
{
	uint64_t from = tsc();

	for (int i = 0; i < 1000; i++) {
		long result;

		asm volatile("int $0x80" : "=a" (result) : "a" (SYS_getppid) : "memory");
	}
	say("getppid", from, 1000);
}

static void measure_fork(const char *name, const char *self)
{
	uint64_t from = tsc();

	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();

		if (!pid) {
			if (self)
				execl(self, self, "child", NULL);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	say(name, from, 20);
}

static void measure_pipe(void)
{
	int there[2], back[2];
	uint64_t from;
	pid_t pid;
	char c = 0;

	if (pipe(there) || pipe(back))
		return;
	pid = fork();
	if (!pid) {
		for (int i = 0; i < 200; i++)
			if (read(there[0], &c, 1) != 1 || write(back[1], &c, 1) != 1)
				_exit(1);
		_exit(0);
	}
	from = tsc();
	for (int i = 0; i < 200; i++)
		if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
			return;
	say("pipe", from, 200);
	waitpid(pid, NULL, 0);
}

static void measure_touch(void)
{
	unsigned char *m = mmap(NULL, 512 * PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t from = tsc();

	for (int i = 0; i < 512; i++)
		m[i * PAGE] = i;
	say("touch", from, 512);
	from = tsc();
	munmap(m, 512 * PAGE);
	say("munmap", from, 512);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return 0;
	measure_getppid();
	measure_fork("fork+exit+wait", NULL);
	measure_fork("fork+exec+wait", argv[0]);
	measure_pipe();
	measure_touch();
	return 0;
}
