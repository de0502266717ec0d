/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In front of the kernel's own header of this name: CR2 is read from the page that the Host
 * shares, which takes no exit.
 */
#ifndef LG_LINUX_SPECIAL_INSNS_H
#define LG_LINUX_SPECIAL_INSNS_H

#define native_read_cr2	lg_exiting_native_read_cr2
#define read_cr2	lg_exiting_read_cr2
#include_next <asm/special_insns.h>
#undef native_read_cr2
#undef read_cr2

#include "lg/abi.h"

static __always_inline unsigned long native_read_cr2(void)
{
	return *(volatile unsigned long *)LG_SHARED_CR2;
}

static __always_inline unsigned long read_cr2(void)
{
	return native_read_cr2();
}

#endif
