/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The agent: the i386 program `switchyard`, which acts on the kernel it runs on, in the lab machine
 * or natively.  It measures and records; the workstation's program (cmd/) makes tables and
 * figures.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "bench/findings.h"
#include "bench/job.h"
#include "bench/run_plan.h"

/* Commands: a function agent_NAME is the command NAME of this program. */
int agent_job(int argc, char **argv);
int agent_check(int argc, char **argv);
int agent_linux(int argc, char **argv);
int agent_bench(int argc, char **argv);
int agent_record(int argc, char **argv);
int agent_ops(int argc, char **argv);
int agent_list(int argc, char **argv);
int agent_live(int argc, char **argv);

/* The same from a job, whose files go to a folder.  Each answers an exit status. */
int check_run(const struct check_options *options);
int bench_run_boot(const struct plan *plan, unsigned int boot, const struct boot_files *files);
int record_run_here(const struct recording *recording, const char *folder);
/* Writes the record to a file. */
int op_costs_run(unsigned int samples, const char *path);

#endif
