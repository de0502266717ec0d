/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * terminal.c - a thread that reads standard input and hands it on.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "die.h"
#include "terminal.h"

#define LEAVE		0x1d		/* Ctrl-] */
#define FULL_NS		1000000		/* until the next try where there was no room */
#define READ_BYTES	256

static void hand_on(struct terminal *t, const uint8_t *bytes, size_t n)
{
	struct timespec pause = { .tv_nsec = FULL_NS };

	for (;;) {
		size_t taken = t->sink(t->context, bytes, n);

		bytes += taken;
		n -= taken;
		if (!n)
			return;
		nanosleep(&pause, NULL);
	}
}

/* Ends by pthread_cancel, in read() or nanosleep(), or at the end of the input. */
static void *read_input(void *context)
{
	struct terminal *t = context;
	uint8_t bytes[READ_BYTES];
	ssize_t n;

	while ((n = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0) {
		if (t->is_raw && memchr(bytes, LEAVE, n))
			kill(getpid(), SIGTERM);
		hand_on(t, bytes, n);
	}
	return NULL;
}

/* The terminal that is raw now, for the exit handler, which has no argument. */
static struct terminal *raw_terminal;

static void restore(void)
{
	if (raw_terminal)
		tcsetattr(STDIN_FILENO, TCSANOW, &raw_terminal->before);
	raw_terminal = NULL;
}

/* Restores the terminal whenever the Launcher calls exit(), as die() does. */
static void restore_at_exit(void)
{
	static bool is_registered;

	if (!is_registered && atexit(restore))
		die(END_REFUSED, "no memory to restore the terminal at the end");
	is_registered = true;
}

/* Each key is read at once, without echo or signals; output is processed as usual. */
static void make_raw(struct terminal *t)
{
	struct termios raw;

	restore_at_exit();
	if (tcgetattr(STDIN_FILENO, &t->before))
		return;
	raw = t->before;
	raw.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_iflag &= ~(IXON | ICRNL);
	raw_terminal = t;
	t->is_raw = !tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

void terminal_begin(struct terminal *t, terminal_sink sink, void *context)
{
	int error;

	*t = (struct terminal){ .sink = sink, .context = context };
	make_raw(t);
	error = pthread_create(&t->thread, NULL, read_input, t);
	if (error)
		die(END_REFUSED, "a thread for the Guest's input: %s", strerror(error));
}

void terminal_end(struct terminal *t)
{
	pthread_cancel(t->thread);
	pthread_join(t->thread, NULL);
	restore();
}
