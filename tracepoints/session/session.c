/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:625 The LTTng session. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <lttng/lttng.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "modules.h"
#include "say.h"
#include "session.h"

#define SESSION_NAME "switchyard"
#define MARK_FILE "/sys/kernel/debug/switchyard/mark"

/* Two halves: the second is there only so that LTTng can go on writing. */
enum { SUB_BUFFERS = 2 };

static bool lttng_failed(const char *what, int error)
{
	say_error("LTTng: cannot %s: %s", what, lttng_strerror(error));
	return false;
}

/* Put in a module of the payload, and remember if it was us. */
static bool load_ours(const char *payload, const char *name, const char *file, bool *ours)
{
	char *path = text("%s/%s.ko", payload, file);
	bool there = module_loaded(name), good = module_load_file(path);

	*ours = good && !there;
	free(path);
	return good;
}

static bool load_tracer(struct session *session)
{
	session->our_tracer = !module_loaded("lttng_tracer");
	return module_load_installed("lttng-tracer");
}

/* The tracer takes its clock when it is loaded, so the clock comes first. */
static bool load_modules(struct session *session)
{
	const char *payload = session->settings.payload;

	session->our_lttng_clock = !module_loaded("lttng_clock");
	return load_ours(payload, "switchyard", "switchyard", &session->our_switchyard) &&
	       module_load_installed("lttng-clock") &&
	       load_ours(payload, "lttng_clock_lg", "lttng-clock-lg", &session->our_clock) &&
	       load_tracer(session) &&
	       load_ours(payload, "lttng_probe_lg", "lttng-probe-lg", &session->our_probe);
}

static const char *daemon_program(void)
{
	static const char *const places[] = {
		"/usr/bin/lttng-sessiond", "/usr/local/bin/lttng-sessiond",
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	return NULL;
}

static void be_daemon(const char *program, const char *log)
{
	int in = open("/dev/null", O_RDONLY);
	int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	setpgid(0, 0);
	execl(program, program, "--extra-kmod-probes=lg", "--kmod-probes=lg",
	      "--sig-parent", (char *)NULL);
	_exit(127);
}

static volatile sig_atomic_t daemon_ready;

static void note_ready(int number)
{
	(void)number;
	daemon_ready = 1;
}

/*
 * The daemon stays our child, so that its death is seen, and tells us by SIGUSR1
 * that it can be talked to.
 */
static bool wait_ready(struct session *session, const char *log)
{
	for (int tenths = 0; tenths < 1200; tenths++) {
		if (daemon_ready)
			return true;
		if (waitpid(session->daemon, NULL, WNOHANG) == session->daemon) {
			session->daemon = 0;
			break;
		}
		usleep(100 * 1000);
	}
	say_error("the LTTng session daemon did not come up: see %s", log);
	return false;
}

static bool start_daemon(struct session *session)
{
	struct sigaction action = { .sa_handler = note_ready }, before;
	const char *program = daemon_program();
	char *log;
	bool good;

	if (lttng_session_daemon_alive() == 1)
		return true;
	if (!program) {
		say_error("lttng-sessiond is not there: install lttng-tools");
		return false;
	}
	daemon_ready = 0;
	sigaction(SIGUSR1, &action, &before);
	log = text("%s/sessiond.log", session->settings.scratch);
	session->daemon = fork();
	if (session->daemon == 0)
		be_daemon(program, log);
	good = session->daemon > 0 && wait_ready(session, log);
	sigaction(SIGUSR1, &before, NULL);
	free(log);
	return good;
}

static bool create_session(struct session *session)
{
	struct lttng_domain domain = {
		.type = LTTNG_DOMAIN_KERNEL, .buf_type = LTTNG_BUFFER_GLOBAL,
	};
	struct lttng_session_descriptor *descriptor =
		lttng_session_descriptor_local_create(SESSION_NAME, session->output);
	enum lttng_error_code code;

	if (!descriptor)
		return lttng_failed("describe a session", -LTTNG_ERR_NOMEM);
	code = lttng_create_session_ext(descriptor);
	lttng_session_descriptor_destroy(descriptor);
	if (code != LTTNG_OK)
		return lttng_failed("make a session", -code);
	session->created = true;
	session->handle = lttng_create_handle(SESSION_NAME, &domain);
	return session->handle || lttng_failed("address the session", -LTTNG_ERR_NOMEM);
}

/*
 * Discard mode: what does not fit is dropped and counted, and what was written
 * stays.  No timers: buffers are read when tracing stops, not while it runs.
 */
static bool enable_channel(struct session *session)
{
	struct lttng_channel *channel = lttng_channel_create(&session->handle->domain);
	int error;

	if (!channel)
		return lttng_failed("describe a channel", -LTTNG_ERR_NOMEM);
	strcpy(channel->name, SESSION_CHANNEL);
	channel->attr.overwrite = 0;
	channel->attr.subbuf_size = session->settings.buffer_bytes / SUB_BUFFERS;
	channel->attr.num_subbuf = SUB_BUFFERS;
	channel->attr.switch_timer_interval = 0;
	channel->attr.read_timer_interval = 200 * 1000;
	channel->attr.output = LTTNG_EVENT_MMAP;
	lttng_channel_set_monitor_timer_interval(channel, 0);
	error = lttng_enable_channel(session->handle, channel);
	lttng_channel_destroy(channel);
	return !error || lttng_failed("make the buffers", error);
}

static bool enable_events(struct session *session)
{
	const char *const *name = session->settings.events;
	int error = 0;

	for (; !error && *name; name++) {
		struct lttng_event *event = lttng_event_create();

		if (!event)
			return lttng_failed("describe an event", -LTTNG_ERR_NOMEM);
		event->type = LTTNG_EVENT_TRACEPOINT;
		snprintf(event->name, sizeof(event->name), "%s", *name);
		error = lttng_enable_event_with_exclusions(session->handle, event,
							   SESSION_CHANNEL, NULL, 0, NULL);
		lttng_event_destroy(event);
	}
	return !error || lttng_failed(*(name - 1), error);
}

/* The module answers with one lg_mark on each CPU that is online. */
static bool write_mark(const char *word)
{
	int fd = open(MARK_FILE, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);

	if (!good)
		say_error("cannot write '%s' to %s: %s", word, MARK_FILE, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

bool session_begin(struct session *session, const struct session_settings *settings)
{
	int error;

	memset(session, 0, sizeof(*session));
	session->settings = *settings;
	session->output = text("%s/lttng", settings->scratch);
	if (!load_modules(session) || !start_daemon(session) || !create_session(session) ||
	    !enable_channel(session) || !enable_events(session))
		return false;
	error = lttng_start_tracing(SESSION_NAME);
	if (error < 0)
		return lttng_failed("start tracing", error);
	return write_mark("start");
}

static bool count_discarded(struct session *session, uint64_t *discarded)
{
	struct lttng_channel *channels = NULL;
	int n = lttng_list_channels(session->handle, &channels);

	*discarded = 0;
	if (n < 0)
		return lttng_failed("count lost events", n);
	for (int i = 0; i < n; i++) {
		uint64_t count = 0;

		if (lttng_channel_get_discarded_event_count(&channels[i], &count) == 0)
			*discarded += count;
	}
	free(channels);
	return true;
}

static uint64_t power_of_two_above(uint64_t n)
{
	uint64_t power = 4096;

	while (power < n)
		power *= 2;
	return power;
}

/*
 * Lost events are taken to be as large as those kept.  Only a whole half of a
 * buffer may be filled before the other is needed, hence the last doubling.
 */
static uint64_t enough(const struct session_settings *settings, const struct session_loss *loss)
{
	const uint64_t event_bytes = 112;
	uint64_t most = 0;

	for (unsigned int cpu = 0; cpu < STREAM_CPUS; cpu++)
		if (loss->streams.discarded[cpu] > most)
			most = loss->streams.discarded[cpu];
	if (!most)
		most = loss->discarded;
	if (!most)
		return 0;
	most = power_of_two_above((loss->streams.largest + most * event_bytes) * 5 / 4);
	return most > settings->buffer_bytes ? most : settings->buffer_bytes * 2;
}

bool session_end(struct session *session, struct session_loss *loss)
{
	char *folder = text("%s/kernel", session->output);
	bool good = write_mark("stop");
	int error = lttng_stop_tracing(SESSION_NAME);

	memset(loss, 0, sizeof(*loss));
	if (error < 0)
		good = lttng_failed("stop tracing", error);
	good = count_discarded(session, &loss->discarded) && good;
	if (good && !streams_loss(folder, SESSION_CHANNEL, &loss->streams)) {
		say_error("the trace in %s is cut short: is the file system full?", folder);
		good = false;
	}
	loss->enough_bytes = enough(&session->settings, loss);
	free(folder);
	return good;
}

static void stop_daemon(struct session *session)
{
	if (session->daemon <= 0)
		return;
	kill(session->daemon, SIGTERM);
	while (waitpid(session->daemon, NULL, 0) < 0 && errno == EINTR)
		;
	session->daemon = 0;
}

void session_close(struct session *session)
{
	if (session->created)
		lttng_destroy_session(SESSION_NAME);
	if (session->handle)
		lttng_destroy_handle(session->handle);
	stop_daemon(session);
	if (session->our_probe)
		module_unload("lttng_probe_lg");
	if (session->our_tracer)
		module_unload_tracer();
	if (session->our_clock)
		module_unload("lttng_clock_lg");
	if (session->our_lttng_clock)
		module_unload("lttng_clock");
	if (session->our_switchyard)
		module_unload("switchyard");
	free(session->output);
	memset(session, 0, sizeof(*session));
}

json_t *session_record(const struct session_settings *settings)
{
	char *tracer = first_line("/sys/module/lttng_tracer/version");
	json_t *events = json_array(), *record;

	for (const char *const *name = settings->events; *name; name++)
		json_array_append_new(events, json_string(*name));
	record = json_pack("{s:s, s:s*, s:s, s:s, s:i, s:I, s:s, s:o}",
			   "tools", VERSION_LTTNG, "modules", tracer, "clock", "tsc (lttng-clock-lg)",
			   "mode", "discard", "sub_buffers", (int)SUB_BUFFERS, "sub_buffer_bytes",
			   (json_int_t)(settings->buffer_bytes / SUB_BUFFERS), "output", "mmap",
			   "events", events);
	free(tracer);
	return record;
}
