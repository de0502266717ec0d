/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lab.h - the runner's part inside the lab machine: one Guest after another, and after
 * each the invariants.
 *
 *	inside --out DIR LIST
 *
 * LIST has rows as tests/guests/list writes them.  After each one's Guest has run the
 * invariants I1 to I5 are looked at (docs/testing.md).  Before the first run of a
 * Guest the module is loaded and a witness Guest started; after its last they go.
 *
 * On standard output stands, apart by tabs, `begin ID` and `end ID VERDICT MILLISECONDS
 * OUTCOME`, so that whoever reads it knows what was running if the machine dies.  DIR
 * gets a log for each.
 */
#ifndef TESTS_LAB_H
#define TESTS_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define TEXT_BYTES	256

/* A row of the list; empty fields are "". */
struct test {
	const char *id, *guest, *variant, *twin;
	bool moved;			/* from CPU to CPU all the time */
	unsigned int timeout, stop;	/* seconds; stop 0: it ends by itself */
	const char *expect, *args, *launch, *known;
};

/* The outcome of a test, from best to worst; the worst wins. */
enum kind { INERT, FAULT, KILLED, REFUSED, WRONG, ERROR, HANG, ESCAPE };

struct outcome {
	enum kind kind;
	char text[TEXT_BYTES];		/* vector,error; the reason; what is wrong */
	unsigned int passes;		/* PASS lines of the Guest */
};

/* list.c */
size_t read_list(const char *path, struct test **tests);
/* Cut off the next of `line`'s words, or NULL. */
char *next_word(char **line);

/* outcome.c */
__attribute__((format(printf, 3, 4)))
void worsen(struct outcome *outcome, enum kind kind, const char *format, ...);
void show_outcome(const struct outcome *outcome, char text[TEXT_BYTES * 2]);
bool outcome_expected(const struct outcome *outcome, const char *expect);
/* The outcome by the Launcher's exit status and its output. */
void verify(struct outcome *outcome, int status, const char *printed, const char *errors);

/* main.c: what a program said, into a test's log. */
void copy_to(FILE *log, const char *title, const char *text);

/* child.c: programs that are started, waited for, and ended. */
struct child {
	pid_t pid;
	int pidfd;
};
/* argv's first word is a path; output and errors go to these files. */
bool child_start(struct child *child, char *const argv[], const char *output,
		 const char *errors, int cpu);
/* Wait up to `ms`; true once it has ended, and *status is as wait's. */
bool child_wait(struct child *child, unsigned int ms, int *status, bool moved);
void child_kill(struct child *child, int signal);
int last_cpu(void);

/* host.c: what can be seen of the Host from outside the module. */
#define FINGERPRINT_BYTES	16384
struct host {
	char fingerprint[FINGERPRINT_BYTES];
	long long pinned_pages, slab_bytes;
};
bool file_text(const char *path, char *text, size_t size);
bool host_read(struct host *host);
/* Each worsens the outcome if the Host is not as it should be. */
void host_same_fingerprint(const struct host *was, FILE *log, struct outcome *outcome,
			   const char *when);
void host_nothing_held(const struct host *was, struct outcome *outcome);
void host_nothing_left(const struct host *was, struct outcome *outcome);
void host_log_start(void);
void host_log_quiet(FILE *log, struct outcome *outcome);
bool module_load(const char *path);
bool module_unload(const char *name);

/* witness.c: those on the other CPU that must not notice anything. */
void witness_process_start(void);
void witness_guest_start(void);
bool witness_guest_lives(void);
void witness_guest_end(FILE *log, struct outcome *outcome);
/* Both must still hold their patterns and make progress. */
void witness_ask(FILE *log, struct outcome *outcome);

#endif
