// SPDX-License-Identifier: GPL-2.0
/*
 * run.c - the run loop: handle pending work, switch, and find out why the Guest came back.
 *
 * Everything that could delay a Guest is checked with interrupts off right before the switch.  An
 * irq or a signal that comes later interrupts the Guest itself, since whoever raises it from
 * another CPU also kicks the owner.
 */
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <asm/debugreg.h>
#include <asm/fpu/api.h>
#include "lg.h"
#include "check.h"
#include "switch.h"
#include "work.h"
#include "lg-variants.h"

/* The interrupted work of the Host: its own handler runs, on the Host's stack, with
 * the frame of a kernel that had interrupts off. */
static void reinject_host_vector(u8 vector)
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

/* Vectors below 32 that must be seen to before interrupts are on again. */
#define URGENT_VECTORS	(1u << 1 | 1u << 2 | 1u << 18)

static __always_inline bool is_urgent(struct lg_guest *g, u32 vector)
{
	return vector >= 32 ? vector != g->syscall_vec : 1u << vector & URGENT_VECTORS;
}

/* A Guest that steps itself leaves its mark in DR6, which is the Host's to read: at the
 * Host's next #DB it would be taken for the Host's own single step.  The CPU has then turned
 * off stepping by branches too, which a tracer of the Launcher may have asked for. */
static void undo_step(void)
{
	set_debugreg(DR6_RESERVED, 6);
	if (test_thread_flag(TIF_BLOCKSTEP))
		update_debugctlmsr(get_debugctlmsr() | DEBUGCTLMSR_BTF);
}

static noinline void handle_urgent_exit(u8 vector)
{
	if (vector == 1)
		undo_step();
	else
		reinject_host_vector(vector);
}

/* One switch.  Interrupts are off on entry and on again on return. */
static __always_inline u32 switch_once(struct lg_guest *g, u32 *cr2, u32 levers)
{
	u32 vector = lg_switch(g, cr2, levers);

	if (unlikely(is_urgent(g, vector)))
		handle_urgent_exit(vector);
	local_irq_enable();
	lg_stamp(levers, LG_C_PROBE_HOST_IRQS);
	return vector;
}

/* Called and left with interrupts off.  An error for the Launcher, or 0 to go on. */
static int handle_pending_work(struct lg_guest *g)
{
	int error;

	/* The Guest runs on its owner's FPU registers; make them really loaded. */
	if (test_thread_flag(TIF_NEED_FPU_LOAD))
		switch_fpu_return();
	local_irq_enable();
	lg_hold_file(g);
	error = lg_handle_task_work();
	local_irq_disable();
	return error;
}

/* Whoever raises an irq sets the bit first and wakes the owner then. */
static void sleep_until_irq(struct lg_guest *g)
{
	local_irq_enable();
	prepare_to_rcuwait(&g->halted);
	set_current_state(TASK_INTERRUPTIBLE);
	if (!lg_irq_ready(g) && !signal_pending(current))
		schedule();
	finish_rcuwait(&g->halted);
	local_irq_disable();
}

static int end_of_run(struct lg_guest *g, struct lg_run *run)
{
	if (g->shutdown_how) {
		run->reason = LG_RUN_SHUTDOWN;
		run->shutdown.how = g->shutdown_how;
		strscpy_pad(run->shutdown.message, g->message, LG_REASON_BYTES);
	} else {
		run->reason = LG_RUN_KILLED;
		strscpy_pad(run->killed.message, g->message, LG_REASON_BYTES);
	}
	return 0;
}

/* A trap that the Launcher asked for. */
static void inject_trap(struct lg_guest *g)
{
	clear_bit(LG_ATTENTION_TRAP, &g->attention);
	lg_reflect(g, g->trap.vector, lg_vector_has_error(g->trap.vector),
		   g->trap.error);
}

/* With interrupts off; false: not to the Guest now. */
static noinline bool handle_requests(struct lg_guest *g)
{
	if (test_bit(LG_ATTENTION_IRQ, &g->attention))
		lg_deliver_irq(g);
	if (test_bit(LG_ATTENTION_TRAP, &g->attention))
		inject_trap(g);
	if (lg_ended(g))
		return false;
	if (!test_bit(LG_ATTENTION_HALTED, &g->attention))
		return true;
	sleep_until_irq(g);
	return false;
}

/* Everything that comes before a switch, with interrupts off; false: not now. */
static __always_inline bool prepare_switch(struct lg_guest *g, int *error, u32 levers)
{
	while (unlikely(lg_has_pending_work())) {
		*error = handle_pending_work(g);
		if (*error)
			return false;
	}
	if (likely(!READ_ONCE(g->attention)))
		return true;
	if (levers & LG_PRIVILEGED)
		lg_privileged_irq(g);
	if (!handle_requests(g))
		return false;
	if (levers & LG_LEVER_RESIDENT)
		resident_attended(g);
	return true;
}

/* The loop itself, for a constant set of levers. */
static __always_inline int run_with(struct lg_guest *g, struct lg_run *run, u32 levers)
{
	int error = 0;
	u32 cr2 = 0, vector;

	lg_stamp(levers, LG_C_PROBE_LAUNCHER);
	for (;;) {
		local_irq_disable();
		if (unlikely(!prepare_switch(g, &error, levers))) {
			local_irq_enable();
			if (lg_ended(g))
				return end_of_run(g, run);
			if (error)
				return error;
			continue;
		}
		lg_stamp(levers, LG_C_PROBE_READY);
		vector = switch_once(g, &cr2, levers);
		if (levers & LG_PRIVILEGED) {
			if (lg_privileged_exit(g, vector, cr2, run)) {
				lg_stamp(levers, LG_C_PROBE_HANDLED);
				return 0;
			}
		} else if (likely(vector == LG_HYPERCALL_VECTOR)) {
			lg_count(g, LG_CLASS_HYPERCALL);
			if (levers & LG_LEVER_RESIDENT)
				resident_called(g);
			if (levers & LG_PROBED)
				lg_hypercall_probed(g);
			else
				lg_hypercall(g);
		} else if (lg_handle_exit(g, vector, cr2, run)) {
			lg_stamp(levers, LG_C_PROBE_HANDLED);
			return 0;
		} else if (levers & LG_LEVER_RESIDENT) {
			resident_handled(g, vector, cr2);
		}
		lg_stamp(levers, LG_C_PROBE_HANDLED);
	}
}

/* A loop for a set of levers, and the same with the probes; and both for privileged Guests. */
#define LG_LOOP(name, levers)							\
static noinline int run_##name(struct lg_guest *g, struct lg_run *run)		\
{										\
	return run_with(g, run, levers);					\
}										\
static noinline int run_##name##_probed(struct lg_guest *g, struct lg_run *run)	\
{										\
	return run_with(g, run, (levers) | LG_PROBED);				\
}										\
static noinline int run_##name##_privileged(struct lg_guest *g, struct lg_run *run) \
{										\
	return run_with(g, run, (levers) | LG_PRIVILEGED);			\
}										\
static noinline int run_##name##_privileged_probed(struct lg_guest *g, struct lg_run *run) \
{										\
	return run_with(g, run, (levers) | LG_PRIVILEGED | LG_PROBED);		\
}

/* For each set of levers that a variant has, under the name of the first such variant. */
LG_LEVER_SETS(LG_LOOP)

/* By the number of the variant, whether the Guest is privileged, and the twin. */
static const lg_loop_fn loops[][2][LG_TWINS] = {
#define LG_X(number, name) [number] = {			\
	{ run_##name, run_##name##_probed },		\
	{ run_##name##_privileged, run_##name##_privileged_probed }, \
},
	LG_VARIANT_LOOPS(LG_X)
#undef LG_X
};

void lg_run_init(struct lg_guest *g)
{
	g->loop = loops[g->blob->number][!!g->privileged][g->blob->twin];
}

/*
 * Run until the Guest ends, a signal comes, or the Launcher is needed.  Called by the
 * Guest's owner with the Guest's lock held, on the Guest's FPU registers.
 * Returns 0 with run->reason set, or -EINTR.
 */
int lg_run(struct lg_guest *g, struct lg_run *run)
{
	return g->loop(g, run);
}
