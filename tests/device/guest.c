/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest.c - the Guest of these tests, and making and running it.
 *
 * It makes INIT, a handler for some traps and for each irq, and then counts: a word in its
 * memory, a hypercall each time, and now and then an OUT to the Launcher.  It stays in
 * linear mode, so that all it needs lies at the addresses of device.h.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "device.h"

#define STAND_STILL_MS	20000

/* Linked anywhere and run at GUEST_ENTRY: nothing in it is addressed but by a number or
 * from `call`. */
extern const char guest_text[], guest_text_end[];
asm(".pushsection .rodata\n"
    "guest_text:\n\t"
    "movl $0x6000, %esp\n\t"
    "movl $1, %eax\n\t"			/* INIT */
    "movl $0x2000, %ebx\n\t"
    "int $0x1f\n\t"
    "call 1f\n"
    /* The handler of traps without an error code, and of irqs. */
    "	movl $0x200, 0x2000\n\t"
    "iretl\n"
    "1:\tpopl %esi\n\t"
    "xorl %edi, %edi\n"
    "2:\tmovl %edi, %ebx\n\t"		/* LOAD_IDT_ENTRY of 0 to 7 and 32 to 63 */
    "movl %esi, %ecx\n\t"
    "andl $0xffff, %ecx\n\t"
    "orl $0x610000, %ecx\n\t"
    "movl %esi, %edx\n\t"
    "andl $0xffff0000, %edx\n\t"
    "orl $0x8e00, %edx\n\t"
    "movl $6, %eax\n\t"
    "int $0x1f\n\t"
    "incl %edi\n\t"
    "cmpl $8, %edi\n\t"
    "jne 3f\n\t"
    "movl $32, %edi\n"
    "3:\tcmpl $64, %edi\n\t"
    "jne 2b\n"
    "4:\tincl 0x3000\n\t"
    "xorl %eax, %eax\n\t"
    "int $0x1f\n\t"
    "testl $0x3f, 0x3000\n\t"
    "jnz 4b\n\t"
    "movl $0x300, %edx\n\t"
    "movl 0x3000, %eax\n\t"
    "outl %eax, %dx\n\t"
    "jmp 4b\n"
    "guest_text_end:\n"
    ".popsection\n");

void fail(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "device: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	_exit(1);
}

void want(const char *what, int result, int want)
{
	int got = result < 0 ? errno : 0;

	if (got != want)
		fail("%s: %s, not %s", what, got ? strerrorname_np(got) : "good",
		     want ? strerrorname_np(want) : "good");
}

int open_device(void)
{
	int fd = open("/dev/switchyard", O_RDWR);

	if (fd < 0)
		err(3, "/dev/switchyard");
	return fd;
}

void fill_window(uint8_t *window)
{
	struct lguest_data *data = (void *)(window + GUEST_DATA);

	memcpy(window + GUEST_ENTRY, guest_text, guest_text_end - guest_text);
	memset(data, 0, sizeof(*data));
	memset(data->ring_status, LG_RING_FREE, sizeof(data->ring_status));
	data->irq_enabled = LG_IF;
	data->syscall_vec = 0x80;
	data->kernel_address = 0xc0000000;
}

uint8_t *make_window(int mmap_flags)
{
	uint8_t *window = mmap(NULL, WINDOW_PAGES * PAGE, PROT_READ | PROT_WRITE,
			       MAP_ANONYMOUS | mmap_flags, -1, 0);

	if (window == MAP_FAILED)
		err(3, "no memory for a window");
	fill_window(window);
	return window;
}

struct lg_create create_for(const uint8_t *window)
{
	struct lg_create create = {
		.interface = LG_INTERFACE, .variant = "classic",
		.memory_hva = (uintptr_t)window, .memory_pages = WINDOW_PAGES,
		.entry_pa = GUEST_ENTRY,
	};

	return create;
}

int make_guest(uint8_t *window, const char *variant)
{
	struct lg_create create = create_for(window);
	struct lg_ports port = { GUEST_PORT, 1, 1 };
	int fd = open_device();

	snprintf(create.variant, sizeof(create.variant), "%s", variant);
	WANT(ioctl(fd, LG_CREATE, &create), 0);
	WANT(ioctl(fd, LG_CLAIM_PORTS, &port), 0);
	return fd;
}

uint32_t progress(const uint8_t *window)
{
	return *(const volatile uint32_t *)(window + GUEST_PROGRESS);
}

uint64_t switches(int fd)
{
	struct lg_counters counters;

	WANT(ioctl(fd, LG_COUNTERS, &counters), 0);
	return counters.switches;
}

void nap_us(unsigned int us)
{
	struct timespec nap = { us / 1000000, us % 1000000 * 1000 };

	while (nanosleep(&nap, &nap) && errno == EINTR)
		;
}

void wait_switches(int fd, uint64_t n)
{
	uint64_t from = switches(fd);

	for (unsigned int ms = 0; ms < STAND_STILL_MS; ms++) {
		if (switches(fd) - from >= n)
			return;
		nap_us(1000);
	}
	fail("the Guest stands still");
}

static void nothing(int signal)
{
	(void)signal;
}

void tick_every(unsigned int us)
{
	struct sigaction action = { .sa_handler = nothing };
	struct itimerval every = { { us / 1000000, us % 1000000 }, { us / 1000000, us % 1000000 } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
}

void run_until(int fd, volatile bool *stop)
{
	struct lg_run run = { 0 };

	while (!*stop) {
		if (ioctl(fd, LG_RUN, &run)) {
			if (errno != EINTR)
				fail("LG_RUN: %s", strerror(errno));
		} else if (run.reason == LG_RUN_KILLED) {
			fail("killed: %s", run.killed.message);
		} else if (run.reason != LG_RUN_PORT || run.port.port != GUEST_PORT) {
			fail("LG_RUN came back with reason %u", run.reason);
		}
	}
}

uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}
