/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One program at a time, with interrupts handed on. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"
#include "process.h"

volatile sig_atomic_t interrupted;
static volatile pid_t running;		/* the program that an interrupt is forwarded to */

static void note_interrupt(int number)
{
	(void)number;
	interrupted = 1;
	if (running > 0)
		kill(running, SIGTERM);
}

/* Under nohup SIGHUP is ignored, and stays so. */
void catch_interrupts(void)
{
	struct sigaction action = { .sa_handler = note_interrupt }, before;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &action, NULL);
}

static void redirect(int fd, const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (file >= 0)
		dup2(file, fd);
}

/* In the child, signals that we catch must end it, also between fork and exec. */
static void forget_handlers(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (!sigaction(numbers[i], NULL, &action) && action.sa_handler == note_interrupt)
			signal(numbers[i], SIG_DFL);
}

/* Where a program's streams go; NULL: they stay ours. */
struct streams {
	const char *input, *output, *errors;
};

static void be_program(char *const argv[], const struct streams *streams)
{
	if (streams->input)
		dup2(open(streams->input, O_RDONLY), STDIN_FILENO);
	if (streams->output)
		redirect(STDOUT_FILENO, streams->output);
	if (streams->errors)
		redirect(STDERR_FILENO, streams->errors);
	else if (streams->output)
		dup2(STDOUT_FILENO, STDERR_FILENO);
	execv(argv[0], argv);
	fprintf(stderr, "cannot start '%s': %s\n", argv[0], strerror(errno));
	_exit(127);
}

/*
 * Signals are held back while `running` and the child disagree, so that an
 * interrupt is either seen before the fork, after which no program is started that waits for a
 * user, or reaches the child.  The wait does
 * not poll: a wake-up of ours would fall into what is measured.
 */
static int run_with(char *const argv[], const struct streams *streams)
{
	int status = -1;
	sigset_t held, before;

	fflush(NULL);
	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigprocmask(SIG_BLOCK, &held, &before);
	running = interrupted && !streams->input ? -1 : fork();
	if (running == 0) {
		forget_handlers();
		sigprocmask(SIG_SETMASK, &before, NULL);
		be_program(argv, streams);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (running < 0) {
		if (!interrupted)
			message_error("cannot start '%s': %s", argv[0], strerror(errno));
		return -1;
	}
	while (waitpid(running, &status, 0) < 0 && errno == EINTR)
		;
	running = 0;
	return status;
}

int run_program_apart(char *const argv[], const char *output, const char *errors)
{
	return run_with(argv, &(struct streams){ "/dev/null", output, errors });
}

int run_program(char *const argv[], const char *output)
{
	return run_program_apart(argv, output, NULL);
}

int run_program_at_terminal(char *const argv[])
{
	return run_with(argv, &(struct streams){ NULL, NULL, NULL });
}
