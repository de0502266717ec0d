/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * terminal.c - a thread that reads standard input and hands it on.
 */
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "die.h"
#include "terminal.h"

#define LEAVE		0x1d		/* Ctrl-] */
#define FULL_NS		1000000		/* until it is tried again where there was no room */
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

/* Each key at once, unseen, and no signal from it; what is printed as ever. */
static void make_raw(struct terminal *t)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &t->before))
		return;
	raw = t->before;
	raw.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_iflag &= ~(IXON | ICRNL);
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
	if (t->is_raw)
		tcsetattr(STDIN_FILENO, TCSANOW, &t->before);
}
