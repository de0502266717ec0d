/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - one test: the module in, the Guest run, the invariants, the module out.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lab.h"

#define MODULE		"switchyard.ko"
#define OUTPUT		"/tmp/test.out"
#define ERRORS		"/tmp/test.err"
#define PRINTED_BYTES	65536
#define MAX_ARGS	64
/* How soon a killed Launcher must be gone (rule 10 says a second; this is a slow
 * machine that others share). */
#define KILL_MS		3000

#define REFERENCES	"/sys/module/switchyard/refcnt"

static const char *out_dir;
/* The Host before the module was loaded, and since. */
static struct host clean, loaded;

/* The Launcher's command line for a test, whose own options come last and so win; `words`
 * is cut up and must stay. */
static void command(const struct test *t, char *words, char *args, char *argv[MAX_ARGS])
{
	size_t n = 0;
	char *word;

	argv[n++] = "./lg";
	argv[n++] = "--variant";
	argv[n++] = (char *)t->variant;
	argv[n++] = "--twin";
	argv[n++] = (char *)t->twin;
	argv[n++] = (char *)"--test-devices=all";
	while (n < MAX_ARGS / 2 && (word = next_word(&words)))
		argv[n++] = word;
	argv[n++] = (char *)t->guest;
	while (n < MAX_ARGS - 1 && (word = next_word(&args)))
		argv[n++] = word;
	argv[n] = NULL;
}

/* Kill it, and see that this acts. */
static void end_child(struct child *child, struct outcome *outcome)
{
	int status;

	child_kill(child, SIGKILL);
	if (!child_wait(child, KILL_MS, &status, false))
		worsen(outcome, HANG, "SIGKILL did not act in %d ms", KILL_MS);
}

/* Behind a mark, so that no line of it is taken for one of ours. */
void copy_to(FILE *log, const char *title, const char *text)
{
	fprintf(log, "-- %s\n", title);
	while (*text) {
		size_t n = strcspn(text, "\n");

		fprintf(log, "| %.*s\n", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

/* Run the Guest to its end, or to the end of its time. */
static void run_guest(const struct test *t, FILE *log, struct outcome *outcome)
{
	static char printed[PRINTED_BYTES], errors[PRINTED_BYTES];
	char *words = strdup(t->launch), *args = strdup(t->args), *argv[MAX_ARGS];
	unsigned int seconds = t->stop ? t->stop : t->timeout;
	struct child child;
	int status = 0;

	command(t, words, args, argv);
	if (!child_start(&child, argv, OUTPUT, ERRORS, 0)) {
		worsen(outcome, ERROR, "the Launcher cannot be started: %s", strerror(errno));
		return;
	}
	if (child_wait(&child, seconds * 1000, &status, t->moved)) {
		file_text(OUTPUT, printed, sizeof(printed));
		file_text(ERRORS, errors, sizeof(errors));
		verify(outcome, status, printed, errors);
		if (t->stop && outcome->kind == INERT)
			worsen(outcome, WRONG, "it ended, and should have gone on until stopped");
	} else {
		if (!t->stop)
			worsen(outcome, HANG, "no end in %u s", seconds);
		end_child(&child, outcome);
		file_text(OUTPUT, printed, sizeof(printed));
		file_text(ERRORS, errors, sizeof(errors));
	}
	copy_to(log, "printed", printed);
	copy_to(log, "errors", errors);
	free(words);
	free(args);
}

/* The module is used as often as `want` says; the last reference may still be on its way
 * out of a dying Launcher. */
static bool used(int want, struct outcome *outcome)
{
	struct timespec nap = { 0, 20 * 1000 * 1000 };
	char text[16];

	for (int tries = 0; tries < 100; tries++) {
		if (file_text(REFERENCES, text, sizeof(text)) && atoi(text) == want)
			return true;
		nanosleep(&nap, NULL);
	}
	worsen(outcome, ESCAPE, "I5: the module is in use %d times too often", atoi(text) - want);
	return false;
}

static bool load(struct outcome *outcome)
{
	if (!host_read(&clean)) {
		worsen(outcome, ERROR, "the fingerprint cannot be read: %s", strerror(errno));
		return false;
	}
	if (!module_load(MODULE)) {
		worsen(outcome, ERROR, "%s does not load: %s", MODULE, strerror(errno));
		return false;
	}
	witness_guest_start();
	return host_read(&loaded);
}

static void unload(FILE *log, struct outcome *outcome)
{
	witness_guest_end(log, outcome);
	if (!used(0, outcome))
		return;
	if (!module_unload("switchyard")) {
		worsen(outcome, ESCAPE, "I5: the module does not unload: %s", strerror(errno));
		return;
	}
	host_same_fingerprint(&clean, log, outcome, "after unloading");
	host_nothing_left(&clean, outcome);
}

/* The module stays for all runs of one Guest: `first` loads it, `last` unloads it. */
static void run_with_invariants(const struct test *t, FILE *log, struct outcome *outcome,
				bool first, bool last)
{
	if (!first || load(outcome)) {
		run_guest(t, log, outcome);
		witness_ask(log, outcome);
		if (used(witness_guest_lives(), outcome)) {
			host_same_fingerprint(&loaded, log, outcome, "while loaded");
			host_nothing_held(&loaded, outcome);
			if (last)
				unload(log, outcome);
		}
	}
	host_log_quiet(log, outcome);
}

static const char *verdict(const struct test *t, const struct outcome *outcome)
{
	bool good = outcome_expected(outcome, t->expect);

	if (*t->known)
		return good ? "unexpected" : "known";
	return good ? "ok" : "not ok";
}

static FILE *open_log(const struct test *t)
{
	char *path, *at;
	FILE *log;

	if (asprintf(&path, "%s/%s.log", out_dir, t->id) < 0)
		err(2, "log");
	for (at = path + strlen(out_dir) + 1; *at; at++)
		if (*at == '/' || *at == ':')
			*at = '-';
	log = fopen(path, "w");
	if (!log)
		err(2, "%s", path);
	setlinebuf(log);
	free(path);
	return log;
}

static unsigned int now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000u + now.tv_nsec / 1000000;
}

/* Returns false if the machine should not be used any further. */
static bool run_test(const struct test *t, bool first, bool last)
{
	struct outcome outcome = { .kind = INERT };
	char text[TEXT_BYTES * 2];
	unsigned int start = now_ms();
	FILE *log = open_log(t);

	printf("begin\t%s\n", t->id);
	fflush(stdout);
	fprintf(log, "-- %s: lg --variant %s --twin %s %s %s %s\n-- expected: %s\n", t->id,
		t->variant, t->twin, t->launch, t->guest, t->args, t->expect);
	run_with_invariants(t, log, &outcome, first, last);
	show_outcome(&outcome, text);
	fprintf(log, "-- outcome: %s\n", text);
	fclose(log);
	printf("end\t%s\t%s\t%u\t%s\n", t->id, verdict(t, &outcome), now_ms() - start, text);
	fflush(stdout);
	return outcome.kind < HANG;
}

static bool same_guest(const struct test *a, const struct test *b)
{
	return !strcmp(a->guest, b->guest);
}

/* A machine that has just booted may have no entropy yet (Bochs), and virtio_rng would give
 * nothing until it has.  These numbers are nobody's secret. */
static void seed_random(void)
{
	struct {
		struct rand_pool_info info;
		uint32_t words[8];
	} seed = { .info = { .entropy_count = 256, .buf_size = 32 }, .words = { 1 } };
	uint8_t byte;
	int fd;

	if (getrandom(&byte, 1, GRND_NONBLOCK) == 1)
		return;
	fd = open("/dev/random", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, RNDADDENTROPY, &seed))
		err(3, "/dev/random");
	close(fd);
}

int main(int argc, char **argv)
{
	struct test *tests;
	size_t n;

	if (argc != 4 || strcmp(argv[1], "--out"))
		errx(2, "usage: inside --out DIR LIST");
	out_dir = argv[2];
	n = read_list(argv[3], &tests);
	if (!module_load("lg_fingerprint.ko") && errno != EEXIST)
		err(3, "lg_fingerprint.ko");
	seed_random();
	host_log_start();
	witness_process_start();
	for (size_t i = 0; i < n; i++)
		if (!run_test(&tests[i], !i || !same_guest(&tests[i], &tests[i - 1]),
			      i + 1 == n || !same_guest(&tests[i], &tests[i + 1])))
			return 1;
	return 0;
}
