/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * witness.c - a process and a Guest on the last CPU that keep looking at what is
 * theirs (I3): the process at its memory, its general and x87 registers, its flags and
 * its selectors; the Guest at its own (guests/witness/witness.c).
 */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab.h"

#define PATTERN_WORDS	(1 << 18)
#define SPINS		200000
#define NAP_US		4000
#define PATIENCE_MS	5000
#define GUEST		"guests/witness/witness"
#define GUEST_OUTPUT	"/tmp/witness.out"
#define GUEST_ERRORS	"/tmp/witness.err"
/* Flags that a program may set and the kernel must keep: DF, AC, ID. */
#define KEPT_FLAGS	0x240400u

struct shared {
	volatile unsigned int passes;
	char why[TEXT_BYTES];
};

static struct shared *shared;
static pid_t process;
static struct child guest;

__attribute__((noreturn, format(printf, 1, 2)))
static void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(shared->why, sizeof(shared->why), format, args);
	va_end(args);
	_exit(1);
}

static uint32_t pattern(uint32_t i)
{
	return i * 2654435761u ^ 0x5a5a5a5a;
}

static void check_memory(const uint32_t *memory)
{
	for (uint32_t i = 0; i < PATTERN_WORDS; i++)
		if (memory[i] != pattern(i))
			fail("memory at word %u is %#x", i, memory[i]);
}

/* Words before and after a long loop in which nothing writes them. */
struct held {
	uint32_t ebx, edx, esi, edi, flags;
};

static void spin_holding(struct held *h)
{
	uint32_t spins = SPINS;

	asm volatile("pushl %%ebp\n\t"
		     "movl $0x0b0b0b0b, %%ebp\n\t"
		     "pushl %[kept]; popfl\n"
		     "1:\tleal -1(%%ecx), %%ecx\n\t"
		     "jecxz 2f\n\t"
		     "jmp 1b\n"
		     "2:\tpushfl; popl %%eax\n\t"
		     "pushl $0x202; popfl\n\t"
		     "cmpl $0x0b0b0b0b, %%ebp\n\t"
		     "je 3f\n\t"
		     "movl $0, %%ebx\n"
		     "3:\tpopl %%ebp"
		     : "+b" (h->ebx), "+d" (h->edx), "+S" (h->esi), "+D" (h->edi),
		       "=&a" (h->flags), "+c" (spins)
		     : [kept] "i" (KEPT_FLAGS | 0x202)
		     : "memory", "cc");
}

static void check_registers(void)
{
	struct held h = { 0x11111111, 0x22222222, 0x33333333, 0x44444444, 0 };

	spin_holding(&h);
	if (h.ebx != 0x11111111 || h.edx != 0x22222222 || h.esi != 0x33333333 ||
	    h.edi != 0x44444444)
		fail("registers are ebx %x edx %x esi %x edi %x", h.ebx, h.edx, h.esi, h.edi);
	if ((h.flags & KEPT_FLAGS) != KEPT_FLAGS || (h.flags & 0x7000) || !(h.flags & 0x200))
		fail("flags are %#x", h.flags);
}

/* Eight values on the x87 stack, over a nap in which others run on this CPU. */
static void check_fpu(const struct timespec *nap)
{
	double in[8], out[8];

	for (int i = 0; i < 8; i++)
		in[i] = 1.0 / (i + 3);
	asm volatile("fninit; fldl %0; fldl %1; fldl %2; fldl %3"
		     : : "m" (in[0]), "m" (in[1]), "m" (in[2]), "m" (in[3]));
	syscall(SYS_nanosleep, nap, NULL);
	asm volatile("fstpl %0; fstpl %1; fstpl %2; fstpl %3"
		     : "=m" (out[3]), "=m" (out[2]), "=m" (out[1]), "=m" (out[0]));
	if (memcmp(in, out, 4 * sizeof(in[0])))
		fail("x87 registers changed");
}

/* A TLS segment of its own in %fs: its selector, and what lies behind it. */
static void use_tls(uint32_t *word)
{
	struct user_desc desc = {
		.entry_number = -1, .base_addr = (uintptr_t)word, .limit = 4095,
		.seg_32bit = 1, .useable = 1,
	};

	if (syscall(SYS_set_thread_area, &desc))
		fail("no TLS segment");
	asm volatile("movw %w0, %%fs" : : "r" (desc.entry_number * 8 + 3));
}

static void check_tls(uint16_t selector)
{
	uint32_t word;
	uint16_t now;

	asm volatile("movw %%fs, %0; movl %%fs:0, %1" : "=r" (now), "=r" (word));
	if (now != selector || word != 0x7157ab1e)
		fail("%%fs is %#x and its segment holds %#x", now, word);
}

static void be_witness(void)
{
	static const struct timespec nap = { 0, NAP_US * 1000 };
	uint32_t *memory = malloc(PATTERN_WORDS * 4);
	static uint32_t word = 0x7157ab1e;
	uint16_t selector;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!memory)
		fail("no memory");
	for (uint32_t i = 0; i < PATTERN_WORDS; i++)
		memory[i] = pattern(i);
	use_tls(&word);
	asm volatile("movw %%fs, %0" : "=r" (selector));
	for (;;) {
		check_registers();
		check_fpu(&nap);
		check_tls(selector);
		check_memory(memory);
		shared->passes++;
	}
}

void witness_process_start(void)
{
	cpu_set_t cpus;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(2, "the witness");
	fflush(NULL);
	process = fork();
	if (process < 0)
		err(2, "the witness");
	if (process)
		return;
	CPU_ZERO(&cpus);
	CPU_SET(last_cpu(), &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	be_witness();
}


static void nap_ms(unsigned int ms)
{
	struct timespec nap = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&nap, NULL);
}

/* Two whole passes from now: the second began after we asked. */
static bool process_goes_on(void)
{
	unsigned int from = shared->passes;

	for (unsigned int ms = 0; ms < PATIENCE_MS; ms += 5) {
		if (shared->passes - from >= 2)
			return true;
		if (waitpid(process, NULL, WNOHANG) == process)
			return false;
		nap_ms(5);
	}
	return false;
}

static long output_bytes(void)
{
	struct stat st;

	return stat(GUEST_OUTPUT, &st) ? 0 : (long)st.st_size;
}

/* The same of the Guest, which prints a byte for each pass. */
static bool guest_goes_on(int *status)
{
	long from = output_bytes();

	for (unsigned int ms = 0; ms < PATIENCE_MS; ms += 5) {
		if (output_bytes() - from >= 2)
			return true;
		if (child_wait(&guest, 0, status, false))
			return false;
		nap_ms(5);
	}
	return false;
}

static void guest_failed(FILE *log, struct outcome *outcome, const char *what, int status)
{
	char printed[TEXT_BYTES] = "", errors[TEXT_BYTES] = "";

	file_text(GUEST_OUTPUT, printed, sizeof(printed));
	file_text(GUEST_ERRORS, errors, sizeof(errors));
	fprintf(log, "-- the witness Guest ended with status %#x\n", status);
	copy_to(log, "it printed", printed);
	copy_to(log, "its errors", errors);
	worsen(outcome, ESCAPE, "I3: the witness Guest %s: %s", what, errors);
	child_kill(&guest, SIGKILL);
	child_wait(&guest, PATIENCE_MS, &status, false);
}

void witness_guest_start(void)
{
	char *argv[] = { "./lg", GUEST, NULL };
	int status;

	/* What the last one printed is not this one's. */
	unlink(GUEST_OUTPUT);
	if (!access(GUEST, R_OK) &&
	    child_start(&guest, argv, GUEST_OUTPUT, GUEST_ERRORS, last_cpu()))
		guest_goes_on(&status);
}

bool witness_guest_lives(void)
{
	return guest.pid;
}

void witness_guest_end(FILE *log, struct outcome *outcome)
{
	int status = 0;

	if (!guest.pid)
		return;
	child_kill(&guest, SIGTERM);
	if (!child_wait(&guest, PATIENCE_MS, &status, false) || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 128 + SIGTERM)
		guest_failed(log, outcome, "did not end in order", status);
}

void witness_ask(FILE *log, struct outcome *outcome)
{
	int status = 0;

	if (!process_goes_on()) {
		fprintf(log, "-- the witness process: %s\n", shared->why);
		worsen(outcome, ESCAPE, "I3: the witness process: %s",
		       *shared->why ? shared->why : "it ended or stood still");
		kill(process, SIGKILL);
		waitpid(process, NULL, WNOHANG);
		witness_process_start();
	}
	if (guest.pid && !guest_goes_on(&status))
		guest_failed(log, outcome, "ended or stood still", status);
}
