/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * join IN OUT: copies standard input to the pipe IN, and the pipe OUT to standard output, until
 * OUT has no writer left.
 *
 * Input is read from SIGUSR1 on.  A terminal is raw from then on, except for its output, and is
 * restored however this ends.  Ctrl-] goes in as every key does; a second one ends our parent.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

#define LEAVE	0x1d			/* Ctrl-] */

struct join {
	int in, out;
	bool is_terminal;
	bool has_begun, is_open;	/* is there more of standard input? */
	struct termios before;
	unsigned int leaves;
	char bytes[512];		/* that IN had no room for yet */
	size_t n;
};

static volatile sig_atomic_t ended, told_to_begin;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		told_to_begin = 1;
	else
		ended = 1;
}

/* Signals arrive only while ppoll() waits; `before` is the mask for that. */
static void catch_signals(sigset_t *before)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		sigaddset(&held, numbers[i]);
		sigaction(numbers[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &held, before);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigdelset(before, numbers[i]);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static void begin(struct join *j)
{
	struct termios raw;

	j->has_begun = j->is_open = true;
	j->is_terminal = !tcgetattr(STDIN_FILENO, &j->before);
	if (!j->is_terminal)
		return;
	raw = j->before;
	raw.c_lflag &= ~(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_iflag &= ~(IXON | ICRNL);
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

static void count_leaves(struct join *j)
{
	for (size_t i = 0; i < j->n; i++)
		j->leaves += j->bytes[i] == LEAVE;
	if (j->leaves > 1)
		kill(getppid(), SIGTERM);
}

static void take_input(struct join *j)
{
	ssize_t n = read(STDIN_FILENO, j->bytes, sizeof(j->bytes));

	j->is_open = n > 0 || (n < 0 && errno == EINTR);
	if (n <= 0)
		return;
	j->n = n;
	if (j->is_terminal)
		count_leaves(j);
}

static void hand_in(struct join *j)
{
	ssize_t n = write(j->in, j->bytes, j->n);

	if (n <= 0)
		return;
	j->n -= n;
	memmove(j->bytes, j->bytes + n, j->n);
}

/* False at the end. */
static bool hand_out(struct join *j)
{
	char bytes[4096], *at = bytes;
	ssize_t n = read(j->out, bytes, sizeof(bytes)), done;

	if (n <= 0)
		return n < 0 && errno == EINTR;
	for (; n; at += done, n -= done) {
		done = write(STDOUT_FILENO, at, n);
		if (done < 0)
			return false;
	}
	return true;
}

static void copy(struct join *j, const sigset_t *mask)
{
	bool goes_on = true;

	while (goes_on && !ended) {
		struct pollfd fds[] = {
			{ j->out, POLLIN, 0 },
			{ j->n ? j->in : -1, POLLOUT, 0 },
			{ !j->n && j->is_open ? STDIN_FILENO : -1, POLLIN, 0 },
		};

		if (told_to_begin && !j->has_begun) {
			begin(j);
			continue;
		}
		if (ppoll(fds, 3, NULL, mask) < 0)
			continue;
		if (fds[1].revents)
			hand_in(j);
		if (fds[2].revents)
			take_input(j);
		if (fds[0].revents)
			goes_on = hand_out(j);
	}
}

static int fail(const char *what)
{
	fprintf(stderr, "lab: %s: %s\n", what, strerror(errno));
	return 3;
}

int main(int argc, char **argv)
{
	struct join j = { 0 };
	sigset_t mask;

	if (argc != 3)
		return 2;
	catch_signals(&mask);
	j.in = open(argv[1], O_RDWR | O_NONBLOCK);
	j.out = open(argv[2], O_RDONLY);
	if (j.in < 0 || j.out < 0)
		return fail(j.in < 0 ? argv[1] : argv[2]);
	copy(&j, &mask);
	if (j.is_terminal)
		tcsetattr(STDIN_FILENO, TCSANOW, &j.before);
	return 0;
}
