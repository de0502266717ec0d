/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - lg, the Launcher: makes a Guest from a file, runs it, and reports how it ended.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "die.h"
#include "machine.h"
#include "mmio.h"

struct options {
	struct settings guest;
	const char *samples, *console, *test_devices;
	bool raw_console, serial;
};

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

static unsigned int parse_shadow(const char *text)
{
	static const char *const names[] = {
#define LG_X(NAME, name) [LG_SHADOW_##NAME] = #name,
		LG_SHADOW_POLICIES(LG_X)
#undef LG_X
	};

	for (unsigned int i = 0; i < LG_NR_SHADOW_POLICIES; i++)
		if (!strcmp(text, names[i]))
			return i;
#define LG_X(NAME, name) " " #name
	die(END_USAGE, "unknown shadow policy '%s'; there are:" LG_SHADOW_POLICIES(LG_X), text);
#undef LG_X
}

/* Words after the file are the Guest's command line, joined by spaces. */
static void add_word(struct settings *s, const char *word)
{
	size_t have = strlen(s->cmdline);

	if (have + strlen(word) + 2 > sizeof(s->cmdline))
		die(END_USAGE, "the Guest's command line is longer than %zu bytes",
		    sizeof(s->cmdline) - 1);
	if (have)
		strcat(s->cmdline, " ");
	strcat(s->cmdline, word);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	struct settings *s = &o->guest;

	switch (key) {
	case 'v': s->variant = arg; return 0;
	case 't': s->twin = parse_twin(arg); return 0;
	case 'm': s->mebibytes = parse_number("--mem", arg, 256); return 0;
	case 's': o->samples = arg; return 0;
	case 'i': s->initrd = arg; return 0;
	case 'd': s->device_pages = parse_number("--device-pages", arg, MMIO_PAGES); return 0;
	case 'c': s->counters = true; return 0;
	case 'r': s->registers = true; return 0;
	case 'D': s->disk = arg; return 0;
	case 'N': s->net = arg; return 0;
	case 'g': s->rng = true; return 0;
	case 'M': s->meter = true; return 0;
	case 'C': o->console = arg; return 0;
	case 'V': s->virtio_console = true; return 0;
	case 'S': o->serial = true; return 0;
	case 'R': o->raw_console = true; return 0;
	case 'p': s->privileged = true; return 0;
	case 'l': s->is_linux = s->privileged = true; return 0;
	case 'P': s->shadow = parse_shadow(arg); return 0;
	case 'I': s->input = true; return 0;
	case 'n': s->resets = parse_number("--resets", arg, 1000000); return 0;
	case 'T': o->test_devices = arg; return 0;
	case ARGP_KEY_ARG:
		if (!s->file)
			s->file = arg;
		else
			add_word(s, arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		die(END_USAGE, "name a Guest to run; see lg --help");
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_option argp_options[] = {
	{ "variant", 'v', "NAME", 0, "the Switcher's variant (default classic)", 0 },
	{ "twin", 't', "TWIN", 0, "plain or probed (default plain)", 0 },
	{ "mem", 'm', "MIB", 0, "the Guest's memory in MiB (default 4; of a Linux kernel 64)", 0 },
	{ "samples", 's', "FILE", 0, "append the Guest's samples as CSV: series,index,value", 0 },
	{ "initrd", 'i', "FILE", 0, "an initial RAM disk for the Guest", 0 },
	{ "device-pages", 'd', "N", 0,
	  "pages of plain registers right above the Guest's memory (default none)", 0 },
	{ "counters", 'c', NULL, 0, "print the Guest's counters on stderr at the end", 0 },
	{ "raw-console", 'R', NULL, 0,
	  "print what the Guest prints byte for byte, control characters too", 0 },
	{ "privileged", 'p', NULL, 0,
	  "the Guest speaks by privileged instructions and makes no hypercalls", 0 },
	{ "linux", 'l', NULL, 0,
	  "the Guest is a Linux kernel made as docs/linux.md says, on a PC with a virtio console",
	  0 },
	{ "shadow", 'P', "POLICY", 0,
	  "what a load of CR3 leaves in the shadow of a Guest with privileged instructions, and "
	  "how much a fault fills in: kept, global, flush or single (default kept)", 0 },
	{ "serial", 'S', NULL, 0, "such a Guest's console is its serial port", 0 },
	{ "virtio-console", 'V', NULL, 0, "a virtio console for a Guest of another kind", 0 },
	{ "console", 'C', "FILE", 0,
	  "write what the Guest prints to FILE, not to standard output", 0 },
	{ "input", 'I', NULL, 0,
	  "standard input comes in at the Guest's console; on a terminal Ctrl-] ends lg", 0 },
	{ "disk", 'D', "FILE[,ro]", 0,
	  "a virtio disk: the bytes of FILE, which no other Launcher may have meanwhile; with ,ro "
	  "they stay as they are", 0 },
	{ "net", 'N', "user|tap=NAME", 0,
	  "a virtio network card: to connections of an unprivileged process, or to a tap", 0 },
	{ "rng", 'g', NULL, 0, "a virtio source of random numbers", 0 },
	{ "meter", 'M', NULL, 0, "a card at which the Guest reads how often it has exited", 0 },
	{ "resets", 'n', "N", 0, "how often such a Guest may reset itself (default 0)", 0 },
	{ "registers", 'r', NULL, 0, "print its registers on stderr at the end", 0 },
	{ "test-devices", 'T', "LIST", 0,
	  "let the Guest use these test devices: all, none, or names with commas (default none)",
	  0 },
	{ 0 }
};

static const struct argp argp = {
	argp_options, parse, "GUEST [WORD...]",
	"Run a Guest: an i386 ELF file or a bzImage.  WORDs become its command line.\v"
	"Exit status: 0 the Guest powered off in order, 1 it ended otherwise (its last words are "
	"printed), or reported failure, 2 usage or a bad file, "
	"3 refused by the Host, 4 killed by the Host, 5 memory outside the Guest's window has "
	"changed, 6 the Guest used a test device that it was not given, 128+n ended by signal "
	"n.\n\n"
	"Test devices give a Guest powers of its Launcher: it can start processes, change their "
	"scheduling and CPU, and have its memory written.  They are for the project's own tests "
	"and a few benchmarks.",
	NULL, NULL, NULL
};

/* Open a file for appending; without a name `file` stays as it is. */
static void open_appended(FILE **file, const char *name)
{
	if (name && !(*file = fopen(name, "a")))
		die(END_USAGE, "%s: %s", name, strerror(errno));
}

static void close_whole(FILE *file, const char *name)
{
	if (file && name && fclose(file))
		die(END_USAGE, "%s: %s", name, strerror(errno));
}

int main(int argc, char **argv)
{
	struct options o = {
		.guest = { .variant = "classic" }, .test_devices = "none",
	};
	struct machine m = { 0 };
	int end;

	argp_err_exit_status = END_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
	if (!o.guest.mebibytes)
		o.guest.mebibytes = o.guest.is_linux ? 64 : 4;
	if (o.guest.shadow && !o.guest.privileged)
		die(END_USAGE, "--shadow is for a Guest with privileged instructions: --linux or "
		    "--privileged");
	o.guest.virtio_console |= o.guest.is_linux && !o.serial;
	if (o.guest.input && !o.guest.is_linux && !o.guest.virtio_console)
		die(END_USAGE, "--input is for a Guest with a console that reads: --linux or "
		    "--virtio-console");
	m.raw_console = o.raw_console;
	m.console = stdout;
	open_appended(&m.console, o.console);
	open_appended(&m.samples, o.samples);
	ports_choose(o.test_devices);
	end = machine_run(&m, &o.guest);
	close_whole(m.samples, o.samples);
	close_whole(m.console, o.console);
	return end;
}
