// SPDX-License-Identifier: GPL-2.0
/*
 * lg_storm.c - a storm of NMIs on one CPU, from another.  Loading the module is the
 * storm: it sends `count` NMIs to CPU `target`, at uneven gaps of up to `gap_ns`, waits
 * until the last has been handled, and says how many were.
 *
 * An NMI that comes while another is being handled waits; a third is lost by the CPU
 * itself.  So each is sent after the one before was handled, and none may be missing.
 *
 * With say=1 the handler prints a symbol's name each time, as the kernel does of a
 * handler that took too long: nothing that runs in an NMI goes deeper into the stack.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/random.h>
#include <asm/apic.h>
#include <asm/nmi.h>

static unsigned int target;
module_param(target, uint, 0);
static unsigned int count = 1000;
module_param(count, uint, 0);
static unsigned int gap_ns = 20000;
module_param(gap_ns, uint, 0);

static bool say;
module_param(say, bool, 0);

static atomic_t sent = ATOMIC_INIT(0), handled = ATOMIC_INIT(0);

static int storm_handler(unsigned int type, struct pt_regs *regs)
{
	if (atomic_read(&handled) == atomic_read(&sent))
		return NMI_DONE;
	if (say)
		pr_info("lg_storm: %pS at %pS\n", storm_handler, (void *)regs->ip);
	atomic_inc(&handled);
	return NMI_HANDLED;
}

static bool wait_for_last(void)
{
	unsigned int us;

	for (us = 0; us < 5000000; us++) {
		if (atomic_read(&handled) == atomic_read(&sent))
			return true;
		udelay(1);
	}
	return false;
}

static int __init storm_init(void)
{
	unsigned int i, lost = 0;
	int error;

	if (!cpu_online(target))
		return -ENODEV;
	error = register_nmi_handler(NMI_LOCAL, storm_handler, 0, "lg_storm");
	if (error)
		return error;
	for (i = 0; i < count && !lost; i++) {
		atomic_inc(&sent);
		apic->send_IPI(target, NMI_VECTOR);
		lost = !wait_for_last();
		ndelay(prandom_u32_max(gap_ns));
		cond_resched();
	}
	pr_info("lg_storm: %u sent, %d handled\n", i, atomic_read(&handled));
	unregister_nmi_handler(NMI_LOCAL, "lg_storm");
	return lost ? -EIO : 0;
}

static void __exit storm_exit(void)
{
}

module_init(storm_init);
module_exit(storm_exit);
MODULE_DESCRIPTION("Switchyard's tests: a storm of NMIs");
MODULE_AUTHOR("The Switchyard developers");
MODULE_LICENSE("GPL");
