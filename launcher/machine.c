/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine.c - makes a Guest, runs it, passes its requests to the devices, and decides how it has
 * ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "devices/bus.h"
#include "devices/pc.h"
#include "die.h"
#include "load.h"
#include "machine.h"
#include "memory.h"
#include "mmio.h"
#include "terminal.h"

static volatile sig_atomic_t signalled;

/* A signal that comes between the check of `signalled` and LG_RUN would be missed until the next
 * exit: the alarm repeats. */
static void on_signal(int signal)
{
	if (signal != SIGALRM)
		alarm(1);
	if (!signalled || signalled == SIGALRM)
		signalled = signal;
}

/* Without SA_RESTART: LG_RUN comes back with EINTR and the end is an orderly one. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
}

static int open_host(struct lg_version *version)
{
	int fd = open("/dev/switchyard", O_RDWR | O_CLOEXEC);

	if (fd < 0 && errno == EACCES)
		die(END_REFUSED, "/dev/switchyard: permission denied: run as root");
	if (fd < 0)
		die(END_REFUSED,
		    "/dev/switchyard: %s: load the module first (insmod switchyard.ko)",
		    strerror(errno));
	if (ioctl(fd, LG_VERSION, version))
		die(END_REFUSED, "/dev/switchyard does not know its version: another build?");
	if (version->interface != LG_INTERFACE)
		die(END_REFUSED,
		    "the module (build %.64s) has interface %u, this Launcher has %u: rebuild both",
		    version->build, version->interface, LG_INTERFACE);
	return fd;
}

static const char *refusal(int error)
{
	switch (error) {
	case ENOENT: return "no such variant; `switchyard list` names them";
	case EPERM: return "not permitted: run as root";
	case ENOSPC: return "too many Guests";
	case EBUSY: return "it must not run beside kvm-intel: unload that first";
	case ENODEV:
		return "the Switcher lies where the page must that such a Guest shares with the "
		       "Host: boot with fewer possible CPUs (nr_cpus=)";
	case ENOMEM: return "not enough memory to pin the Guest's (see ulimit -l)";
	default: return strerror(error);
	}
}

static void create(struct machine *m, const struct settings *s)
{
	struct lg_create create = {
		.interface = LG_INTERFACE,
		.twin = s->twin,
		.memory_hva = (uintptr_t)m->memory,
		.memory_pages = m->bytes / 4096,
		.device_pages = s->device_pages,
		.entry_pa = m->entry_pa,
		.flags = (s->privileged ? LG_CREATE_PRIVILEGED : 0) |
			 s->shadow << LG_CREATE_SHADOW_SHIFT,
	};

	if (strlen(s->variant) >= sizeof(create.variant))
		die(END_REFUSED, "variant '%s': %s", s->variant, refusal(ENOENT));
	strcpy(create.variant, s->variant);
	if (ioctl(m->fd, LG_CREATE, &create))
		die(END_REFUSED, "variant '%s': %s", s->variant, refusal(errno));
}

static void print_counters(struct machine *m)
{
	struct lg_counters c;

	if (ioctl(m->fd, LG_COUNTERS, &c))
		return;
	fprintf(stderr, "switches %llu\n", (unsigned long long)c.switches);
#define LG_X(NAME, name) \
	fprintf(stderr, #name " %llu\n", (unsigned long long)c.classes[LG_CLASS_##NAME]);
	LG_TRAP_CLASSES(LG_X)
#undef LG_X
#define LG_X(NAME, name) \
	fprintf(stderr, "copy_in_" #name " %llu\n", (unsigned long long)c.copies[LG_COPY_##NAME]);
	LG_COPY_REASONS(LG_X)
#undef LG_X
#define LG_X(NAME, name) \
	fprintf(stderr, "privileged_" #name " %llu\n", \
		(unsigned long long)c.insns[LG_PRIVILEGED_##NAME]);
	LG_PRIVILEGED_INSNS(LG_X)
#undef LG_X
#define LG_X(NAME, name) \
	fprintf(stderr, "stayed_" #name " %llu\n", (unsigned long long)c.stays[LG_STAY_##NAME]);
	LG_STAY_CLASSES(LG_X)
#undef LG_X
}

static void print_registers(struct machine *m)
{
	struct lg_user_regs r;

	if (ioctl(m->fd, LG_GET_REGS, &r))
		return;
	fprintf(stderr, "eip %08x eflags %08x cs %04x ss %04x ds %04x es %04x fs %04x gs %04x\n",
		r.eip, r.eflags, r.cs, r.ss, r.ds, r.es, r.fs, r.gs);
	fprintf(stderr, "eax %08x ebx %08x ecx %08x edx %08x esi %08x edi %08x ebp %08x esp %08x\n",
		r.eax, r.ebx, r.ecx, r.edx, r.esi, r.edi, r.ebp, r.esp);
}

static bool is_clean(const char *message)
{
	return !strcmp(message, LG_TEXT_FINISHED) || !strcmp(message, LG_TEXT_POWER_DOWN);
}

/* The message of a Guest that ended in an orderly way is not printed.  The Host has made
 * its message one line of printable ASCII. */
static int shut_down(struct machine *m)
{
	const char *message = m->run.shutdown.message;
	bool restart = m->run.shutdown.how == LG_SHUTDOWN_RESTART;

	fflush(stdout);
	if (m->status)
		fprintf(stderr, "lg: the Guest reported failure (status %u) and ended: %s\n",
			m->status, message);
	else if (restart)
		fprintf(stderr, "lg: the Guest restarts: %s\n", message);
	else if (!is_clean(message))
		fprintf(stderr, "lg: the Guest powered off with an error: %s\n", message);
	else
		return END_FINISHED;
	return restart && !m->status ? END_RESTART : END_FAILED;
}

/* Handle the reason that LG_RUN came back with: -1 to go on, else how the Launcher ends. */
static int handle(struct machine *m)
{
	switch (m->run.reason) {
	case LG_RUN_PORT:
		ports_access(m);
		return m->reset ? END_RESTART : -1;
	case LG_RUN_DEVICE:
		mmio_access(m);
		return -1;
	case LG_RUN_KILLED:
		fflush(stdout);
		fprintf(stderr, "lg: killed by the Host: %.*s\n", LG_REASON_BYTES,
			m->run.killed.message);
		return END_KILLED;
	case LG_RUN_SHUTDOWN:
		return shut_down(m);
	}
	die(END_REFUSED, "the Host gave no known reason (%u): rebuild both", m->run.reason);
}

static int run(struct machine *m)
{
	int end = -1;

	while (end < 0) {
		if (signalled) {
			alarm(0);
			return END_SIGNAL + signalled;
		}
		if (!ioctl(m->fd, LG_RUN, &m->run))
			end = handle(m);
		else if (errno != EINTR)
			die(END_REFUSED, "the Host refused to run the Guest: %s", strerror(errno));
	}
	return end;
}

/* The rate of the TSC as the Host knows it, or as measured here. */
static unsigned int tsc_khz(const struct lg_version *version)
{
	struct timespec ms_20 = { .tv_nsec = 20000000 }, from, to;
	uint64_t ticks;

	if (version->tsc_khz)
		return version->tsc_khz;
	clock_gettime(CLOCK_MONOTONIC, &from);
	ticks = __builtin_ia32_rdtsc();
	nanosleep(&ms_20, NULL);
	ticks = __builtin_ia32_rdtsc() - ticks;
	clock_gettime(CLOCK_MONOTONIC, &to);
	return ticks * 1000000 /
	       ((to.tv_sec - from.tv_sec) * 1000000000ull + to.tv_nsec - from.tv_nsec);
}

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (; *words; words += strspn(words, " ")) {
		size_t bytes = strcspn(words, " ");

		if (bytes == n && !memcmp(words, word, n))
			return true;
		words += bytes;
	}
	return false;
}

/* A virtio console starts late and does not print earlier messages, so until then the serial port
 * is the console.  The order of the words matters: a console prints the whole log when it is
 * named, unless `quiet` comes before it. */
static const char *console_words(const struct settings *s)
{
	if (!s->virtio_console)
		return "console=ttyS0,115200";
	if (has_word(s->cmdline, "quiet"))
		return "quiet earlyprintk=serial,ttyS0,115200 console=hvc0";
	return "earlyprintk=serial,ttyS0,115200 console=hvc0";
}

/* The words that precede the user's own on a Linux Guest's command line; the user's override
 * them. */
static void linux_words(char *to, size_t bytes, const struct settings *s,
			const struct lg_version *version)
{
	snprintf(to, bytes, "%s reservetop=%uM tsc_early_khz=%u tsc=reliable "
		 "io_delay=none panic=-1 ", console_words(s), -version->region_va >> 20,
		 tsc_khz(version));
}

/* A restarted Guest finds the number of restarts on its command line. */
static void make_cmdline(char *to, size_t bytes, const struct settings *s,
			 const struct lg_version *version, unsigned int restarts)
{
	size_t at;

	to[0] = '\0';
	if (s->is_linux)
		linux_words(to, bytes, s, version);
	at = strlen(to);
	at += snprintf(to + at, bytes - at, restarts ? "%s restarts=%u" : "%s", s->cmdline,
		       restarts);
	if (at >= bytes)
		die(END_USAGE, "the Guest's command line is too long");
}

static size_t type_at_card(void *context, const uint8_t *bytes, size_t n)
{
	struct machine *m = context;

	return bus_console_receive(m->bus, bytes, n);
}

static size_t type_at_uart(void *context, const uint8_t *bytes, size_t n)
{
	struct machine *m = context;

	return pc_uart_receive(m->pc, bytes, n);
}

static void begin_devices(struct machine *m, const struct settings *s)
{
	if (s->is_linux)
		pc_begin(m);
	bus_begin(m, s);
	ports_claim(m);
	if (s->input)
		terminal_begin(&m->terminal, s->virtio_console ? type_at_card : type_at_uart, m);
}

static void end_devices(struct machine *m, const struct settings *s)
{
	if (s->input)
		terminal_end(&m->terminal);
	if (s->counters)
		bus_print_counters(m);
	bus_end(m);
	if (s->is_linux)
		pc_end(m);
}

/* One Guest from beginning to end. */
static int live(struct machine *m, const struct settings *s, unsigned int restarts)
{
	char cmdline[LG_CMDLINE_BYTES];
	struct lg_version version;
	int end;

	m->fd = open_host(&version);
	make_cmdline(cmdline, sizeof(cmdline), s, &version, restarts);
	memory_make(m, s->mebibytes);
	mmio_make(s->device_pages);
	load_guest(m, s, cmdline);
	create(m, s);
	begin_devices(m, s);
	end = run(m);
	end_devices(m, s);
	ports_life_ended(m, end);
	if (s->counters)
		print_counters(m);
	if (s->registers)
		print_registers(m);
	close(m->fd);
	mmio_free();
	memory_free(m);
	return end;
}

/* A Linux Guest that resets itself has panicked, or wants to boot again. */
static bool may_reset(const struct settings *s, int end, unsigned int restarts)
{
	if (end != END_RESTART || !s->is_linux || restarts < s->resets)
		return true;
	die(END_FAILED, "the Guest has reset itself: a panic, or `reboot`; --resets allows it");
}

int machine_run(struct machine *m, const struct settings *s)
{
	unsigned int restarts = 0;
	int end;

	catch_signals();
	while (ports_again(end = live(m, s, restarts), restarts) && may_reset(s, end, restarts)) {
		restarts++;
		m->reset = false;
		if (signalled == SIGALRM)
			signalled = 0;
	}
	return end;
}
