// SPDX-License-Identifier: GPL-2.0
/*
 * lg_nth.c - the kernel's own fault injection, for a module's init alone: what the kernel does
 * around that call warns by itself when it gets no memory.
 *
 *	insmod lg_nth.ko
 *	echo N >/sys/module/lg_nth/parameters/nth
 *
 * In the init of each module loaded from then on, the N-th allocation or copy fails; `failed` reads
 * Y once it has.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>

static unsigned int nth;
module_param(nth, uint, 0644);
static bool failed;
module_param(failed, bool, 0444);

static int init_begins(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	failed = false;
	current->fail_nth = nth;
	return 0;
}

static int init_ends(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	failed = nth && !current->fail_nth;
	current->fail_nth = 0;
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name = "do_one_initcall",
	.entry_handler = init_begins,
	.handler = init_ends,
};

static int __init nth_init(void)
{
	return register_kretprobe(&probe);
}

static void __exit nth_exit(void)
{
	unregister_kretprobe(&probe);
}

module_init(nth_init);
module_exit(nth_exit);
MODULE_DESCRIPTION("Switchyard's tests: the N-th allocation of an init fails");
MODULE_AUTHOR("The Switchyard developers");
MODULE_LICENSE("GPL");
