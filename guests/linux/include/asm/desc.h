/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In front of the kernel's own header of this name: the three TLS descriptors are stored in
 * the GDT only if they differ from what is there.  A store takes an exit and a second look
 * at the whole table; most context switches change nothing.
 *
 * Where the thread that runs changes its own descriptors (set_thread_area), the Host looks at
 * once, by a hypercall that does nothing else: until it has looked GS holds another selector
 * than its own, which a kernel that saves it would see.  A context switch needs none: it has
 * saved GS before, and its load of GS behind the stores faults, by which the Host looks, unless
 * it is of no entry that is away by then: of the last one, or of another table.
 */
#ifndef LG_LINUX_DESC_H
#define LG_LINUX_DESC_H

#define native_load_tls	lg_native_store_tls
#include_next <asm/desc.h>
#include "lg/abi.h"
#undef native_load_tls

/* memcmp goes byte by byte. */
static __always_inline bool lg_tls_differs(const struct desc_struct *a, const struct desc_struct *b)
{
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;

	BUILD_BUG_ON(GDT_ENTRY_TLS_ENTRIES != 3);
	return (x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]);
}

/* Whether a thread has descriptors, and a GS whose load would not have the Host look at them. */
static __always_inline bool lg_loads_unseen(const struct thread_struct *t)
{
	const u64 *x = (const u64 *)t->tls_array;

	return (x[0] | x[1] | x[2]) && (t->gs >> 3) - GDT_ENTRY_TLS_MIN >= 2;
}

static inline void lg_load_tls(struct thread_struct *t, unsigned int cpu, bool runs)
{
	if (!lg_tls_differs(&get_cpu_gdt_rw(cpu)[GDT_ENTRY_TLS_MIN], t->tls_array))
		return;
	lg_native_store_tls(t, cpu);
	if (runs || lg_loads_unseen(t))
		asm volatile("int %0" : : "i" (LG_HYPERCALL_VECTOR), "a" (LG_HC_FLUSH_ASYNC)
			     : "memory");
}

/* A macro: where it is used task_struct is complete, here it is not. */
#define native_load_tls(t, cpu)	lg_load_tls(t, cpu, (t) == &current->thread)

#endif
