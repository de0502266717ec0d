/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The workloads of a plan with `guest = linux`: programs of bench/linux/, run as a process of this
 * kernel (the variant NATIVE) or of a Linux Guest, all of them in one boot of either.
 */
#ifndef BENCH_WORKLOADS_H
#define BENCH_WORKLOADS_H

#include "runner.h"
#include "bench/data/exits.h"

/* Run all of the plan's workloads in the step's variant; prints what went wrong. */
enum run_outcome run_workloads(const struct launch *launch, const struct plan *plan,
			       const struct series *like, struct samples *samples,
			       struct exits *exits);

/*
 * Start a Guest that does one workload, and wait for its end, while something records it; of
 * boot_user and boot_off it does nothing.  Its samples go to launch->samples, if that is a file's
 * name; *times is how often it was timed, 0 of a boot.
 */
enum run_outcome run_workload_recorded(const struct launch *launch, const struct cell *cell,
				       unsigned int *times);

#endif
