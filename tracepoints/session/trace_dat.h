/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes what instances of tracefs hold as a file that trace-cmd, KernelShark and libtracecmd read:
 * version 6 of trace-cmd.dat(5), without compression.
 *
 * The file begins with the formats of the ring buffer and of the events; then come, page by
 * page as the kernel has them, the buffers of each CPU of one instance and of a second.
 */
#ifndef SESSION_TRACE_DAT_H
#define SESSION_TRACE_DAT_H

#include <stdbool.h>
#include <stdio.h>

struct trace_dat {
	const char *instance, *second;	/* folders of tracefs; the second is named in the file */
	const char *second_name;
	const char *const *events;	/* whose formats it keeps, ended by NULL */
	unsigned int cpus;
};

/*
 * The buffers are read and so emptied; no event may be added meanwhile.  False, with errno, if
 * a file of tracefs cannot be read; errors of @to are the stream's.
 */
bool trace_dat_write(const struct trace_dat *dat, FILE *to);

#endif
