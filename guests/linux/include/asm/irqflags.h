/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In front of the kernel's own header of this name: whether interrupts are on is read from the
 * page that the Host shares.  PUSHF does that too (sensitive.S), in five more instructions,
 * and the kernel asks some hundred times in a context switch.
 */
#ifndef LG_LINUX_IRQFLAGS_H
#define LG_LINUX_IRQFLAGS_H

#include "lg/abi.h"

#ifndef __ASSEMBLY__
#include <linux/compiler.h>

static __always_inline unsigned long lg_save_fl(void)
{
	return *(volatile unsigned long *)LG_SHARED_IRQ_ENABLED & LG_IF;
}
#endif

/* The header's own definition has the parameter `void`, its calls have none. */
#define LG_SAVE_FL_void	lg_pushf_save_fl(void)
#define LG_SAVE_FL_	lg_save_fl()
#define native_save_fl(...)	LG_SAVE_FL_##__VA_ARGS__
#include_next <asm/irqflags.h>
#undef native_save_fl
#define native_save_fl	lg_save_fl

#endif
