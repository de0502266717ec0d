/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sorts the events of each CPU by time when switches are packed.
 *
 * A batch is emitted when it is full, so its switches are older than events of other types that
 * precede it in the trace.  If the start mark announces batches, other events are held back until
 * a batch has reached their time or the stop mark comes.
 */
#ifndef ANALYSIS_MODEL_MERGE_H
#define ANALYSIS_MODEL_MERGE_H

#include "event.h"

typedef void (*lg_merge_fn)(const struct lg_event *event, void *arg);

struct lg_merge_cpu {
	bool batched;
	struct lg_event *queue;		/* a ring, made when it is first needed */
	uint32_t head, n;
};

struct lg_merge {
	struct lg_merge_cpu *cpus;	/* by CPU number */
	uint32_t n_cpus;
	lg_merge_fn fn;
	void *arg;
	bool failed;
};

void lg_merge_init(struct lg_merge *merge, lg_merge_fn fn, void *arg);
void lg_merge_free(struct lg_merge *merge);
void lg_merge_event(struct lg_merge *merge, const struct lg_event *event);
/* Hand on what still waits. */
void lg_merge_end(struct lg_merge *merge);

#endif
