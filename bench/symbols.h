/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names for the addresses that the emulator's plugin reports: the kernel's and the module's
 * from the symbols of that very boot (bench/ops_map.h writes them), the Switcher's blobs' from
 * switchyard.ko, the Guests' from their own files.
 */
#ifndef BENCH_SYMBOLS_H
#define BENCH_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lg/ops.h"
#include "util/symbol_table.h"

struct symbols {
	const char *payload;			/* folder of the module and the Guests */
	struct symbol_table host;
	struct guest_symbols {
		char *bench;
		struct symbol_table table;
	} *guest;				/* read when first needed */
	size_t guests, room;
};

/* Read what a boot left in `path`; false, with the reason in why, if it is missing or malformed. */
enum { SYMBOLS_WHY = 200 };
bool symbols_open(struct symbols *symbols, const char *path, const char *payload,
		  char why[SYMBOLS_WHY]);
void symbols_free(struct symbols *symbols);

/*
 * The function that an address lies in: never NULL, and "?" if no symbol is near.  All of user
 * space has one name, and so has a Guest whose file's name is not that of its benchmark.
 */
const char *symbols_name(struct symbols *symbols, enum lg_where where, const char *bench,
			 uint32_t va);

#endif
