/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:245
 * check: is this machine fit, and for which tier.  On the workstation it looks
 * at what the lab machine is made of and then boots it, to look from inside.
 */
#define _GNU_SOURCE
#include <argp.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "findings.h"
#include "inside.h"
#include "lab.h"
#include "machine.h"
#include "results.h"
#include "runner.h"

struct options {
	const char *profile;
	const char *save;		/* inside: the file that gets the findings */
	bool json, native, boot;
};

const char *verdict(bool good)
{
	return good ? "good" : "bad";
}

const char *verdict_on(const json_t *findings, const char *subject)
{
	json_t *one;
	size_t i;

	json_array_foreach(findings, i, one)
		if (!strcmp(json_string_value(json_object_get(one, "subject")), subject))
			return json_string_value(json_object_get(one, "verdict"));
	return NULL;
}

void finding(json_t *findings, const char *kind, const char *subject, const char *format, ...)
{
	va_list arguments;
	char *line;

	va_start(arguments, format);
	if (vasprintf(&line, format, arguments) < 0)
		abort();
	va_end(arguments);
	json_array_append_new(findings, json_pack("{s:s, s:s, s:s, s:s}", "where",
		acts_here() ? "host" : "workstation", "subject", subject, "verdict", kind,
		"text", line));
	free(line);
}

/* /dev/kvm alone says little: where the CPU shows neither flag, it may hang. */
static void check_kvm(json_t *findings)
{
	bool flag = machine_has_flag("vmx") || machine_has_flag("svm");
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	finding(findings, flag && fd >= 0 ? "good" : "note", "KVM", "%s",
		!flag ? "not usable: the CPU shows neither vmx nor svm" :
		fd < 0 ? "not usable: /dev/kvm cannot be opened" :
		"the CPU has it and /dev/kvm opens");
	if (fd >= 0)
		close(fd);
}

static bool in_path(const char *program)
{
	char *folders = strdup(getenv("PATH") ? getenv("PATH") : ""), *rest = folders, *folder;
	bool found = false;

	while (!found && (folder = strsep(&rest, ":"))) {
		char *path = text("%s/%s", folder, program);

		found = access(path, X_OK) == 0;
		free(path);
	}
	free(folders);
	return found;
}

/* The release that a module was built for opens its vermagic. */
static bool built_for(const char *module, const char *release)
{
	char *wanted = text("vermagic=%s ", release), *data = NULL;
	FILE *file = fopen(module, "r");
	long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
	bool found = false;

	if (size > 0 && (data = malloc((size_t)size))) {
		rewind(file);
		found = fread(data, 1, (size_t)size, file) == (size_t)size &&
			memmem(data, (size_t)size, wanted, strlen(wanted));
	}
	if (file)
		fclose(file);
	free(data);
	free(wanted);
	return found;
}

static void check_build(json_t *findings)
{
	char *path = text("%s/build/base/kernel-release", project_dir());
	char *module = text("%s/switchyard.ko", payload_dir()), *release = first_line(path);
	bool fits = release && built_for(module, release);

	finding(findings, verdict(release), "base", "%s%s",
		release ? "the lab machine is built, kernel " : "not built: run 'make'",
		release ? release : "");
	finding(findings, verdict(fits), "module file", "%s",
		fits ? "switchyard.ko is built for that kernel" :
		!exists(module) ? "switchyard.ko is not built: run 'make'" :
		"switchyard.ko is built for another kernel: run 'make'");
	free(path);
	free(module);
	free(release);
}

/* Run this command inside and take over what it found. */
static void check_lab(const struct options *options, json_t *findings)
{
	static const char *const words[] = { "check", "--native", "--save", "/out/check.json", NULL };
	char out[] = "/tmp/switchyard.XXXXXX";
	char *log, *path;
	json_t *found;

	if (!lab_ready() || !mkdtemp(out))
		return;
	log = text("%s/console.log", out);
	path = text("%s/check.json", out);
	say_progress("booting the lab machine (%s)", options->profile);
	lab_run(&(struct lab){ .profile = options->profile, .out = out, .log = log }, words);
	found = json_load_file(path, 0, NULL);
	if (found)
		json_array_extend(findings, found);
	finding(findings, verdict(found), "lab machine", "%s",
		found ? "boots and runs this program" : "did not come up");
	json_decref(found);
	remove_tree(out);
	free(log);
	free(path);
}

static void check_workstation(const struct options *options, json_t *findings)
{
	bool qemu = in_path("qemu-system-i386");

	finding(findings, geteuid() == 0 ? "good" : "note", "privilege", "%s",
		geteuid() == 0 ? "root" : "not root: building needs sudo");
	check_kvm(findings);
	finding(findings, verdict(qemu), "QEMU", "%s",
		qemu ? "qemu-system-i386 is there" : "qemu-system-i386 is not there: run 'make setup'");
	check_build(findings);
	if (options->boot && qemu)
		check_lab(options, findings);
}

/* The text of a finding, or "". */
static const char *text_of(const json_t *findings, const char *subject)
{
	json_t *one;
	size_t i;

	json_array_foreach(findings, i, one)
		if (!strcmp(json_string_value(json_object_get(one, "subject")), subject))
			return json_string_value(json_object_get(one, "text"));
	return "";
}

static bool all_good(const json_t *findings)
{
	json_t *one;
	size_t i;

	json_array_foreach(findings, i, one)
		if (!strcmp(json_string_value(json_object_get(one, "verdict")), "bad"))
			return false;
	return true;
}

/* {tier: {fit, why}}; without a look at a clock nothing is promised. */
static json_t *tiers(const json_t *findings)
{
	const char *clock = text_of(findings, "clock");
	bool fit = all_good(findings) && *clock;
	bool insns = fit && !strncmp(clock, "tier insns", 10);
	bool cycles = fit && !strncmp(clock, "tier cycles", 11);
	const char *unfit = !*clock ? "the Host was not looked at" : "see what is bad above";

	return json_pack("{s:{s:b, s:s}, s:{s:b, s:s}, s:{s:b, s:s}, s:{s:b, s:s}}",
		"insns", "fit", (int)insns, "why",
		insns ? "the counter counts instructions" : !fit ? unfit :
		"the counter does not count instructions: use profile counted",
		"ops", "fit", 0, "why", "this version has no emulator plugin that counts operations",
		"cycles", "fit", (int)cycles, "why",
		cycles ? "real hardware with an invariant TSC" :
		"needs KVM or bare metal, and an invariant TSC",
		"rehearsal", "fit", (int)fit, "why",
		fit ? "anything that runs will do" : unfit);
}

static void print_text(const json_t *findings, const json_t *tier_record)
{
	const char *name;
	json_t *one;
	size_t i;

	json_array_foreach(findings, i, one) {
		const char *kind = json_string_value(json_object_get(one, "verdict"));
		enum colour colour = *kind == 'g' ? COLOUR_GOOD : *kind == 'b' ? COLOUR_BAD : COLOUR_DIM;

		printf("%s%-5s%s %-12s %-14s %s\n", say_colour(colour), kind,
		       say_colour(COLOUR_NONE), json_string_value(json_object_get(one, "where")),
		       json_string_value(json_object_get(one, "subject")),
		       json_string_value(json_object_get(one, "text")));
	}
	json_object_foreach((json_t *)tier_record, name, one)
		printf("tier  %-12s %-14s %s\n", name,
		       json_is_true(json_object_get(one, "fit")) ? "fit" : "not fit",
		       json_string_value(json_object_get(one, "why")));
}

static int conclude(const struct options *options, json_t *findings)
{
	json_t *tier_record = tiers(findings);
	int status = all_good(findings) ? STATUS_GOOD : STATUS_REFUSED;
	json_t *whole;

	if (options->json) {
		whole = json_pack("{s:s, s:o, s:b, s:O, s:O}", "schema", "switchyard-check-1",
				  "tool", tool_record(), "fit", status == STATUS_GOOD, "findings",
				  findings, "tiers", tier_record);
		json_dumpf(whole, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(whole);
	} else {
		print_text(findings, tier_record);
	}
	json_decref(tier_record);
	return status;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'j':
		options->json = true;
		return 0;
	case 'p':
		options->profile = argument;
		return 0;
	case 'n':
		options->native = true;
		return 0;
	case 'b':
		options->boot = false;
		return 0;
	case 's':
		options->save = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int cmd_check(int argc, char **argv)
{
	static const struct argp_option argp_options[] = {
		{ "json", 'j', NULL, 0, "Print JSON", 0 },
		{ "profile", 'p', "P", 0, "Profile of the lab machine (counted)", 0 },
		{ "no-boot", 'b', NULL, 0, "Do not boot the lab machine", 0 },
		{ "native", 'n', NULL, 0, "Look at this kernel only", 0 },
		{ "save", 's', "FILE", 0, "Write the findings to a file instead", 0 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	static const struct argp argp = {
		.options = argp_options, .parser = parse,
		.doc = "Tell whether this machine is fit, and for which tier of numbers.",
	};
	struct options options = { .profile = "counted", .native = acts_here(), .boot = true };
	json_t *findings = json_array();
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	catch_interrupts();
	if (options.native && !inside_possible())
		return STATUS_REFUSED;
	if (options.native)
		inside_check(findings);
	else
		check_workstation(&options, findings);
	say_progress_end();
	if (options.save)
		status = json_write(findings, options.save) ? STATUS_GOOD : STATUS_REFUSED;
	else
		status = conclude(&options, findings);
	json_decref(findings);
	return interrupted ? STATUS_INTERRUPTED : status;
}
