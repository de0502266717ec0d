// SPDX-License-Identifier: GPL-2.0
/*
 * lg_fail.c - makes one call of a kernel function fail, to test the module's error paths without a
 * change to it, on a kernel without fault injection.
 *
 *	insmod lg_fail.ko symbol=FUNCTION value=RETURNED comm=PROGRAM
 *	echo N >/sys/module/lg_fail/parameters/nth
 *
 * From then on the N-th call of FUNCTION that a module makes in a process of that name
 * returns RETURNED and does nothing; `failed` reads Y once it has.  With gdt_cpu=N instead,
 * entry 10 of that CPU's GDT is in use while this module is loaded, as if by another
 * hypervisor.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <asm/desc.h>

#define TAKEN_ENTRY	10
#define TAKEN		0x00cf93000000ffffULL

static char *symbol = "", *comm = "insmod";
module_param(symbol, charp, 0444);
module_param(comm, charp, 0444);
static int value;
module_param(value, int, 0444);
static int gdt_cpu = -1;
module_param(gdt_cpu, int, 0444);
static bool failed;
module_param(failed, bool, 0444);

static unsigned int nth;
static atomic_t calls = ATOMIC_INIT(0);

static int set_nth(const char *text, const struct kernel_param *param)
{
	atomic_set(&calls, 0);
	failed = false;
	return param_set_uint(text, param);
}

static const struct kernel_param_ops nth_ops = { .set = set_nth, .get = param_get_uint };
module_param_cb(nth, &nth_ops, &nth, 0644);

/* Where the call goes instead: back, with what EAX holds. */
void lg_fail_return(void);
asm(".pushsection .text\n"
    "lg_fail_return:\n\t"
    "ret\n\t"
    "int3\n"
    ".popsection\n");

static bool is_wanted(struct pt_regs *regs)
{
	unsigned long from = *(unsigned long *)kernel_stack_pointer(regs);

	return nth && !strcmp(current->comm, comm) && is_vmalloc_addr((void *)from) &&
	       atomic_inc_return(&calls) == nth;
}

static int before(struct kprobe *probe, struct pt_regs *regs)
{
	if (!is_wanted(regs))
		return 0;
	failed = true;
	regs->ax = value;
	regs->ip = (unsigned long)lg_fail_return;
	return 1;
}

/* A probe that has one is not made a jump, whose handler could not skip the call. */
static void after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe = { .pre_handler = before, .post_handler = after };

static u64 *taken_entry(void)
{
	return (u64 *)get_cpu_gdt_rw(gdt_cpu) + TAKEN_ENTRY;
}

static int __init fail_init(void)
{
	if (gdt_cpu >= 0) {
		if (!cpu_online(gdt_cpu) || *taken_entry())
			return -EBUSY;
		*taken_entry() = TAKEN;
		return 0;
	}
	probe.symbol_name = symbol;
	return register_kprobe(&probe);
}

static void __exit fail_exit(void)
{
	if (gdt_cpu >= 0)
		*taken_entry() = 0;
	else
		unregister_kprobe(&probe);
}

module_init(fail_init);
module_exit(fail_exit);
MODULE_DESCRIPTION("Switchyard's tests: a call that fails");
MODULE_AUTHOR("The Switchyard developers");
MODULE_LICENSE("GPL");
