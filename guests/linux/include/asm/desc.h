/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In front of the kernel's own header of this name: the three TLS descriptors are stored in
 * the GDT only if they differ from what is there.  A store takes an exit and a second look
 * at the whole table; most context switches change nothing.
 */
#ifndef LG_LINUX_DESC_H
#define LG_LINUX_DESC_H

#define native_load_tls	lg_native_store_tls
#include_next <asm/desc.h>
#undef native_load_tls

static inline void native_load_tls(struct thread_struct *t, unsigned int cpu)
{
	struct desc_struct *tls = &get_cpu_gdt_rw(cpu)[GDT_ENTRY_TLS_MIN];

	if (memcmp(tls, t->tls_array, sizeof(t->tls_array)))
		lg_native_store_tls(t, cpu);
}

#endif
