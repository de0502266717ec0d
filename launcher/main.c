/* SPDX-License-Identifier: GPL-2.0-or-later */
/*L:020
 * main.c - lg: make a Guest from a file, run it, say how it ended.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "devices/pc.h"
#include "launcher.h"

struct options {
	const char *variant, *samples, *initrd, *file;
	unsigned int twin, mebibytes, device_pages;
	unsigned int resets;
	bool counters, registers, is_linux, privileged;
	char cmdline[LG_CMDLINE_BYTES];
};

static volatile sig_atomic_t signalled;

void die(int status, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "lg: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(status);
}

static unsigned int parse_number(const char *what, const char *text, unsigned int max)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || end == text || *text == '-' || n < 1 || n > max)
		die(END_USAGE, "%s must be 1 to %u, not '%s'", what, max, text);
	return n;
}

static unsigned int parse_twin(const char *text)
{
	if (!strcmp(text, "plain"))
		return LG_TWIN_PLAIN;
	if (!strcmp(text, "probed"))
		return LG_TWIN_PROBED;
	die(END_USAGE, "a twin is plain or probed, not '%s'", text);
}

/* Words after the file are the Guest's command line, joined by spaces. */
static void add_word(struct options *o, const char *word)
{
	size_t have = strlen(o->cmdline);

	if (have + strlen(word) + 2 > sizeof(o->cmdline))
		die(END_USAGE, "the Guest's command line is longer than %zu bytes",
		    sizeof(o->cmdline) - 1);
	if (have)
		strcat(o->cmdline, " ");
	strcat(o->cmdline, word);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'v': o->variant = arg; return 0;
	case 't': o->twin = parse_twin(arg); return 0;
	case 'm': o->mebibytes = parse_number("--mem", arg, 256); return 0;
	case 's': o->samples = arg; return 0;
	case 'i': o->initrd = arg; return 0;
	case 'd': o->device_pages = parse_number("--device-pages", arg, WINDOW_PAGES); return 0;
	case 'c': o->counters = true; return 0;
	case 'r': o->registers = true; return 0;
	case 'l': o->is_linux = o->privileged = true; return 0;
	case 'p': o->privileged = true; return 0;
	case 'R': o->resets = parse_number("--restarts", arg, 1000000); return 0;
	case ARGP_KEY_ARG:
		if (!o->file)
			o->file = arg;
		else
			add_word(o, arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		die(END_USAGE, "name a Guest to run; see lg --help");
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_option argp_options[] = {
	{ "variant", 'v', "NAME", 0, "the Switcher's variant (default classic)", 0 },
	{ "twin", 't', "TWIN", 0, "plain or probed (default plain)", 0 },
	{ "mem", 'm', "MIB", 0, "the Guest's memory in MiB (default 4)", 0 },
	{ "samples", 's', "FILE", 0, "append the Guest's samples as CSV: series,index,value", 0 },
	{ "initrd", 'i', "FILE", 0, "an initial RAM disk for the Guest", 0 },
	{ "device-pages", 'd', "N", 0, "pages of plain registers right above the Guest's memory (default none)", 0 },
	{ "counters", 'c', NULL, 0, "print the Guest's counters on stderr at the end", 0 },
	{ "linux", 'l', NULL, 0, "the Guest is a Linux kernel built as docs/linux.md says, on a PC whose serial port is standard output (memory: 64 MiB if not given)", 0 },
	{ "privileged", 'p', NULL, 0, "the Guest speaks by privileged instructions and makes no hypercalls", 0 },
	{ "restarts", 'R', "N", 0, "how often such a Guest may reset itself; then that is its end (default 0)", 0 },
	{ "registers", 'r', NULL, 0, "print its registers on stderr at the end", 0 },
	{ 0 }
};

static const struct argp argp = {
	argp_options, parse, "GUEST [WORD...]",
	"Run a Guest: an i386 ELF file or a bzImage.  WORDs become its command line.\v"
	"Exit status: 0 finished, 1 finished but reported failure, 2 usage or a bad file, "
	"3 refused by the Host, 4 killed by the Host, 5 memory outside the Guest's window has "
	"changed, 128+n ended by signal n.",
	NULL, NULL, NULL
};

static void on_signal(int signal)
{
	signalled = signal;
}

/* Without SA_RESTART: LG_RUN comes back with EINTR and the end is an orderly one. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
}

static int open_host(struct lg_version *version)
{
	int fd = open("/dev/switchyard", O_RDWR | O_CLOEXEC);

	if (fd < 0 && errno == EACCES)
		die(END_REFUSED, "/dev/switchyard: permission denied: run as root");
	if (fd < 0)
		die(END_REFUSED, "/dev/switchyard: %s: load the module first (insmod switchyard.ko)",
		    strerror(errno));
	if (ioctl(fd, LG_VERSION, version))
		die(END_REFUSED, "/dev/switchyard does not know its version: another build?");
	if (version->interface != LG_INTERFACE)
		die(END_REFUSED, "the module (build %.64s) has interface %u, this Launcher has %u: rebuild both",
		    version->build, version->interface, LG_INTERFACE);
	return fd;
}

static const char *refusal(int error)
{
	switch (error) {
	case ENOENT: return "no such variant; `switchyard list` names them";
	case EPERM: return "not permitted: run as root";
	case ENOSPC: return "too many Guests";
	case ENODEV: return "the Switcher lies where a Linux Guest's shared page must: boot with fewer possible CPUs (nr_cpus=)";
	case ENOMEM: return "not enough memory to pin the Guest's (see ulimit -l)";
	default: return strerror(error);
	}
}

static void create(struct machine *m, const struct options *o)
{
	struct lg_create create = {
		.interface = LG_INTERFACE,
		.twin = o->twin,
		.memory_hva = (uintptr_t)m->memory,
		.memory_pages = m->bytes / 4096,
		.device_pages = o->device_pages,
		.entry_pa = m->entry_pa,
		.flags = o->privileged ? LG_CREATE_PRIVILEGED : 0,
	};

	if (strlen(o->variant) >= sizeof(create.variant))
		die(END_REFUSED, "variant '%s': %s", o->variant, refusal(ENOENT));
	strcpy(create.variant, o->variant);
	if (ioctl(m->fd, LG_CREATE, &create))
		die(END_REFUSED, "variant '%s': %s", o->variant, refusal(errno));
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

/* What LG_RUN came back with: -1 to go on, else how the Launcher ends. */
static int handle(struct machine *m)
{
	switch (m->run.reason) {
	case LG_RUN_PORT:
		devices_access(m);
		return m->reset ? END_RESTART : -1;
	case LG_RUN_DEVICE:
		window_access(m);
		return -1;
	case LG_RUN_KILLED:
		fflush(stdout);
		fprintf(stderr, "lg: killed by the Host: %.*s\n", LG_REASON_BYTES,
			m->run.killed.message);
		return END_KILLED;
	case LG_RUN_SHUTDOWN:
		if (m->run.shutdown.how == LG_SHUTDOWN_RESTART && !m->status)
			return END_RESTART;
		return m->status ? END_FAILED : END_FINISHED;
	}
	die(END_REFUSED, "the Host gave no known reason (%u): rebuild both", m->run.reason);
}

static int run(struct machine *m)
{
	int end = -1;

	while (end < 0) {
		if (signalled)
			return END_SIGNAL + signalled;
		if (!ioctl(m->fd, LG_RUN, &m->run))
			end = handle(m);
		else if (errno != EINTR)
			die(END_REFUSED, "the Host refused to run the Guest: %s", strerror(errno));
	}
	return end;
}

/* The rate of the TSC as the Host knows it, or as it is seen to go. */
static unsigned int tsc_khz(const struct lg_version *version)
{
	struct timespec ns_20ms = { .tv_nsec = 20000000 }, from, to;
	uint64_t ticks;

	if (version->tsc_khz)
		return version->tsc_khz;
	clock_gettime(CLOCK_MONOTONIC, &from);
	ticks = __builtin_ia32_rdtsc();
	nanosleep(&ns_20ms, NULL);
	ticks = __builtin_ia32_rdtsc() - ticks;
	clock_gettime(CLOCK_MONOTONIC, &to);
	return ticks * 1000000 / ((to.tv_sec - from.tv_sec) * 1000000000ull + to.tv_nsec - from.tv_nsec);
}

/* What a Linux Guest is told before the user's own words, which may say otherwise. */
static void linux_words(char *to, size_t bytes, const struct lg_version *version)
{
	snprintf(to, bytes, "console=ttyS0,115200 reservetop=%uM tsc_early_khz=%u tsc=reliable io_delay=none panic=-1 ",
		 -version->region_va >> 20, tsc_khz(version));
}

static void make_cmdline(char *to, size_t bytes, const struct options *o,
			 const struct lg_version *version, unsigned int restarts)
{
	size_t at = 0;

	to[0] = '\0';
	if (o->is_linux)
		linux_words(to, bytes, version);
	at = strlen(to);
	at += snprintf(to + at, bytes - at, restarts ? "%s restarts=%u" : "%s", o->cmdline,
		       restarts);
	if (at >= bytes)
		die(END_USAGE, "the Guest's command line is too long");
}

/* One Guest from beginning to end.  A restarted Guest reads how often on its command
 * line. */
static int live(struct machine *m, const struct options *o, unsigned int restarts)
{
	char cmdline[LG_CMDLINE_BYTES];
	struct lg_version version;
	int end;

	m->fd = open_host(&version);
	make_cmdline(cmdline, sizeof(cmdline), o, &version, restarts);
	memory_make(m, o->mebibytes);
	window_make(o->device_pages);
	m->reset = false;
	if (o->is_linux)
		m->pc = pc_make(m);
	load_guest(m, o->file, o->initrd, cmdline);
	create(m, o);
	devices_claim(m);
	if (m->pc)
		pc_start(m->pc);
	end = run(m);
	chaos_end();
	if (m->pc)
		pc_end(m->pc);
	if (o->counters)
		print_counters(m);
	if (o->registers)
		print_registers(m);
	close(m->fd);
	window_free();
	memory_free(m);
	return end;
}

/* A Linux Guest that resets itself has panicked, or wants to boot again. */
static bool lives_again(const struct options *o, int end, unsigned int restarts)
{
	return chaos_again(end, restarts) && (!o->is_linux || restarts < o->resets);
}

int main(int argc, char **argv)
{
	struct options o = { .variant = "classic" };
	struct machine m = { 0 };
	unsigned int restarts = 0;
	int end;

	argp_err_exit_status = END_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
	if (o.samples && !(m.samples = fopen(o.samples, "a")))
		die(END_USAGE, "%s: %s", o.samples, strerror(errno));
	catch_signals();
	if (!o.mebibytes)
		o.mebibytes = o.is_linux ? 64 : 4;
	while (lives_again(&o, end = live(&m, &o, restarts), restarts)) {
		restarts++;
		if (signalled == SIGALRM)
			signalled = 0;
	}
	if (m.samples && fclose(m.samples))
		die(END_USAGE, "%s: %s", o.samples, strerror(errno));
	if (end == END_RESTART)
		die(END_FAILED, "the Guest has reset itself: a panic, or `reboot`; see --restarts");
	return end;
}
