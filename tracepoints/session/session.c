/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The LTTng session. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <lttng/lttng.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/file.h"
#include "modules.h"
#include "util/message.h"
#include "session.h"
#include "watchdog.h"

#define SESSION_NAME "switchyard"
#define DEBUGFS "/sys/kernel/debug/switchyard/"

/*
 * Two halves: the second only lets LTTng go on writing.  A flight recorder discards a whole part
 * at a time, so it has more.
 */
enum { SUB_BUFFERS = 2, SNAPSHOT_SUB_BUFFERS = 8 };

static unsigned int sub_buffers(const struct session_settings *settings)
{
	return settings->snapshot ? SNAPSHOT_SUB_BUFFERS : SUB_BUFFERS;
}

/* The watchdog has ended a call and printed why; what fails after that fails because of it. */
static atomic_bool given_up;

static bool lttng_failed(const char *what, int error)
{
	if (!atomic_load(&given_up))
		message_error("LTTng: cannot %s: %s", what, lttng_strerror(error));
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

static bool wants(const struct session_settings *settings, const char *prefix)
{
	for (const char *const *name = settings->events; *name; name++)
		if (!strncmp(*name, prefix, strlen(prefix)))
			return true;
	return false;
}

/* LTTng's probe of one of the kernel's own groups of events, if it is asked for. */
static bool load_probe(struct session *session, const char *prefix, const char *module,
		       const char *name, bool *ours)
{
	if (!wants(&session->settings, prefix))
		return true;
	*ours = !module_loaded(name);
	return module_load_installed(module);
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
	       load_probe(session, "sched_", "lttng-probe-sched", "lttng_probe_sched",
			  &session->our_sched) &&
	       load_probe(session, "irq_", "lttng-probe-irq", "lttng_probe_irq",
			  &session->our_irq) &&
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
 * The daemon stays our child, so that its death is seen, and sends SIGUSR1 when it is ready.
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
	message_error("the LTTng session daemon did not come up: see %s", log);
	return false;
}

/*
 * A daemon of ours has a process group of its own, with the consumer in it, and we inherit its
 * orphans: so both can be ended and waited for.
 */
static bool start_daemon(struct session *session)
{
	struct sigaction action = { .sa_handler = note_ready }, before;
	const char *program = daemon_program();
	char *log;
	bool good;

	if (lttng_session_daemon_alive() == 1)
		return true;
	if (!program) {
		message_error("lttng-sessiond is not there: install lttng-tools");
		return false;
	}
	daemon_ready = 0;
	sigaction(SIGUSR1, &action, &before);
	log = text("%s/sessiond.log", session->settings.scratch);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
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
		session->settings.snapshot ?
		lttng_session_descriptor_snapshot_local_create(SESSION_NAME, session->output) :
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
static bool enable_channel(struct session *session, const char *name, uint64_t bytes)
{
	struct lttng_channel *channel = lttng_channel_create(&session->handle->domain);
	unsigned int parts = sub_buffers(&session->settings);
	int error;

	if (!channel)
		return lttng_failed("describe a channel", -LTTNG_ERR_NOMEM);
	snprintf(channel->name, sizeof(channel->name), "%s", name);
	channel->attr.overwrite = session->settings.snapshot;
	channel->attr.subbuf_size = bytes / parts;
	channel->attr.num_subbuf = parts;
	channel->attr.switch_timer_interval = 0;
	channel->attr.read_timer_interval = 200 * 1000;
	channel->attr.output = LTTNG_EVENT_MMAP;
	lttng_channel_set_monitor_timer_interval(channel, 0);
	error = lttng_enable_channel(session->handle, channel);
	lttng_channel_destroy(channel);
	return !error || lttng_failed("make the buffers", error);
}

/*
 * The marks have buffers of their own, so that the stop mark is there to show what is missing when
 * the others are full.  A flight recorder's marks are in the same buffers as its events.
 */
#define MARK_CHANNEL "marks"
#define MARK_BYTES 16384

static const char *channel_of(const struct session *session, const char *event)
{
	return !session->settings.snapshot && !strcmp(event, "lg_mark") ? MARK_CHANNEL :
									  SESSION_CHANNEL;
}

static bool enable_channels(struct session *session)
{
	return enable_channel(session, SESSION_CHANNEL, session->settings.buffer_bytes) &&
	       (session->settings.snapshot ||
		enable_channel(session, MARK_CHANNEL, MARK_BYTES));
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
							   channel_of(session, *name),
							   NULL, 0, NULL);
		lttng_event_destroy(event);
	}
	return !error || lttng_failed(*(name - 1), error);
}

/* Write `start` or `stop` to `mark`: the module emits one lg_mark on each online CPU. */
static bool tell(const char *file, const char *word)
{
	char *path = text(DEBUGFS "%s", file);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, word, strlen(word)) == (ssize_t)strlen(word);

	if (!good)
		message_error("cannot write '%s' to %s: %s", word, path, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(path);
	return good;
}

static bool arm(const struct session_settings *settings)
{
	char *limit = text("%llu", (unsigned long long)settings->slow_tsc);
	bool good = tell("slow", limit);

	free(limit);
	return good;
}

/* End all waits for the daemon, as if it were gone. */
static void hang_up(void)
{
	for (int fd = 3; fd < 1024; fd++) {
		struct sockaddr_un peer = { .sun_family = AF_UNSPEC };
		socklen_t size = sizeof(peer) - 1;

		if (getpeername(fd, (struct sockaddr *)&peer, &size) == 0 &&
		    peer.sun_family == AF_UNIX && strstr(peer.sun_path, "lttng"))
			shutdown(fd, SHUT_RDWR);
	}
}

/* SIGKILL ends a process that is stopped too.  A daemon that is not ours stays. */
static void give_up(void *arg)
{
	struct session *session = arg;

	atomic_store(&given_up, true);
	message_error("channel " SESSION_CHANNEL ": the consumer has stopped, and LTTng writes "
		      "nothing: the recording is void%s",
		  session->daemon > 0 ? "" : "; lttng-sessiond is not ours: end it");
	if (session->daemon > 0)
		kill(-session->daemon, SIGKILL);
	else
		hang_up();
}

static bool set_up(struct session *session)
{
	int error;

	if (!create_session(session) || !enable_channels(session) || !enable_events(session))
		return false;
	error = lttng_start_tracing(SESSION_NAME);
	return error >= 0 || lttng_failed("start tracing", error);
}

/* Do something that waits for LTTng, under the watchdog. */
static bool guarded(struct session *session, bool (*deed)(struct session *session))
{
	struct watchdog dog;
	bool good = watchdog_start(&dog, session->output, give_up, session);

	if (good) {
		good = deed(session);
		good = !watchdog_stop(&dog) && good;
	}
	return good;
}

bool session_begin(struct session *session, const struct session_settings *settings)
{
	memset(session, 0, sizeof(*session));
	atomic_store(&given_up, false);
	session->settings = *settings;
	session->output = text("%s/lttng", settings->scratch);
	session->kernel = text("%s/kernel", session->output);
	return load_modules(session) && start_daemon(session) && guarded(session, set_up) &&
	       tell("mark", "start") && (!settings->snapshot || arm(settings));
}

static bool count_discarded(struct session *session)
{
	struct lttng_channel *channels = NULL;
	int n = lttng_list_channels(session->handle, &channels);

	session->discarded = 0;
	if (n < 0)
		return lttng_failed("count lost events", n);
	for (int i = 0; i < n; i++) {
		uint64_t count = 0;

		if (lttng_channel_get_discarded_event_count(&channels[i], &count) == 0)
			session->discarded += count;
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
uint64_t session_enough(const struct session_settings *settings, const struct session_loss *loss)
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

/* What the flight recorder holds; LTTng gives the folder a name with the date. */
static bool take_snapshot(struct session *session)
{
	glob_t found;
	char *pattern = text("%s/snapshot-*/kernel", session->output);
	int error = lttng_snapshot_record(SESSION_NAME, NULL, 0);
	bool good = !error || lttng_failed("take a snapshot", error);

	if (good && (glob(pattern, 0, NULL, &found) || found.gl_pathc != 1)) {
		message_error("the snapshot is not in %s", session->output);
		good = false;
	} else if (good) {
		free(session->kernel);
		session->kernel = strdup(found.gl_pathv[0]);
		globfree(&found);
	}
	free(pattern);
	return good;
}

static bool slow_seen(void)
{
	char *line = first_line(DEBUGFS "slow");
	bool seen = line && !strcmp(line, "1");

	free(line);
	return seen;
}

static bool stop_and_empty(struct session *session)
{
	int error = lttng_stop_tracing(SESSION_NAME);

	if (error < 0)
		return lttng_failed("stop tracing", error);
	return (!session->settings.snapshot || take_snapshot(session)) && count_discarded(session);
}

bool session_end(struct session *session, struct session_loss *loss)
{
	bool good = tell("mark", "stop");

	memset(loss, 0, sizeof(*loss));
	loss->channel = SESSION_CHANNEL;
	good = guarded(session, stop_and_empty) && good;
	loss->slow_seen = session->settings.snapshot && slow_seen();
	loss->discarded = session->discarded;
	if (good && !streams_loss(session->kernel, SESSION_CHANNEL, &loss->streams)) {
		message_error("the trace in %s is cut short: is the file system full?",
			  session->kernel);
		good = false;
	}
	loss->enough_bytes = session_enough(&session->settings, loss);
	return good;
}

/* A process that outlives the daemon would keep the probe and the ring buffers in use. */
static bool stop_daemon(struct session *session)
{
	kill(session->daemon, SIGTERM);
	while (waitpid(session->daemon, NULL, 0) < 0 && errno == EINTR)
		;
	kill(-session->daemon, SIGKILL);
	while (waitpid(-session->daemon, NULL, 0) > 0 || errno == EINTR)
		;
	return true;
}

static bool destroy(struct session *session)
{
	(void)session;
	lttng_destroy_session(SESSION_NAME);
	return true;
}

/* Last in, first out. */
static void unload_all(const struct session *session)
{
	if (session->our_probe)
		module_unload("lttng_probe_lg");
	if (session->our_sched)
		module_unload("lttng_probe_sched");
	if (session->our_irq)
		module_unload("lttng_probe_irq");
	if (session->our_tracer)
		module_unload_tracer();
	if (session->our_clock)
		module_unload("lttng_clock_lg");
	if (session->our_lttng_clock)
		module_unload("lttng_clock");
	if (session->our_switchyard)
		module_unload("switchyard");
}

void session_close(struct session *session)
{
	bool ours = session->daemon > 0;

	if (session->settings.snapshot && module_loaded("switchyard"))
		tell("slow", "0");
	if (session->created && !atomic_load(&given_up))
		guarded(session, destroy);
	if (session->handle)
		lttng_destroy_handle(session->handle);
	if (ours)
		guarded(session, stop_daemon);
	/* The session of a hanging daemon that is not ours keeps them in use. */
	if (ours || !atomic_load(&given_up))
		unload_all(session);
	free(session->output);
	free(session->kernel);
	memset(session, 0, sizeof(*session));
}

json_t *session_record(const struct session_settings *settings)
{
	char *tracer = first_line("/sys/module/lttng_tracer/version");
	json_t *events = json_array(), *record;
	int parts = (int)sub_buffers(settings);

	for (const char *const *name = settings->events; *name; name++)
		json_array_append_new(events, json_string(*name));
	record = json_pack("{s:s, s:s*, s:s, s:s, s:i, s:I, s:s, s:o}",
			   "tools", VERSION_LTTNG, "modules", tracer, "clock",
			   "tsc (lttng-clock-lg)",
			   "mode", settings->snapshot ? "overwrite" : "discard", "sub_buffers",
			   parts,
			   "sub_buffer_bytes", (json_int_t)(settings->buffer_bytes / parts),
			   "output", "mmap",
			   "events", events);
	free(tracer);
	return record;
}
