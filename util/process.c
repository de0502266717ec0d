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
static volatile pid_t running;		/* the program that is to be told of an interrupt */

static void note_interrupt(int number)
{
	(void)number;
	interrupted = 1;
	if (running > 0)
		kill(running, SIGTERM);
}

/* nohup has SIGHUP ignored, which stays so. */
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

static void be_program(char *const argv[], const char *output, const char *errors)
{
	int in = open("/dev/null", O_RDONLY);

	dup2(in, STDIN_FILENO);
	if (output)
		redirect(STDOUT_FILENO, output);
	if (errors)
		redirect(STDERR_FILENO, errors);
	else if (output)
		dup2(STDOUT_FILENO, STDERR_FILENO);
	execv(argv[0], argv);
	fprintf(stderr, "cannot start '%s': %s\n", argv[0], strerror(errno));
	_exit(127);
}

/*
 * Signals are held back while `running` and the child disagree, so that an
 * interrupt is either seen before the fork or reaches the child.  The wait does
 * not poll: a wake-up of ours would fall into what is measured.
 */
int run_program_apart(char *const argv[], const char *output, const char *errors)
{
	int status = -1;
	sigset_t held, before;

	fflush(NULL);
	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigprocmask(SIG_BLOCK, &held, &before);
	running = fork();
	if (running == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		be_program(argv, output, errors);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (running < 0) {
		message_error("cannot start '%s': %s", argv[0], strerror(errno));
		return -1;
	}
	while (waitpid(running, &status, 0) < 0 && errno == EINTR)
		;
	running = 0;
	return status;
}

int run_program(char *const argv[], const char *output)
{
	return run_program_apart(argv, output, NULL);
}
