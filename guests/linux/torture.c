/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * torture.c - what a kernel at ring 1 on an emulated CPU could get wrong, as its processes see
 * it.  A line for each: `torture: ok NAME` or `torture: FAILED NAME`; the status is how many
 * failed.  On Linux on a real CPU none does.
 */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <cpuid.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE	4096

static unsigned int failed;

static void report(const char *name, bool good)
{
	printf("torture: %s %s\n", good ? "ok" : "FAILED", name);
	fflush(stdout);
	failed += !good;
}

/* ---- faults of a process: which signal, and with what address ---- */

static sigjmp_buf back;
static volatile int got_signal;
static volatile uintptr_t got_address;

static void on_fault(int number, siginfo_t *info, void *context)
{
	(void)context;
	got_signal = number;
	got_address = (uintptr_t)info->si_addr;
	siglongjmp(back, 1);
}

static void catch(int number, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_NODEFER };

	sigaction(number, &action, NULL);
}

/* Whether `f` ends in signal `number`. */
static bool raises(int number, void (*f)(void))
{
	catch(number, on_fault);
	got_signal = 0;
	if (!sigsetjmp(back, 1))
		f();
	signal(number, SIG_DFL);
	return got_signal == number;
}

#define BY_ASM(name, text) static void name(void) { asm volatile(text); }
BY_ASM(do_cli, "cli")
BY_ASM(do_sti, "sti")
BY_ASM(do_hlt, "hlt")
BY_ASM(do_ud2, "ud2")
BY_ASM(do_cpuid_mark, "ud2; .ascii \"lg\"; cpuid")
BY_ASM(do_int3, "int3")
BY_ASM(do_into, "movb $0x7f, %al; addb $1, %al; into")
BY_ASM(do_int_21, "int $0x21")
BY_ASM(do_int_1f, "int $0x1f")
BY_ASM(do_int_0d, "int $0x0d")
BY_ASM(do_out, "outb %al, $0xe9")
BY_ASM(do_in, "inb $0x80, %al")
BY_ASM(do_mov_cr, "movl %cr3, %eax")
BY_ASM(do_to_cr, "movl %eax, %cr3")
BY_ASM(do_mov_dr, "movl %db7, %eax")
BY_ASM(do_lgdt, "lgdt (%esp)")
BY_ASM(do_ltr, "movl $0x80, %eax; ltr %ax")
BY_ASM(do_clts, "clts")
BY_ASM(do_invlpg, "invlpg (%esp)")
BY_ASM(do_rdmsr, "movl $0x10, %ecx; rdmsr")
BY_ASM(do_bad_gs, "movl $0x4b, %eax; movl %eax, %gs")
BY_ASM(do_kernel_ds, "movl $0x69, %eax; movl %eax, %ds")
BY_ASM(do_far, "ljmp $0x61, $0")
BY_ASM(do_kernel_read, "movl 0xc1000000, %eax")
BY_ASM(do_shared_page, "movl $0, 0xffc00000")
BY_ASM(do_switcher, "movl 0xff800000, %eax")

static void do_divide(void)
{
	volatile int zero = 0, one = 1;

	one = one / zero;
}

static void test_faults(void)
{
	static const struct {
		const char *name;
		int number;
		void (*f)(void);
	} rows[] = {
		{ "cli", SIGSEGV, do_cli }, { "sti", SIGSEGV, do_sti }, { "hlt", SIGSEGV, do_hlt },
		{ "ud2", SIGILL, do_ud2 }, { "a marked cpuid", SIGILL, do_cpuid_mark },
		{ "int3", SIGTRAP, do_int3 }, { "into", SIGSEGV, do_into },
		{ "int 0x21", SIGSEGV, do_int_21 }, { "int 0x1f", SIGSEGV, do_int_1f },
		{ "int 0x0d", SIGSEGV, do_int_0d }, { "out", SIGSEGV, do_out },
		{ "in", SIGSEGV, do_in }, { "mov from cr3", SIGSEGV, do_mov_cr },
		{ "mov to cr3", SIGSEGV, do_to_cr }, { "mov from dr7", SIGSEGV, do_mov_dr },
		{ "lgdt", SIGSEGV, do_lgdt }, { "ltr", SIGSEGV, do_ltr },
		{ "clts", SIGSEGV, do_clts }, { "invlpg", SIGSEGV, do_invlpg },
		{ "rdmsr", SIGSEGV, do_rdmsr }, { "gs beyond the table", SIGSEGV, do_bad_gs },
		{ "the kernel's ds", SIGSEGV, do_kernel_ds },
		{ "far jump inwards", SIGSEGV, do_far },
		{ "read of the kernel", SIGSEGV, do_kernel_read },
		{ "write to the shared page", SIGSEGV, do_shared_page },
		{ "read of the Switcher", SIGSEGV, do_switcher },
		{ "divide", SIGFPE, do_divide },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		report(rows[i].name, raises(rows[i].number, rows[i].f));
}

/* ---- returns to a context that a handler has spoilt ---- */

static int spoilt_register;
static int spoilt_value;

static void spoil(int number, siginfo_t *info, void *context)
{
	(void)number, (void)info;
	((ucontext_t *)context)->uc_mcontext.gregs[spoilt_register] = spoilt_value;
}

static int status_of(void (*f)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		f();
		_exit(99);
	}
	waitpid(pid, &status, 0);
	return status;
}

static void raise_spoilt(void)
{
	catch(SIGUSR1, spoil);
	raise(SIGUSR1);
}

/* The kernel's own iret, or its pop, faults, and it ends the process and not itself. */
static void test_sigreturn(void)
{
	static const struct {
		const char *name;
		int which, value;
	} rows[] = {
		{ "sigreturn to an absent cs", REG_CS, 0x3b },
		{ "sigreturn to an absent ss", REG_SS, 0x3b },
		{ "sigreturn to cs as data", REG_CS, 0x7b },
		{ "sigreturn to ss as code", REG_SS, 0x73 },
		{ "sigreturn to a null ss", REG_SS, 0 },
		{ "sigreturn to cs of the LDT", REG_CS, 0x0f },
		{ "sigreturn to ss of the LDT", REG_SS, 0x0f },
		{ "sigreturn to cs beyond the table", REG_CS, 0xfffb },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int status;

		spoilt_register = rows[i].which;
		spoilt_value = rows[i].value;
		status = status_of(raise_spoilt);
		report(rows[i].name, WIFSIGNALED(status) && (WTERMSIG(status) == SIGSEGV ||
							     WTERMSIG(status) == SIGILL));
	}
}

/* A GS that cannot be loaded must come back as null. */
static void raise_bad_gs(void)
{
	catch(SIGUSR1, spoil);
	spoilt_register = REG_GS;
	spoilt_value = 0x4b;
	asm volatile("int $0x80; movl %%gs, %%ebx; movl %0, %%eax; int $0x80"
		     : : "i" (SYS_exit), "a" (SYS_kill), "b" (getpid()), "c" (SIGUSR1));
}

/* ---- memory ---- */

static unsigned char *pages(unsigned int n)
{
	return mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static unsigned char *touched;

static void touch(void)
{
	*(volatile unsigned char *)touched = 1;
}

static bool test_cow(void)
{
	unsigned char *m = pages(64);
	int status, i, bad = 0;
	pid_t pid;

	for (i = 0; i < 64; i++)
		m[i * PAGE] = i;
	pid = fork();
	if (!pid) {
		for (i = 0; i < 64; i++)
			m[i * PAGE] += 100;
		for (i = 0; i < 64; i++)
			bad |= m[i * PAGE] != i + 100;
		_exit(bad);
	}
	waitpid(pid, &status, 0);
	for (i = 0; i < 64; i++)
		bad |= m[i * PAGE] != i;
	munmap(m, 64 * PAGE);
	return !bad && !status;
}

static bool test_mprotect(void)
{
	bool good;

	touched = pages(1);
	touch();
	mprotect(touched, PAGE, PROT_READ);
	good = raises(SIGSEGV, touch) && got_address == (uintptr_t)touched;
	mprotect(touched, PAGE, PROT_READ | PROT_WRITE);
	good = good && !raises(SIGSEGV, touch);
	munmap(touched, PAGE);
	return good && raises(SIGSEGV, touch);
}

/* Fresh pages are zero, in the place where others have just been. */
static bool test_fresh(void)
{
	bool good = true;

	for (int i = 0; i < 100; i++) {
		unsigned char *m = mmap((void *)0x30000000, 8 * PAGE, PROT_READ | PROT_WRITE,
					MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (int j = 0; j < 8; j++) {
			good = good && !m[j * PAGE];
			m[j * PAGE] = i + j + 1;
		}
		munmap(m, 8 * PAGE);
	}
	return good;
}

/* mremap: the page goes, and nothing of it stays where it was. */
static bool test_mremap(void)
{
	unsigned char *from = pages(1), *to = pages(1), *now;

	*from = 42;
	now = mremap(from, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	touched = from;
	return now == to && *now == 42 && raises(SIGSEGV, touch);
}

/*
 * Random mmap, mprotect, munmap, fork over 128 pages, with a model beside them: each page is
 * read, and written where it may be, and is as the model says.
 */
enum { ABSENT, READ_ONLY, WRITABLE };
#define STORM_PAGES	128
#define STORM_BASE	((unsigned char *)0x28000000)

static unsigned int random_state = 1;
static unsigned char storm_mode[STORM_PAGES];
static unsigned int storm_value[STORM_PAGES];

static unsigned int draw(unsigned int below)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % below;
}

static volatile unsigned int *storm_word(unsigned int page)
{
	return (volatile unsigned int *)(STORM_BASE + page * PAGE);
}

static void read_storm(void)
{
	(void)*(volatile unsigned char *)touched;
}

static bool storm_check(unsigned int page)
{
	touched = STORM_BASE + page * PAGE;
	if (storm_mode[page] == ABSENT)
		return raises(SIGSEGV, read_storm);
	if (raises(SIGSEGV, read_storm) || *storm_word(page) != storm_value[page])
		return false;
	if (storm_mode[page] == READ_ONLY)
		return raises(SIGSEGV, touch);
	*storm_word(page) = ++storm_value[page];
	return true;
}

static void storm_change(unsigned int page, unsigned int count)
{
	unsigned char mode = draw(3);
	unsigned int i;

	if (page + count > STORM_PAGES)
		count = STORM_PAGES - page;
	if (mode == ABSENT)
		munmap(STORM_BASE + page * PAGE, count * PAGE);
	for (i = page; i < page + count; i++) {
		if (mode == ABSENT) {
			storm_mode[i] = ABSENT;
			continue;
		}
		if (storm_mode[i] == ABSENT) {
			mmap(STORM_BASE + i * PAGE, PAGE, PROT_READ | PROT_WRITE,
			     MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			storm_value[i] = 0;
		}
		storm_mode[i] = mode;
		mprotect(STORM_BASE + i * PAGE, PAGE,
			 mode == WRITABLE ? PROT_READ | PROT_WRITE : PROT_READ);
	}
}

static bool storm(unsigned int steps, unsigned int depth)
{
	bool good = true;

	while (steps-- && good) {
		storm_change(draw(STORM_PAGES), 1 + draw(8));
		for (int i = 0; i < 4; i++)
			good = good && storm_check(draw(STORM_PAGES));
		if (depth && !draw(40)) {
			int status = 1;
			pid_t pid = fork();

			if (!pid)
				_exit(!storm(40, depth - 1));
			/* Parent and child both write to what they share. */
			for (int i = 0; i < 16; i++)
				good = good && storm_check(draw(STORM_PAGES));
			waitpid(pid, &status, 0);
			good = good && !status;
		}
	}
	for (unsigned int i = 0; i < STORM_PAGES; i++)
		good = good && storm_check(i);
	return good;
}

static bool test_storm(void)
{
	for (unsigned int i = 0; i < STORM_PAGES; i++)
		storm_mode[i] = ABSENT;
	return storm(400, 2);
}

static bool test_forks(void)
{
	for (int i = 0; i < 50; i++) {
		int status = 0;
		pid_t pid = fork();

		if (!pid) {
			char *m = malloc(200000);

			memset(m, i, 200000);
			_exit(m[123456] == (char)i ? 5 : 6);
		}
		waitpid(pid, &status, 0);
		if (pid < 0 || status != 5 << 8)
			return false;
	}
	return true;
}

/* ---- registers: FPU, TLS, LDT ---- */

static bool test_fpu(void)
{
	pid_t pid = fork();
	volatile double mine = pid ? 1.5 : 2.5, d = mine;
	bool good = true;
	int status = 0, i;

	for (i = 0; i < 300; i++) {
		d = d * 1.0;
		good = good && d == mine;
		sched_yield();
	}
	if (!pid)
		_exit(!good);
	waitpid(pid, &status, 0);
	return good && !status;
}

static void sse_set(uint32_t value)
{
	asm volatile("movd %0, %%xmm7\n\tpshufd $0, %%xmm7, %%xmm7" : : "r" (value));
}

static uint32_t sse_get(void)
{
	uint32_t value;

	asm volatile("movd %%xmm7, %0" : "=r" (value));
	return value;
}

static bool test_sse(void)
{
	pid_t pid = fork();
	uint32_t mine = pid ? 0x11111111 : 0x22222222;
	bool good = true;
	int status = 0, i;

	sse_set(mine);
	for (i = 0; i < 300; i++) {
		syscall(SYS_sched_yield);
		good = good && sse_get() == mine;
	}
	if (!pid)
		_exit(!good);
	waitpid(pid, &status, 0);
	return good && !status;
}

/* A program may use what CPUID shows; XSAVE and with it AVX must not be shown, as the kernel
 * does not save their registers. */
static bool test_no_xsave(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && !(c & bit_OSXSAVE);
}

static __thread long tls;

static void *tls_thread(void *number)
{
	tls = (long)number;
	for (int i = 0; i < 1000; i++) {
		if (tls != (long)number)
			return "bad";
		if (!(i % 50))
			sched_yield();
	}
	return NULL;
}

static bool test_threads(void)
{
	pthread_t threads[4];
	bool good = true;
	void *result;
	long i;

	for (i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL, tls_thread, (void *)(i + 1)))
			return false;
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], &result);
		good = good && !result;
	}
	return good;
}

/* set_thread_area of another entry while GS holds its own, and FS through that entry. */
static bool test_set_thread_area(void)
{
	static unsigned int words[2] = { 0x600df00d, 0x0badf00d };
	struct user_desc desc = { .entry_number = -1, .base_addr = (uintptr_t)&words[0],
				  .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1,
				  .useable = 1 };
	unsigned int first, second, gs_word;

	tls = 77;
	if (syscall(SYS_set_thread_area, &desc))
		return false;
	asm volatile("movl %%gs:0, %0" : "=r" (gs_word));
	asm volatile("movw %w1, %%fs; movl %%fs:0, %0" : "=r" (first)
		     : "r" (desc.entry_number * 8 + 3));
	desc.base_addr = (uintptr_t)&words[1];
	syscall(SYS_set_thread_area, &desc);
	asm volatile("movw %w1, %%fs; movl %%fs:0, %0" : "=r" (second)
		     : "r" (desc.entry_number * 8 + 3));
	asm volatile("movw %w0, %%fs" : : "r" (0));
	return tls == 77 && gs_word && first == words[0] && second == words[1];
}

/* GS keeps the descriptor of this process over context switches.  No function of the C library may
 * be called meanwhile: its own TLS is away. */
static bool keeps_gs(unsigned int entry, unsigned int own)
{
	static unsigned int words[8];
	struct user_desc desc = { .entry_number = entry, .base_addr = (uintptr_t)&words[own],
				  .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1,
				  .useable = 1 };
	unsigned int word, i, library, gs = 0, result;
	bool good = true;

	words[own] = 0x600d0000 + own;
	if (syscall(SYS_set_thread_area, &desc))
		return false;
	asm volatile("movl %%gs, %0; movw %w1, %%gs" : "=&r" (library) : "r" (entry * 8 + 3));
	for (i = 0; i < 300; i++) {
		asm volatile("int $0x80" : "=a" (result) : "a" (SYS_sched_yield) : "memory");
		asm volatile("movw %%gs, %w0; movl %%gs:0, %1" : "+r" (gs), "=r" (word));
		good = good && gs == entry * 8 + 3 && word == words[own];
	}
	if (entry != library / 8)
		asm volatile("movw %w0, %%gs" : : "r" (library));
	else
		asm volatile("int $0x80" : : "a" (SYS_exit_group), "b" (!good));
	return good;
}

/* Processes whose GS is of one or the other entry of the GDT, with other bases, in turns. */
static bool test_gs(void)
{
	static const unsigned int entries[] = { 6, 8, 7, 8, 6, 7, 8 };
	bool good = true;
	unsigned int i;
	int status;

	fflush(stdout);
	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (!fork())
			_exit(!keeps_gs(entries[i], i));
	while (wait(&status) > 0)
		good = good && !status;
	return good;
}

static bool set_ldt(struct user_desc desc)
{
	desc.useable = 1;
	return !syscall(SYS_modify_ldt, 1, &desc, sizeof(desc));
}

#define LDT_SELECTOR(entry)	((entry) * 8 + 7)

/* The C library's TLS through an entry of the LDT. */
static bool use_ldt(unsigned int entry)
{
	struct user_desc desc = { .entry_number = entry, .limit = 0xfffff, .seg_32bit = 1,
				  .limit_in_pages = 1 };

	asm volatile("movl %%gs:0, %0" : "=r" (desc.base_addr));
	if (!set_ldt(desc))
		return false;
	asm volatile("movw %w0, %%gs" : : "r" (LDT_SELECTOR(entry)));
	return true;
}

static bool tls_stays(unsigned int entry, int own)
{
	unsigned int gs = 0;
	bool good = true;
	int i;

	tls = own;
	for (i = 0; i < 300; i++) {
		sched_yield();
		asm volatile("movw %%gs, %w0" : "+r" (gs));
		good = good && tls == own && (gs == LDT_SELECTOR(entry)) == (entry != ~0u);
	}
	return good;
}

static void load_absent(void)
{
	asm volatile("movw %w0, %%fs" : : "r" (LDT_SELECTOR(100)));
}

/* Entry 0 is code that nothing can be read from. */
static bool hides_entry_0(void)
{
	struct user_desc desc = { .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1,
				  .contents = 2, .read_exec_only = 1 };
	int i;

	if (!set_ldt(desc))
		return false;
	for (i = 0; i < 1000; i++)
		sched_yield();
	return true;
}

/* Processes whose GS is of an LDT, of another LDT, and of none, in turns. */
static bool test_ldt(void)
{
	static const unsigned int entries[] = { 0, 1, ~0u, 700, 8191, ~0u };
	bool good = true;
	unsigned int i;
	int status;

	fflush(stdout);
	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (!fork())
			_exit((entries[i] != ~0u && !use_ldt(entries[i])) ||
			      !tls_stays(entries[i], i));
	if (!fork())
		_exit(!hides_entry_0());
	while (wait(&status) > 0)
		good = good && !status;
	return good && raises(SIGSEGV, load_absent);
}

#define SP_16	0x5aad4000u	/* its upper half is no part of an address on such a stack */

static unsigned char stack_16[65536];

/* ESP after a system call, and a word that was pushed before it, on a stack that counts 16 bits. */
static unsigned int call_on_stack_16(unsigned int sp, unsigned int *popped)
{
	static unsigned int esp, after, word;
	static unsigned short ss;

	asm volatile("movl %%esp, %0; movw %%ss, %1\n\t"
		     "movw %w4, %%ss; movl %5, %%esp\n\t"
		     "pushl $0x1234\n\t"
		     "movl $20, %%eax; int $0x80\n\t"		/* getpid */
		     "popl %2; movl %%esp, %3\n\t"
		     "movw %1, %%ss; movl %0, %%esp"
		     : "=m" (esp), "=m" (ss), "=m" (word), "=m" (after)
		     : "b" (LDT_SELECTOR(2)), "c" (sp) : "eax", "memory");
	*popped = word;
	return after;
}

/*
 * With a timer that interrupts it meanwhile.  Of an exit on such a stack the Guest's kernel knows
 * nothing, and the upper half of ESP does not outlive it (docs/linux.md); all else does.
 */
static bool stays_on_stack_16(void)
{
	struct itimerval every_ms = { { 0, 1000 }, { 0, 1000 } };
	struct sigaction action = { .sa_handler = SIG_IGN };
	unsigned int word, esp, lower = 0, whole = 0, i;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every_ms, NULL);
	for (i = 0; i < 2000; i++) {
		esp = call_on_stack_16(SP_16 + i * 0x40000, &word);
		lower += (esp & 0xffff) == (SP_16 & 0xffff) && word == 0x1234;
		whole += esp == SP_16 + i * 0x40000;
	}
	return lower == 2000 && whole >= 1900;
}

/*
 * A return to bad code on such a stack: the kernel's iret fails with the upper half of the
 * program's ESP.  Nothing may be looked for, or changed, at what is an address of the program's.
 */
#define AREA		(SP_16 & 0xffff0000)
#define AREA_BYTES	0x20000u
#define WORD		0x10u

static void spoil_return(int number, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)number, (void)info;
	regs[REG_CS] = 0x1fb;
	regs[REG_SS] = LDT_SELECTOR(2);
	regs[REG_ESP] = AREA + 0x8000;
}

static void count_changed(int number)
{
	const unsigned int *words = (const unsigned int *)AREA;
	unsigned int i, changed = 0;

	(void)number;
	for (i = 0; i < AREA_BYTES / 4; i++)
		changed += words[i] != WORD;
	_exit(changed != 0);
}

static void return_badly(void)
{
	static char other[65536];
	stack_t stack = { .ss_sp = other, .ss_size = sizeof(other) };
	struct sigaction spoil = { .sa_sigaction = spoil_return, .sa_flags = SA_SIGINFO };
	struct sigaction count = { .sa_handler = count_changed, .sa_flags = SA_ONSTACK };
	unsigned int *words = mmap((void *)AREA, AREA_BYTES, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), i;

	for (i = 0; i < AREA_BYTES / 4; i++)
		words[i] = WORD;
	sigaltstack(&stack, NULL);
	sigaction(SIGUSR1, &spoil, NULL);
	sigaction(SIGSEGV, &count, NULL);
	sigaction(SIGILL, &count, NULL);
	raise(SIGUSR1);
}

static bool test_bad_return_16(void)
{
	struct user_desc desc = { .entry_number = 2, .base_addr = (uintptr_t)stack_16,
				  .limit = sizeof(stack_16) - 1 };
	int status = 1;

	fflush(stdout);
	if (!fork()) {
		if (set_ldt(desc))
			return_badly();
		_exit(2);
	}
	wait(&status);
	return !status;
}

static bool test_stack_16(void)
{
	struct user_desc desc = { .entry_number = 2, .base_addr = (uintptr_t)stack_16,
				  .limit = sizeof(stack_16) - 1 };
	int status = 1;

	fflush(stdout);
	if (!fork())
		_exit(!set_ldt(desc) || !stays_on_stack_16());
	wait(&status);
	return !status;
}

/* ---- time and interrupts ---- */

static volatile unsigned int alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

static bool test_alarms(void)
{
	struct itimerval every_4ms = { { 0, 4000 }, { 0, 4000 } }, off = { 0 };
	volatile unsigned int n = 0;

	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &every_4ms, NULL);
	while (alarms < 20 && n < 2000000000u)
		n++;
	setitimer(ITIMER_REAL, &off, NULL);
	return alarms >= 20;
}

static bool test_sleep(void)
{
	struct timespec from, to, ms_50 = { 0, 50000000 };
	long us;

	clock_gettime(CLOCK_MONOTONIC, &from);
	if (clock_nanosleep(CLOCK_MONOTONIC, 0, &ms_50, NULL))
		return false;
	clock_gettime(CLOCK_MONOTONIC, &to);
	us = (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
	printf("torture: 50 ms of sleep took %ld us\n", us);
	return us >= 50000;
}

/* ---- a debugger ---- */

static bool test_single_step(void)
{
	int status = 0, steps = 0;
	pid_t pid = fork();

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		for (volatile int i = 0; i < 20; i++)
			;
		_exit(3);
	}
	waitpid(pid, &status, 0);
	while (WIFSTOPPED(status) && steps < 5000) {
		if (ptrace(PTRACE_SINGLESTEP, pid, 0, 0))
			return false;
		waitpid(pid, &status, 0);
		steps++;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 3 && steps > 60;
}

/* TF set by the process itself: a SIGTRAP behind each instruction, system calls too. */
static volatile unsigned int traps;

static void on_trap(int number, siginfo_t *info, void *context)
{
	(void)number, (void)info, (void)context;
	traps++;
}

static bool test_own_step(void)
{
	catch(SIGTRAP, on_trap);
	traps = 0;
	asm volatile("pushfl; orl $0x100, (%%esp); popfl\n\t"
		     "nop; nop\n\t"
		     "movl $64, %%eax; int $0x80\n\t"
		     "pushfl; andl $~0x100, (%%esp); popfl" : : : "eax", "memory", "cc");
	signal(SIGTRAP, SIG_DFL);
	return traps >= 6 && traps <= 8;
}

int main(void)
{
	int status;

	test_faults();
	test_sigreturn();
	status = status_of(raise_bad_gs);
	report("sigreturn to a bad gs", status == 0);
	report("copy on write", test_cow());
	report("mprotect", test_mprotect());
	report("fresh pages", test_fresh());
	report("mremap", test_mremap());
	report("a storm of mappings", test_storm());
	report("forks", test_forks());
	report("FPU", test_fpu());
	report("SSE", test_sse());
	report("no XSAVE", test_no_xsave());
	report("threads and their TLS", test_threads());
	report("set_thread_area", test_set_thread_area());
	report("GS of each entry", test_gs());
	report("modify_ldt", test_ldt());
	report("a stack of 16 bits", test_stack_16());
	report("a bad return to one", test_bad_return_16());
	report("alarms", test_alarms());
	report("sleep", test_sleep());
	report("ptrace, single steps", test_single_step());
	report("single steps of its own", test_own_step());
	printf("torture: %u failed\n", failed);
	return failed > 100 ? 100 : failed;
}
