/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a run's folder, and analyses its trace; see run_folder.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/decode/ftrace.h"
#include "analysis/decode/graph.h"
#include "run_folder.h"
#include "util/file.h"
#include "util/message.h"
#include "util/process.h"
#include "util/sha256.h"
#include "util/status.h"

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The object in a file; answers an exit status. */
static int parse(const char *path, FILE *file, json_t **json)
{
	json_error_t error;

	errno = 0;
	*json = json_loadf(file, 0, &error);
	if (json_is_object(*json))
		return STATUS_GOOD;
	if (ferror(file)) {
		message_error("cannot read '%s': %s", path, strerror(errno));
		return STATUS_REFUSED;
	}
	if (!*json)
		message_error("'%s' is damaged: line %d: %s", path, error.line, error.text);
	else
		message_error("'%s' is damaged: it is not a JSON object", path);
	return STATUS_INVALID;
}

/* A missing file is no error; answers an exit status. */
static int load(const char *folder, const char *name, json_t **json)
{
	char *path = text("%s/%s", folder, name);
	FILE *file = fopen(path, "r");
	int status = STATUS_GOOD;

	*json = NULL;
	if (file) {
		status = parse(path, file, json);
		fclose(file);
	} else if (errno != ENOENT && errno != ENOTDIR) {
		message_error("cannot read '%s': %s", path, strerror(errno));
		status = STATUS_REFUSED;
	}
	free(path);
	return status;
}

/* The member at the end of a path of keys with dots between. */
static json_t *member(json_t *json, const char *keys)
{
	char key[64];

	while (json && *keys) {
		size_t n = strcspn(keys, ".");

		if (n >= sizeof(key))
			return NULL;
		memcpy(key, keys, n);
		key[n] = '\0';
		json = json_object_get(json, key);
		keys += n + (keys[n] == '.');
	}
	return json;
}

const char *run_folder_text(const struct run_folder *run, const char *keys)
{
	const char *found = json_string_value(member(run->run, keys));

	if (!found)
		found = json_string_value(member(run->env, keys));
	return found ? found : json_string_value(member(run->record, keys));
}

static const char *first_of(const struct run_folder *run, const char *const keys[],
			    const char *otherwise)
{
	const char *found = NULL;

	while (*keys && !found)
		found = run_folder_text(run, *keys++);
	return found ? found : otherwise;
}

bool run_folder_is_rehearsal(const struct run_folder *run)
{
	return !strcmp(run->tier, "rehearsal");
}

static void set_void(struct run_folder *run, const char *reason)
{
	if (!run->void_because)
		run->void_because = text("%s", reason);
}

/* What is wrong with a file of the run, of which run.json has the hash; NULL if nothing is. */
static const char *trouble_with(const char *path, const char *hash)
{
	char *digits;
	const char *trouble = NULL;

	if (!exists(path))
		return "missing";
	digits = sha256_of(path);
	if (!digits)
		trouble = "not to be read";
	else if (!hash || strcmp(digits, hash))
		trouble = "not the file that the run was written with";
	free(digits);
	return trouble;
}

/*
 * Tables are made of run.json and figures of the files beside it: if these had changed, the two
 * would contradict each other.
 */
static void check_data(struct run_folder *run)
{
	const char *name;
	json_t *hash;

	json_object_foreach(json_object_get(run->run, "data"), name, hash) {
		char *path = text("%s/%s", run->path, name);
		const char *trouble = trouble_with(path, json_string_value(hash));
		char *reason = trouble ? text("%s is %s", name, trouble) : NULL;

		if (reason)
			set_void(run, reason);
		free(reason);
		free(path);
	}
}

/* "boot 2 of the plan's 6 alone"; no warning for a whole run. */
static void warn_of_part(struct run_folder *run)
{
	json_t *part = json_object_get(run->run, "part");
	size_t n = json_array_size(part);
	char *line;

	run->part = n;
	if (!n)
		return;
	line = text("boot %lld%s of the plan's %lld alone: 'switchyard join' makes a run of all",
		    (long long)json_integer_value(json_array_get(part, 0)),
		    n > 1 ? " and others" : "",
		    (long long)json_integer_value(member(run->run, "plan.boots")));
	json_array_append_new(run->warnings, json_string(line));
	free(line);
}

/* The reservations that the files themselves have about the run. */
static void read_verdicts(struct run_folder *run)
{
	const char *because = json_string_value(json_object_get(run->run, "void"));
	json_int_t lost = json_integer_value(member(run->run, "loss.discarded"));
	json_t *line;
	size_t i;

	run->interrupted = json_is_true(json_object_get(run->run, "interrupted"));
	run->warnings = json_array();
	json_array_foreach(json_object_get(run->run, "warnings"), i, line)
		json_array_append(run->warnings, line);
	json_array_foreach(json_object_get(run->record, "warnings"), i, line)
		json_array_append(run->warnings, line);
	if (because)
		set_void(run, because);
	check_data(run);
	if (json_is_true(json_object_get(run->record, "void")) || lost)
		set_void(run, "the recording lost events");
	if (run->interrupted)
		json_array_append_new(run->warnings,
				      json_string("the run was interrupted: it is not complete"));
	warn_of_part(run);
	if (json_is_true(member(run->run ? run->run : run->record, "tool.dirty")))
		json_array_append_new(run->warnings, json_string(
			"built from a changed work tree: the commit does not name the source"));
	if (run_folder_is_rehearsal(run))
		json_array_append_new(run->warnings,
				      json_string("rehearsal: these are not measurements"));
}

/* All files must name the same tier. */
static bool one_tier(struct run_folder *run)
{
	static const char *const places[] = { "tier", "machine.clock.tier", "env.tier", NULL };
	static const char *const units[] = {
		"unit", "machine.clock.unit", "env.machine.clock.unit", NULL,
	};
	json_t *files[] = { run->run, run->env, run->record };

	run->tier = first_of(run, places, "unknown");
	run->unit = first_of(run, units, "TSC ticks");
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; places[j]; j++) {
			const char *tier = json_string_value(member(files[i], places[j]));

			if (tier && strcmp(tier, run->tier)) {
				message_error("tiers are mixed in this run: %s and %s; measure "
					      "again",
					  run->tier, tier);
				return false;
			}
		}
	return true;
}

static int load_all(struct run_folder *run, const char *folder)
{
	int status = load(folder, "run.json", &run->run);

	if (status == STATUS_GOOD)
		status = load(folder, "env.json", &run->env);
	if (status == STATUS_GOOD)
		status = load(folder, "record.json", &run->record);
	return status;
}

/* If the trace's folder lies in a run's folder, read that run's records; answers an exit status. */
static int find_run(struct run_folder *run, const char *path)
{
	char *parent = text("%s/..", path);
	int status = load_all(run, path);

	if (status == STATUS_GOOD && (run->run || run->record || run->env)) {
		run->path = text("%s", path);
		run->trace = text("%s/trace", path);
	} else if (status == STATUS_GOOD) {
		run->trace = text("%s", path);
		status = load_all(run, parent);
		if (run->run || run->record)
			run->path = realpath(parent, NULL);
	}
	if (run->trace && !is_folder(run->trace)) {
		free(run->trace);
		run->trace = NULL;
	}
	free(parent);
	return status;
}

int run_folder_open(struct run_folder *run, const char *path)
{
	char *clean = text("%s", path);
	size_t n = strlen(clean);
	int status;

	memset(run, 0, sizeof(*run));
	while (n > 1 && clean[n - 1] == '/')
		clean[--n] = '\0';
	if (!is_folder(clean)) {
		message_error("'%s' is not a folder: name a run's folder or a trace's", path);
		free(clean);
		return STATUS_USAGE;
	}
	status = find_run(run, clean);
	free(clean);
	if (status != STATUS_GOOD)
		return status;
	if (!one_tier(run))
		return STATUS_INVALID;
	read_verdicts(run);
	return STATUS_GOOD;
}

void run_folder_close(struct run_folder *run)
{
	if (run->analysed)
		lg_tally_free(&run->tally);
	json_decref(run->run);
	json_decref(run->env);
	json_decref(run->record);
	json_decref(run->warnings);
	free(run->path);
	free(run->trace);
	free(run->void_because);
	memset(run, 0, sizeof(*run));
}

static int status_of_graph(enum lg_graph_status status)
{
	switch (status) {
	case LG_GRAPH_GOOD:
		return STATUS_GOOD;
	case LG_GRAPH_NO_TRACE:
	case LG_GRAPH_OTHER:
		return STATUS_USAGE;
	case LG_GRAPH_DAMAGED:
		return STATUS_INVALID;
	case LG_GRAPH_STOPPED:
		return STATUS_INTERRUPTED;
	default:
		return STATUS_REFUSED;
	}
}

size_t run_folder_print_faults(const struct run_folder *run)
{
	enum { SHOWN = 16 };
	struct lg_fault fault[SHOWN];
	size_t n = run->analysed ? lg_loss_faults(&run->tally.loss, fault, SHOWN) : 0;
	char line[200];

	for (size_t i = 0; i < n && i < SHOWN; i++) {
		lg_fault_text(&run->tally.loss, &fault[i], line, sizeof(line));
		message_error("%s", line);
	}
	if (n > SHOWN)
		message_error("%zu more faults", n - SHOWN);
	return n;
}

void run_folder_print_warnings(const struct run_folder *run)
{
	json_t *line;
	size_t i;

	json_array_foreach(run->warnings, i, line)
		if (json_string_value(line))
			message_warning("%s", json_string_value(line));
}

int run_folder_shown(const struct run_folder *run, int status)
{
	if (status != STATUS_GOOD)
		return status;
	if (run->void_because)
		return STATUS_INVALID;
	return run->interrupted || run->part ? STATUS_PARTIAL : status;
}

int run_folder_visit(const char *path, int (*visit)(const void *arg, struct run_folder *run),
		     const void *arg)
{
	struct run_folder run;
	int status = run_folder_open(&run, path);

	if (status == STATUS_GOOD)
		status = visit(arg, &run);
	run_folder_close(&run);
	return status;
}

/* The Host's own counts of the Guests of this recording against the trace's.  If other Guests ran
 * too they cannot be compared. */
static bool counts_agree(struct run_folder *run)
{
	json_t *counters = json_object_get(run->record, "counters");
	uint64_t guests;
	const char *name;
	json_t *count;

	if (lg_tally_count(&run->tally, "guests", &guests) &&
	    guests != (uint64_t)json_integer_value(json_object_get(counters, "guests")))
		return true;
	json_object_foreach(counters, name, count) {
		uint64_t want = (uint64_t)json_integer_value(count), have = 0;

		if (!lg_tally_count(&run->tally, name, &have) || have == want)
			continue;
		snprintf(run->why, sizeof(run->why), "the trace has %llu %s, the Host counted %llu",
			 (unsigned long long)have, name, (unsigned long long)want);
		return false;
	}
	return true;
}

bool run_folder_trace_good(const struct run_folder *run)
{
	return run->analysed && run->status == STATUS_GOOD;
}

static bool is_snapshot(const struct run_folder *run)
{
	const char *mode = json_string_value(json_object_get(run->record, "mode"));

	return mode && !strcmp(mode, "snapshot");
}

/* The tally's own verdict, once the whole trace has been read. */
static int verify(struct run_folder *run)
{
	struct lg_fault fault;

	switch (lg_tally_verdict(&run->tally)) {
	case LG_GOOD:
		return run->tally.options.window_only || counts_agree(run) ? STATUS_GOOD :
									     STATUS_INVALID;
	case LG_NOT_OURS:
		snprintf(run->why, sizeof(run->why), "not one event of ours among %llu: "
			 "a trace of another program", (unsigned long long)run->tally.foreign);
		return STATUS_USAGE;
	case LG_NOTHING:
		snprintf(run->why, sizeof(run->why), "the trace holds no event");
		return STATUS_INVALID;
	case LG_NO_MEMORY:
		snprintf(run->why, sizeof(run->why), "the trace asks for more room than there is: "
			 "damaged, or more than %d rows or reasons", LG_MAX_ROWS);
		return STATUS_INVALID;
	default:
		lg_loss_faults(&run->tally.loss, &fault, 1);
		lg_fault_text(&run->tally.loss, &fault, run->why, sizeof(run->why));
		return STATUS_INVALID;
	}
}

/*
 * Babeltrace ends the program by an assertion when sizes of packets make no sense.
 * While it reads, its own messages are kept from stderr, and its abort becomes our error.
 */
static int kept_stderr = -1;

static void gave_up(int number)
{
	static const char line[] = "switchyard: the trace is damaged: its packets make no sense\n";

	(void)number;
	if (write(kept_stderr, line, sizeof(line) - 1) < 0)
		_exit(STATUS_REFUSED);
	_exit(STATUS_INVALID);
}

/* libtracecmd takes a file's lengths and formats for right, and reads where they lead. */
static void guard(bool is_ftrace, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigaction(SIGABRT, &action, NULL);
	if (!is_ftrace)
		return;
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

static enum lg_graph_status guarded_run(struct run_folder *run)
{
	bool is_ftrace = lg_is_ftrace(run->trace);
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	enum lg_graph_status status;

	fflush(stderr);
	kept_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (nowhere >= 0 && kept_stderr >= 0)
		dup2(nowhere, STDERR_FILENO);
	guard(is_ftrace, gave_up);
	status = (is_ftrace ? lg_ftrace_run : lg_graph_run)(
		run->trace, &run->tally, &interrupted, run->why, sizeof(run->why));
	guard(is_ftrace, SIG_DFL);
	if (nowhere >= 0 && kept_stderr >= 0)
		dup2(kept_stderr, STDERR_FILENO);
	close(nowhere);
	close(kept_stderr);
	return status;
}

void run_folder_analyse(struct run_folder *run, const struct lg_options *options)
{
	enum lg_graph_status status;
	struct lg_options own = *options;

	if (!run->trace || run->analysed)
		return;
	own.window_only |= is_snapshot(run);
	lg_tally_init(&run->tally, &own);
	run->tally.consumers = run->consumers;
	run->analysed = true;
	status = guarded_run(run);
	run->unread = status != LG_GRAPH_GOOD;
	run->status = status == LG_GRAPH_GOOD ? verify(run) : status_of_graph(status);
	if (run->status == STATUS_INVALID)
		set_void(run, run->why);
}

/* The run's warnings as they stand in a caption, the first few of them; to be freed. */
static char *caption_of_warnings(const struct run_folder *run)
{
	enum { MOST = 3 };
	size_t n = json_array_size(run->warnings), i;
	char *all = strdup(""), *longer;
	json_t *line;

	json_array_foreach(run->warnings, i, line) {
		if (i == MOST)
			break;
		longer = text("%s; warning: %s", all, json_string_value(line));
		free(all);
		all = longer;
	}
	if (n > MOST) {
		longer = text("%s; and %zu more warnings", all, n - MOST);
		free(all);
		all = longer;
	}
	return all;
}

char *run_folder_caption(const struct run_folder *run, const char *numbers)
{
	static const char *const commits[] = { "tool.commit", NULL };
	static const char *const kernels[] = { "machine.kernel", "env.machine.kernel", NULL };
	static const char *const qemus[] = { "lab.qemu", "env.lab.qemu", NULL };
	static const char *const others[] = { "lab.bochs", "env.lab.bochs", NULL };
	const char *qemu = first_of(run, qemus, NULL), *other = first_of(run, others, NULL);
	bool dirty = json_is_true(member(run->run ? run->run : run->record, "tool.dirty"));
	char *warnings = caption_of_warnings(run), *caption;
	int n = -1;

	if (qemu && strstr(qemu, "version "))
		qemu = strstr(qemu, "version ") + 8;
	if (qemu)
		n = (int)strcspn(qemu, " ");
	caption = text("unit %s, tier %s; %s; commit %s%s; kernel %s; %s%.*s%s", run->unit,
		       run->tier, numbers, first_of(run, commits, "unknown"),
		       dirty ? " (dirty)" : "", first_of(run, kernels, "unknown"),
		       other ? "" : "QEMU ", other ? -1 : n,
		       other ? other : qemu ? qemu : "unknown", warnings);
	free(warnings);
	return caption;
}
