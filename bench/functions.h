/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions of the median sample by function.  The emulator's plugin counts by address
 * (blocks.csv); the symbols of that boot give the names.  A block counts for the function that
 * it begins in.
 */
#ifndef BENCH_FUNCTIONS_H
#define BENCH_FUNCTIONS_H

#include "ops.h"
#include "symbols.h"

/*
 * Fill in the functions of the cells of boot number `boot`, from the folder that ops_read()
 * has read.  False, with the reason in why, if they do not add up to the cell's insns in each part
 * of the system.
 */
bool functions_read(struct ops *ops, const char *folder, struct symbols *symbols,
		    unsigned int boot, char why[OPS_WHY_BYTES]);

/* bench,variant,twin,boot,run,where,function,insns,share: most insns first within `where`;
 * share is of all insns of the operation. */
#define FUNCTIONS_HEADER "bench,variant,twin,boot,run,where,function,insns,share"
void functions_write(const struct ops *ops, FILE *stream);

#endif
