/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The agent: the program of the same name that acts on the kernel it runs on, in the lab
 * machine or natively.  It measures and records; tables and figures are made on the
 * workstation, by the program of cmd/.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

int agent_check(int argc, char **argv);
int agent_bench(int argc, char **argv);
int agent_record(int argc, char **argv);

#endif
