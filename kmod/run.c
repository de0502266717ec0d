// SPDX-License-Identifier: GPL-2.0
/*H:110
 * run.c - the run loop: look for what must be done first, switch, and see why the
 * Guest came back.
 *
 * Everything that could hold a Guest up is looked for with interrupts off right
 * before the switch.  An irq or a signal that comes later interrupts the Guest
 * itself, since whoever raises it from another CPU also kicks the owner.
 */
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include "lg.h"
#include "check.h"
#include "hostcpu.h"
#include "trace.h"

void kill_guest(struct lg_guest *g, const char *fmt, ...)
{
	va_list args;

	if (g->dead)
		return;
	va_start(args, fmt);
	vscnprintf(g->message, sizeof(g->message), fmt, args);
	va_end(args);
	g->dead = g->message;
	lg_count(g, LG_CLASS_KILLED);
}

/*
 * Where the Switcher left the Guest's registers.  If it is not their usual place the
 * fault was the Switcher's own: a pop or the iret met a selector that the Guest has
 * made bad, and the CPU pushed its frame further down.
 */
static __always_inline bool fault_in_switcher(struct lg_cpu *cpu)
{
	return cpu->state->exit_sp != cpu->regs_va + LG_REGS_OFFSET;
}

/* A frame of the Switcher's own fault: its stub's words lie at exit_sp, in the Guest's
 * page.  They are only printed. */
static void switcher_fault(struct lg_guest *g, u32 exit_sp)
{
	struct lg_regs *frame = (void *)g->regs_page + (exit_sp & ~PAGE_MASK);

	lg_count(g, LG_CLASS_SWITCHER_FAULT);
	if ((exit_sp & ~PAGE_MASK) > PAGE_SIZE - sizeof(*frame))
		frame = g->regs;
	kill_guest(g, "bad selector: trap %u, error %#x, in the Switcher",
		   ~frame->exit, frame->error);
}

/* The interrupted work of the Host: its own handler runs, on the Host's stack, with
 * the frame of a kernel that had interrupts off. */
static void hand_to_host(u8 vector)
{
	extern char lg_int_table[];

	asm volatile("call *%0" : : "r" (lg_int_table + vector * 4) : "memory", "cc");
}

/*
 * A table of `int n; ret`, four bytes each.  A software interrupt enters the Host's
 * handler exactly as the hardware would have; the APIC has this vector in service
 * already, and the handler's EOI ends it.
 */
asm(".pushsection .text\n"
    ".balign 4\n"
    "lg_int_table:\n"
    ".set lg_vector, 0\n"
    ".rept 256\n"
    ".byte 0xcd, lg_vector\n"
    "ret\n"
    "int3\n"
    ".set lg_vector, lg_vector + 1\n"
    ".endr\n"
    ".popsection\n");

static __always_inline bool is_host_vector(struct lg_guest *g, u8 vector)
{
	return vector >= 32 ? vector != g->syscall_vec : vector == 2 || vector == 18;
}

/* One switch.  Interrupts are off on entry and on again on return. */
static __always_inline u8 switch_once(struct lg_guest *g, u32 *cr2)
{
	struct lg_cpu *cpu = this_cpu_ptr(&lg_cpus);
	u32 exit_sp;
	u8 vector;

	lg_switch(g, cpu);
	vector = ~g->regs->exit;
	/* A page fault in a Host handler would overwrite it. */
	if (vector == 14)
		*cr2 = native_read_cr2();
	lg_event_exit(g, cpu, vector, *cr2);
	exit_sp = cpu->state->exit_sp;
	if (unlikely(fault_in_switcher(cpu))) {
		local_irq_enable();
		switcher_fault(g, exit_sp);
		return vector;
	}
	if (unlikely(is_host_vector(g, vector)))
		hand_to_host(vector);
	local_irq_enable();
	return vector;
}

/* Seen with interrupts off, so that nothing can come between it and the switch. */
static __always_inline bool must_look_first(void)
{
	return READ_ONCE(current_thread_info()->flags) &
	       (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL | _TIF_NEED_RESCHED);
}

/* Called and left with interrupts off.  An error for the Launcher, or 0 to go on.
 * schedule() is called outright: with preempt=full cond_resched() does nothing. */
static int look_first(void)
{
	int error = 0;

	local_irq_enable();
	if (signal_pending(current))
		error = -EINTR;
	else if (need_resched())
		schedule();
	local_irq_disable();
	return error;
}

/* Whoever raises an irq sets the bit first and wakes the owner then. */
static void sleep_until_irq(struct lg_guest *g)
{
	local_irq_enable();
	set_current_state(TASK_INTERRUPTIBLE);
	if (!READ_ONCE(g->irqs) && !signal_pending(current))
		schedule();
	__set_current_state(TASK_RUNNING);
	local_irq_disable();
}

static int end_of_run(struct lg_guest *g, struct lg_run *run)
{
	if (g->dead) {
		run->reason = LG_RUN_KILLED;
		strscpy(run->killed.message, g->dead, sizeof(run->killed.message));
		return 0;
	}
	run->reason = LG_RUN_SHUTDOWN;
	run->shutdown.how = g->shutdown_how;
	strscpy(run->shutdown.message, g->message, sizeof(run->shutdown.message));
	return 0;
}

/* A trap that the Launcher asked for. */
static void inject_trap(struct lg_guest *g)
{
	g->pending_trap = false;
	lg_reflect(g, g->trap.vector, lg_vector_has_error(g->trap.vector),
		   g->trap.error);
}

/* Everything that comes before a switch, with interrupts off; false: not now. */
static __always_inline bool prepare_switch(struct lg_guest *g, int *error)
{
	while (unlikely(must_look_first())) {
		*error = look_first();
		if (*error)
			return false;
	}
	if (unlikely(READ_ONCE(g->irqs)))
		lg_deliver_irq(g);
	if (unlikely(g->pending_trap))
		inject_trap(g);
	if (unlikely(g->halted)) {
		sleep_until_irq(g);
		return false;
	}
	return !g->dead;
}

/*
 * Run until the Guest ends, a signal comes, or the Launcher is needed.  Called by the
 * Guest's owner with the Guest's lock held, on the Guest's FPU registers.
 * Returns 0 with run->reason set, or -EINTR.
 */
int lg_run(struct lg_guest *g, struct lg_run *run)
{
	int error = 0;
	u32 cr2 = 0;
	u8 vector;

	while (likely(!g->dead && !g->shutdown_how)) {
		local_irq_disable();
		if (unlikely(!prepare_switch(g, &error))) {
			local_irq_enable();
			if (error)
				return error;
			continue;
		}
		vector = switch_once(g, &cr2);
		if (likely(!g->dead) && lg_handle_exit(g, vector, cr2, run))
			return 0;
	}
	return end_of_run(g, run);
}
