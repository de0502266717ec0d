/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The workstation's program, one command a file.  Every command is a function of the same
 * shape that answers with an exit status; main.c holds the table.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

int cmd_check(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_medians(int argc, char **argv);

/* Say that the agent does what --native asks for.  Answers an exit status. */
int unsupported_native(void);

#endif
