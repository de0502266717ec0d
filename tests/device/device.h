/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device.h - faulty Launchers: programs that misuse /dev/switchyard.  One program, `device WHAT
 * [ARG...]`; WHAT names a function of this folder.
 *
 * Exit status: 0 the Host did what include/lg/dev.h says; 1 it did not, and a line on standard
 * error says what; 2 usage; 3 no device.
 */
#ifndef TESTS_DEVICE_H
#define TESTS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lg/abi.h"
#include "lg/dev.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define PAGE		4096u

/* The Guest that they run (guest.c): where what lies, and the port it writes to. */
#define WINDOW_PAGES	16u
#define GUEST_DATA	0x2000u		/* lguest_data */
#define GUEST_PROGRESS	0x3000u		/* a word that goes up by one each round */
#define GUEST_ENTRY	0x1000u
#define GUEST_PORT	0x300u

/* fail: one line, and exit status 1. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);
/* Fails unless the result of the call is `want`: 0, or an errno. */
void want(const char *what, int result, int want);
#define WANT(call, error)	want(#call, (call), (error))

int open_device(void);
/* A window in memory of this kind, with the Guest in it. */
uint8_t *make_window(int mmap_flags);
void fill_window(uint8_t *window);
struct lg_create create_for(const uint8_t *window);
/* Open, create: the file of a Guest whose owner is the caller. */
int make_guest(uint8_t *window, const char *variant);
uint32_t progress(const uint8_t *window);
uint64_t switches(int fd);
/* Wait until the Guest behind `fd` has switched `n` times more; fails if it stands still. */
void wait_switches(int fd, uint64_t n);
/* LG_RUN until *stop, over EINTR and port accesses; fails if it ends otherwise. */
void run_until(int fd, volatile bool *stop);
/* A timer that makes LG_RUN come back: SIGALRM each `us`, 0 to stop. */
void tick_every(unsigned int us);
void nap_us(unsigned int us);

/* xorshift32: all that a run depends on is the seed. */
uint32_t next_random(uint32_t *state);

/* The tests: each gets the words after its name. */
int do_fuzz(int argc, char **argv);
int do_windows(int argc, char **argv);
int do_flags(int argc, char **argv);
int do_version(int argc, char **argv);
int do_threads(int argc, char **argv);
int do_pass(int argc, char **argv);
int do_under(int argc, char **argv);
int do_signals(int argc, char **argv);
int do_killed(int argc, char **argv);
int do_migrate(int argc, char **argv);
int do_create(int argc, char **argv);
int do_share(int argc, char **argv);
int do_rare_state(int argc, char **argv);
int do_heirs(int argc, char **argv);
int do_regs(int argc, char **argv);
int do_beside(int argc, char **argv);
int do_limits(int argc, char **argv);
int do_closing(int argc, char **argv);
int do_nth(int argc, char **argv);

#endif
