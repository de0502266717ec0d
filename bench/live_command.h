/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command `live`, which both programs have: it watches the kernel that it runs on. */
#ifndef BENCH_LIVE_COMMAND_H
#define BENCH_LIVE_COMMAND_H

int live_command(int argc, char **argv);

#endif
