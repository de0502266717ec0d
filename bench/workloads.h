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

#endif
