/* SPDX-License-Identifier: GPL-2.0 */
/*
 * work.h - what the kernel has to do before a task goes on in user space, and so before
 * each entry of a Guest (rule 16).
 */
#ifndef KMOD_WORK_H
#define KMOD_WORK_H

#include <linux/entry-common.h>
#include <linux/entry-kvm.h>
#include <linux/thread_info.h>
#include "check.h"

/* The kernel's own lists, and the FPU's registers.  Looked for with interrupts off, so that
 * nothing can come between the look and the switch. */
#define LG_PENDING_WORK	(EXIT_TO_USER_MODE_WORK | XFER_TO_GUEST_MODE_WORK | _TIF_NEED_FPU_LOAD)
static __always_inline bool lg_has_pending_work(void)
{
	return READ_ONCE(current_thread_info()->flags) & LG_PENDING_WORK;
}

/* Do it, with interrupts on.  -EINTR: the rest is done on the way through user space. */
int lg_handle_task_work(void);

#endif
