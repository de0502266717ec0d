/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of `switchyard linux`. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/data/shadow.h"
#include "linux_options.h"
#include "util/file.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/status.h"

/* The network up, the disk at /mnt, and a shell (guests/linux/init.c). */
static char *default_words[] = { "quiet", "up", "sh" };

enum { PRINT = 256, PROFILE, NATIVE, TIMEOUT, SHADOW };

static const struct argp_option argp_options[] = {
	{ "kernel", 'k', "FILE", 0, "The kernel, an ELF file or a bzImage", 0 },
	{ "initrd", 'i', "FILE", 0, "Its initial RAM disk, or none", 0 },
	{ "disk", 'd', "FILE[,ro]", 0,
	  "A disk that stays: the bytes of FILE; or none (a copy of one with a few programs)", 0 },
	{ "net", 'N', "user|tap=NAME|none", 0, "Its network (user)", 0 },
	{ "mem", 'm', "MIB", 0, "Its memory in MiB (64)", 0 },
	{ "variant", 'v', "NAME", 0, "The Switcher's variant (classic)", 0 },
	{ "twin", 't', "TWIN", 0, "plain or probed (plain)", 0 },
	{ "shadow", SHADOW, "POLICY", 0,
	  "Its shadow's policy: kept, global, flush or single (kept)", 0 },
	{ "console", 'c', "KIND", 0, "virtio or serial (virtio)", 0 },
	{ "resets", 'n', "N", 0, "How often it may reset itself and boot again (0)", 0 },
	{ "print", PRINT, "KIND", 0,
	  "What it prints: raw, byte for byte, or filtered, without control characters (raw if"
	  " standard output is a terminal)", 0 },
	{ "profile", PROFILE, "P", 0, "The lab machine's profile (fast)", 0 },
	{ "timeout", TIMEOUT, "S", 0, "End the lab machine after so many seconds", 0 },
	{ "native", NATIVE, NULL, 0, "On this kernel, in no lab machine", 0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static void one_of(struct argp_state *state, const char *what, const char *word, const char *first,
		   const char *second)
{
	if (strcmp(word, first) && strcmp(word, second))
		argp_error(state, "%s is %s or %s, not '%s'", what, first, second, word);
}

/* vm/lab takes as many digits. */
static void check_seconds(struct argp_state *state, const char *word)
{
	size_t digits = strspn(word, "0123456789");

	if (!digits || word[digits] || digits > 6 || *word == '0')
		argp_error(state, "--timeout is a number of seconds, not '%s'", word);
}

static void check_policy(const char *word)
{
	if (shadow_known(word))
		return;
	message_error("--shadow: the policies are %s, not '%s'", shadow_names(), word);
	exit(STATUS_USAGE);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct linux_options *options = state->input;

	switch (key) {
	case 'k': options->kernel = argument; return 0;
	case 'i': options->initrd = argument; return 0;
	case 'd': options->disk = argument; return 0;
	case 'N': options->net = argument; return 0;
	case 'm': options->memory = argument; return 0;
	case 'v': options->variant = argument; return 0;
	case 't':
		one_of(state, "a twin", argument, "plain", "probed");
		options->twin = argument;
		return 0;
	case SHADOW:
		check_policy(argument);
		options->shadow = argument;
		return 0;
	case 'c':
		one_of(state, "a console", argument, "virtio", "serial");
		options->console = argument;
		return 0;
	case 'n': options->resets = argument; return 0;
	case PRINT:
		one_of(state, "--print", argument, "raw", "filtered");
		options->print = argument;
		return 0;
	case PROFILE: options->profile = argument; return 0;
	case TIMEOUT:
		check_seconds(state, argument);
		options->seconds = argument;
		return 0;
	case NATIVE: options->native = true; return 0;
	case ARGP_KEY_ARGS:
		options->words = state->argv + state->next;
		options->n_words = (size_t)(state->argc - state->next);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options, .parser = parse, .args_doc = "[WORD...]",
	.doc = "Boot Linux as a Guest and talk to it; Ctrl-] leaves.  WORDs are its command line"
	       " (quiet up sh).\v"
	       "Kernel, initrd and disk are those of `make linux-guest` unless others are"
	       " named.\n\n"
	       "Exit status: 0 it powered off in order; 1 it ended otherwise, a panic among it;"
	       " 2 usage, or a file that cannot be had or is none; 3 refused; 4 killed by the"
	       " Host, or the lab machine died; 130 interrupted; 143 left by Ctrl-].",
};

void linux_options_parse(struct linux_options *options, bool native, int argc, char **argv)
{
	*options = (struct linux_options){
		.net = "user", .console = "virtio", .profile = "fast", .seconds = "999999",
		.print = isatty(STDOUT_FILENO) ? "raw" : "filtered", .native = native,
		.words = default_words,
		.n_words = sizeof(default_words) / sizeof(*default_words),
	};
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, options);
}

struct arguments {
	char **argv;
	size_t n;
};

static void add(struct arguments *to, const char *word)
{
	to->argv[to->n++] = (char *)word;
}

static bool is_none(const char *value)
{
	return !value || !strcmp(value, "none");
}

static void add_option(struct arguments *to, const char *option, const char *value)
{
	if (!value)
		return;
	add(to, option);
	add(to, value);
}

static void add_launcher_options(struct arguments *to, const struct linux_options *options)
{
	add(to, "--linux");
	add(to, "--input");
	if (!strcmp(options->console, "serial"))
		add(to, "--serial");
	if (!strcmp(options->print, "raw"))
		add(to, "--raw-console");
	add_option(to, "--initrd", is_none(options->initrd) ? NULL : options->initrd);
	add_option(to, "--disk", is_none(options->disk) ? NULL : options->disk);
	add_option(to, "--net", is_none(options->net) ? NULL : options->net);
}

static void add_own_options(struct arguments *to, const struct linux_options *options)
{
	add_option(to, "--kernel", options->kernel);
	add_option(to, "--console", options->console);
	add_option(to, "--print", options->print);
	add_option(to, "--initrd", options->initrd);
	add_option(to, "--disk", options->disk);
	add_option(to, "--net", options->net);
}

char **linux_arguments(const struct linux_options *options, char *program, bool to_launcher)
{
	enum { MOST = 32 };		/* words of options */
	struct arguments to = { calloc(MOST + options->n_words, sizeof(char *)), 0 };

	if (!to.argv)
		abort();
	add(&to, program);
	if (!to_launcher)
		add(&to, "linux");
	(to_launcher ? add_launcher_options : add_own_options)(&to, options);
	add_option(&to, "--mem", options->memory);
	add_option(&to, "--variant", options->variant);
	add_option(&to, "--twin", options->twin);
	add_option(&to, "--shadow", options->shadow);
	add_option(&to, "--resets", options->resets);
	add(&to, "--");
	if (to_launcher)
		add(&to, options->kernel);
	for (size_t i = 0; i < options->n_words; i++)
		add(&to, options->words[i]);
	return to.argv;
}

char *linux_default(const char *name)
{
	char *path = text("%s/linux/%s", payload_dir(), name);

	if (exists(path))
		return path;
	message_error("'%s' is not there: run 'make linux-guest', or name another", path);
	free(path);
	return NULL;
}

void linux_say_how_to_leave(void)
{
	if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
		fprintf(stderr, "switchyard linux: Ctrl-] leaves\n");
}
