/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fence.h - LFENCE around readings of the TSC.
 *
 * A CPU may execute RDTSC before what stands in front of it, and what stands behind it before it.
 * LFENCE forbids both (Intel SDM 2B, "RDTSC").  It came with SSE2: on a CPU without, the start of
 * the Guest (guest_fences) makes three-byte no-ops of them all, and readings are not fenced.
 */
#ifndef FENCE_H
#define FENCE_H

/* In the text of an instruction; `.fences` has where each stands. */
#define TSC_FENCE								\
	"7790:\tlfence\n\t"							\
	".pushsection .fences, \"a\"\n\t"					\
	".long 7790b\n\t"							\
	".popsection\n\t"

#endif
