/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keeper.h - who starts the processes of test devices, so that none outlives its Launcher.
 *
 * Under SCHED_FIFO a process that spins keeps its CPU from every other of its priority, and a
 * SIGKILL acts on a process only when that runs.  So a Launcher beside spinning processes of its
 * own would not end when it is killed.  The keeper is a thread of a higher priority, which
 * sleeps: SIGKILL wakes it too, it ends, and the kernel then kills whatever it has started
 * (PR_SET_PDEATHSIG, which is about the thread that forked).
 */
#ifndef TESTDEV_KEEPER_H
#define TESTDEV_KEEPER_H

#include <sys/types.h>

/* The keeper is there until the last who asked for it lets it go. */
void keeper_get(void);
void keeper_put(void);

/* Run `function` in the keeper's thread, whose descriptors are a copy of its own. */
void keeper_call(void (*function)(void *argument), void *argument);

/* In a function that the keeper runs: fork, and in the child all that ends it with the keeper
 * and runs it under SCHED_FIFO at `priority`.  Dies if there can be no child. */
pid_t keeper_fork(int priority);

/* The calling thread under SCHED_FIFO, below the keeper. */
void take_priority(int priority);

#endif
