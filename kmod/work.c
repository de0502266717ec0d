// SPDX-License-Identifier: GPL-2.0
/*
 * work.c - what the kernel has to do before a task goes on in user space: signals,
 * rescheduling, and task work, by which limits of CPU time, memory.high and others act.
 *
 * In a file of its own, since kvm_host.h has address types of the same names as ours.
 */
#include <linux/kvm_host.h>
#include <linux/sched/signal.h>
#include "check.h"
#include "work.h"

/* What the kernel does for a hypervisor only on the way through user space. */
#define ELSEWHERE	(EXIT_TO_USER_MODE_WORK & ~XFER_TO_GUEST_MODE_WORK)

/*
 * The kernel's function for hypervisors knows the list.  Of the vCPU that it asks for, it
 * writes only that there was a signal, which nobody reads.
 */
int lg_handle_task_work(void)
{
	static struct kvm_run unread_run;
	static struct kvm_vcpu unread = { .run = &unread_run };

	if (signal_pending(current))
		return -EINTR;
	if (read_thread_flags() & ELSEWHERE)
		return -EINTR;
	return xfer_to_guest_mode_handle_work(&unread);
}
