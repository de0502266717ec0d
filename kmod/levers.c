// SPDX-License-Identifier: GPL-2.0
/*
 * levers.c - what the C side does for a variant, each beside its undo.
 *
 * A lever keeps some state of the Host CPU changed for longer than a switch.  Whoever
 * might run on this CPU next must not find it so: a preempt notifier undoes it when the
 * Launcher is scheduled out, and LG_RUN before it returns.
 */
#include <linux/preempt.h>
#include <linux/smp.h>
#include "lg.h"
#include "hostcpu.h"
#include "levers.h"

/* The levers that go by cpu->kept, and so must know when the Launcher loses the CPU. */
#define NEED_NOTIFIER	(LG_LEVERS_SYSENTER | LG_LEVER_PGE_TOGGLE)

static void sysenter_undo(struct lg_guest *g, struct lg_cpu *cpu)
{
	if (!(g->levers & LG_LEVER_LAZY_SYSENTER) || !cpu->kept.sysenter_off)
		return;
	host_sysenter_give_back(&cpu->kept);
	LG_EVENT(host_cpu, g, LG_HOST_CPU_SYSENTER_ON);
}

/* user_return: off until some task of this CPU returns to user space. */
static void user_return_fires(struct user_return_notifier *urn)
{
	LG_EVENT(notifier, NULL, LG_NOTIFIER_USER_RETURN);
	lg_levers_cpu_off(container_of(urn, struct lg_cpu, user_return));
}

void lg_arm_user_return(struct lg_cpu *cpu)
{
	if (cpu->user_return_listed)
		return;
	cpu->user_return.on_user_return = user_return_fires;
	user_return_notifier_register(&cpu->user_return);
	cpu->user_return_listed = true;
}

/* Also when the CPU goes offline and when the module goes, on that CPU. */
void lg_levers_cpu_off(struct lg_cpu *cpu)
{
	unsigned long flags;

	local_irq_save(flags);
	if (cpu->user_return_listed) {
		host_sysenter_give_back(&cpu->kept);
		user_return_notifier_unregister(&cpu->user_return);
		cpu->user_return_listed = false;
	}
	local_irq_restore(flags);
}

/* When the module goes and the CPU is offline: a Launcher that stayed on it to the last has
 * left the notifier there, and nobody returns to user space on that CPU. */
void lg_levers_cpu_gone(struct lg_cpu *cpu)
{
	if (!cpu->user_return_listed)
		return;
	user_return_notifier_unregister(&cpu->user_return);
	cpu->user_return_listed = false;
}

/* Interrupts are off. */
static void undo_all(struct lg_guest *g)
{
	struct lg_cpu *cpu = this_cpu_ptr(&lg_cpus);

	sysenter_undo(g, cpu);
	lever_pge_off(g, cpu);
}

static void sched_out(struct preempt_notifier *notifier, struct task_struct *next)
{
	struct lg_guest *g = container_of(notifier, struct lg_guest, notifier);
	unsigned long flags;

	LG_EVENT(notifier, g, LG_NOTIFIER_OUT);
	local_irq_save(flags);
	undo_all(g);
	local_irq_restore(flags);
}

/*
 * The Launcher has got this CPU: what is true of it now (rule 13).  The next switch does
 * again what it needs.  SYSENTER that is off with nobody to turn it on again is as good as
 * on: user_return then lists its notifier.  Whether copy-in must copy is seen here too:
 * another Guest can only have run on this CPU, and we on another, while we were out.
 */
static void look_where_we_are(struct lg_guest *g)
{
	struct lg_cpu *cpu = this_cpu_ptr(&lg_cpus);

	host_kept_read(&cpu->kept);
	if (g->levers & LG_LEVER_USER_RETURN && !cpu->user_return_listed)
		cpu->kept.sysenter_off = false;
	if (cpu->last_guest != g->id || g->last_cpu != cpu)
		lg_mark_changed(g, LG_CHANGED_ALL);
}

static void sched_in(struct preempt_notifier *notifier, int cpu)
{
	struct lg_guest *g = container_of(notifier, struct lg_guest, notifier);

	LG_EVENT(notifier, g, LG_NOTIFIER_IN);
	look_where_we_are(g);
}

static struct preempt_ops notifier_ops = {
	.sched_in = sched_in,
	.sched_out = sched_out,
};

/* Once, when the module is loaded: switching notifiers on and off patches the kernel's text on all
 * CPUs, and creating a Guest must not disturb the others so. */
void lg_levers_load(void)
{
	preempt_notifier_inc();
}

void lg_levers_unload(void)
{
	preempt_notifier_dec();
}

void lg_levers_init(struct lg_guest *g)
{
	preempt_notifier_init(&g->notifier, &notifier_ops);
}

/*
 * In an interrupt, so whom it interrupts may have kept SYSENTER_CS as it was and load it
 * again, as KVM does at each exit, or may be changing the list of notifiers: ours stays
 * there, and fires when the CPU returns to user space, whatever the register is then.
 */
static void sysenter_on(void *unused)
{
	struct lg_cpu *cpu = this_cpu_ptr(&lg_cpus);

	if (cpu->user_return_listed)
		host_sysenter_give_back(&cpu->kept);
}

/* A CPU that the Guest was moved away from may have idled ever since, and nobody has
 * returned to user space there: nothing of a Guest outlives it. */
void lg_levers_exit(struct lg_guest *g)
{
	if (g->levers & LG_LEVER_USER_RETURN)
		on_each_cpu(sysenter_on, NULL, 1);
}

/* Around LG_RUN, in the owner's context. */
void lg_levers_begin(struct lg_guest *g)
{
	if (!(g->levers & NEED_NOTIFIER))
		return;
	preempt_disable();
	preempt_notifier_register(&g->notifier);
	look_where_we_are(g);
	preempt_enable();
}

void lg_levers_end(struct lg_guest *g)
{
	if (!(g->levers & NEED_NOTIFIER))
		return;
	local_irq_disable();
	undo_all(g);
	local_irq_enable();
	preempt_notifier_unregister(&g->notifier);
}

/*M:
 * Copy-in without copying.  A Guest whose IDT and GDT lay in pages of its own, mapped into
 * the running directory as its regs page is, would cost nothing to change to: two
 * page-table entries instead of 2272 bytes.  Expected gain: nearly all of a miss (654
 * insns of 889 in always_copy).  In the way: the state page's alignment, and one TSS
 * descriptor per CPU in every Guest's GDT.
 */
