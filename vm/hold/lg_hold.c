// SPDX-License-Identifier: GPL-2.0
/*
 * lg_hold.c - keeps the kernel's preempt notifiers switched on while the lab machine is
 * up, so that loading and unloading switchyard.ko does not patch __schedule each time.
 *
 * QEMU can translate code on one CPU while another patches it, and keep the int3 of a patch that
 * is long over; the CPU then traps there for ever, with its runqueue's lock held (docs/lab.md).
 * So this one patch is made while no other CPU is up.
 */
#include <linux/module.h>
#include <linux/preempt.h>

static int __init hold_init(void)
{
	preempt_notifier_inc();
	return 0;
}

static void __exit hold_exit(void)
{
	preempt_notifier_dec();
}

module_init(hold_init);
module_exit(hold_exit);
MODULE_DESCRIPTION("Switchyard's tests: preempt notifiers stay on");
MODULE_AUTHOR("The Switchyard developers");
MODULE_LICENSE("GPL");
