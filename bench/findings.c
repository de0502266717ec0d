/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings, the tiers that follow from them, and the options of `check`. */
#include <argp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "findings.h"
#include "util/json.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"

const char *verdict(bool good)
{
	return good ? "good" : "bad";
}

/* Without a checkout this is the agent, which looks at the kernel that is to be the Host. */
void finding(json_t *findings, const char *kind, const char *subject, const char *format, ...)
{
	va_list arguments;
	char *line;

	va_start(arguments, format);
	if (vasprintf(&line, format, arguments) < 0)
		abort();
	va_end(arguments);
	json_array_append_new(findings, json_pack("{s:s, s:s, s:s, s:s}", "where",
		project_dir() ? "workstation" : "host", "subject", subject, "verdict", kind,
		"text", line));
	free(line);
}

/* The text or the verdict of a finding, or "". */
static const char *look_up(const json_t *findings, const char *subject, const char *key)
{
	json_t *one;
	size_t i;

	json_array_foreach(findings, i, one)
		if (!strcmp(json_string_value(json_object_get(one, "subject")), subject))
			return json_string_value(json_object_get(one, key));
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

/* {tier: {fit, why}}; nothing is promised if no clock was measured. */
static json_t *tiers(const json_t *findings)
{
	const char *clock = look_up(findings, "clock", "text");
	const char *plugin = look_up(findings, "plugin", "text");
	bool fit = all_good(findings) && *clock;
	bool insns = fit && !strncmp(clock, "tier insns", 10);
	bool ops = insns && !strcmp(look_up(findings, "plugin", "verdict"), "good");
	bool cycles = fit && !strncmp(clock, "tier cycles", 11);
	const char *unfit = !*clock ? "the Host was not looked at" : "see what is bad above";

	return json_pack("{s:{s:b, s:s}, s:{s:b, s:s}, s:{s:b, s:s}, s:{s:b, s:s}}",
		"insns", "fit", (int)insns, "why",
		insns ? "the counter counts instructions" : !fit ? unfit :
		"the counter does not count instructions: use profile counted",
		"ops", "fit", (int)ops, "why",
		ops ? "the emulator's plugin counts operations" : !fit ? unfit :
		*plugin ? plugin : "needs the emulator's plugin: use profile counted",
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
		enum colour colour = *kind == 'g' ? COLOUR_GOOD : *kind == 'b' ? COLOUR_BAD :
			COLOUR_DIM;

		printf("%s%-5s%s %-12s %-14s %s\n", message_colour(colour), kind,
		       message_colour(COLOUR_NONE),
		       json_string_value(json_object_get(one, "where")),
		       json_string_value(json_object_get(one, "subject")),
		       json_string_value(json_object_get(one, "text")));
	}
	json_object_foreach((json_t *)tier_record, name, one)
		printf("tier  %-12s %-14s %s\n", name,
		       json_is_true(json_object_get(one, "fit")) ? "fit" : "not fit",
		       json_string_value(json_object_get(one, "why")));
}

static int conclude(const struct check_options *options, json_t *findings)
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
	struct check_options *options = state->input;

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

void check_options_parse(struct check_options *options, bool native, int argc, char **argv)
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

	*options = (struct check_options){ .profile = "counted", .native = native, .boot = true };
	argp_parse(&argp, argc, argv, 0, NULL, options);
}

int check_conclude(const struct check_options *options, json_t *findings)
{
	int status;

	message_progress_end();
	if (options->save)
		status = json_write(findings, options->save) ? STATUS_GOOD : STATUS_REFUSED;
	else
		status = conclude(options, findings);
	return interrupted ? STATUS_INTERRUPTED : status;
}
