// SPDX-License-Identifier: GPL-2.0
/*
 * hypercalls.c - what a Guest asks for by `int $0x1f`, and the async ring.
 *
 * A new hypercall is one line in include/lg/abi.h and one function here.  The
 * arguments are in EBX, ECX and EDX, or in a ring entry; all registers come back
 * unchanged.  A call that breaks its rules kills the Guest, and then returns.
 */
#include <linux/mm.h>
#include "lg.h"
#include "check.h"
#include "trace.h"

static void hc_flush_async(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	/* The ring has been drained: that was the point. */
}

static void read_guest_choices(struct lg_guest *g)
{
	u32 vector = READ_ONCE(g->data->syscall_vec);

	g->noirq_iret = READ_ONCE(g->data->noirq_iret);
	g->kernel_address = READ_ONCE(g->data->kernel_address);
	if (vector != LG_SYSCALL_VECTOR)
		kill_guest(g, "bad syscall vector %#x: only 0x80 is direct", vector);
	else if (g->kernel_address >= lg_region_va)
		kill_guest(g, "bad kernel address %#x: it must lie below %#x",
			   g->kernel_address, lg_region_va);
}

static void hc_init(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	if (g->data) {
		kill_guest(g, "second INIT");
		return;
	}
	if (lg_data_map(g, GPA(arg1))) {
		kill_guest(g, "bad INIT address %#x", arg1);
		return;
	}
	WRITE_ONCE(g->data->tsc_khz, lg_tsc_khz());
	WRITE_ONCE(g->data->reserve_mem, -lg_region_va);
	lg_tell_time(g);
	read_guest_choices(g);
	lg_flush_all(g);
}

void lg_shutdown(struct lg_guest *g, u32 message_pa, u32 how)
{
	char text[LG_MESSAGE_BYTES];

	if (how != LG_SHUTDOWN_POWEROFF && how != LG_SHUTDOWN_RESTART) {
		kill_guest(g, "bad SHUTDOWN %#x", how);
		return;
	}
	/* Linux restarts with the physical address of NULL, where nothing is. */
	if (!lg_read(g, GPA(message_pa), text, sizeof(text)))
		text[0] = '\0';
	lg_clean_text(g->message, text, sizeof(text));
	g->shutdown_how = how;
	set_bit(LG_ATTENTION_ENDED, &g->attention);
}

static void hc_shutdown(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_shutdown(g, arg1, arg2);
}

static void hc_load_gdt(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_load_gdt(g, GPA(arg1), arg2);
}

static void hc_new_pgtable(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_new_pgtable(g, GPA(arg1));
}

static void hc_flush_tlb(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	if (arg1)
		lg_flush_all(g);
	else
		lg_flush_user(g);
}

static void hc_load_idt_entry(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_load_idt_entry(g, arg1, arg2, arg3);
}

static void hc_set_stack(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_set_stack(g, arg1, arg2, arg3);
}

static void hc_ts(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_set_ts(g, arg1);
}

static void hc_set_clockevent(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_set_clockevent(g, arg1);
}

static void hc_halt(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	set_bit(LG_ATTENTION_HALTED, &g->attention);
}

static void hc_set_pte(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_set_pte(g, GPA(arg1), GVA(arg2), arg3);
}

static void hc_set_pgd(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_set_pgd(g, GPA(arg1), arg2);
}

static void hc_load_tls(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_load_tls(g, GPA(arg1));
}

static void hc_load_gdt_entry(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	lg_load_gdt_entry(g, arg1, arg2, arg3);
}

static void hc_send_interrupts(struct lg_guest *g, u32 arg1, u32 arg2, u32 arg3)
{
	/* The exit itself makes the Host look for pending irqs. */
}

/* A switch over constants: the compiler makes compares and direct calls of it, where
 * a table of functions would cost a retpoline.  (Argument 4 is PAE's alone.) */
static __always_inline void dispatch(struct lg_guest *g, u32 number, u32 arg1, u32 arg2,
				     u32 arg3)
{
	switch (number) {
#define LG_X(number, NAME, name)			\
	case LG_HC_##NAME:				\
		hc_##name(g, arg1, arg2, arg3);		\
		return;
	LG_HYPERCALLS(LG_X)
#undef LG_X
	}
	kill_guest(g, "bad hypercall %u", number);
}

static __always_inline void ring_call(struct lg_guest *g, u32 number, u32 arg1, u32 arg2,
				      u32 arg3)
{
	LG_EVENT(hypercall, g, number, LG_CALL_RING, arg1, arg2, arg3);
	dispatch(g, number, arg1, arg2, arg3);
}

/*
 * The ring is Guest memory, written while we read: each word is read once.  A Guest
 * that fills entries as fast as we drain them gets no more than one ring's worth.
 */
static noinline void drain_ring(struct lg_guest *g)
{
	struct lguest_data *data = g->data;
	unsigned int i;

	for (i = 0; i < LG_RING_ENTRIES && !lg_ended(g); i++) {
		u32 n = g->ring_next;
		struct lg_ring_call *call = &data->ring[n];

		if (READ_ONCE(data->ring_status[n]) == LG_RING_FREE)
			return;
		g->ring_next = (n + 1) % LG_RING_ENTRIES;
		ring_call(g, READ_ONCE(call->number), READ_ONCE(call->arg1),
			  READ_ONCE(call->arg2), READ_ONCE(call->arg3));
		WRITE_ONCE(data->ring_status[n], LG_RING_FREE);
	}
}

static __always_inline void hypercall(struct lg_guest *g, u32 loop)
{
	struct lg_regs *regs = g->regs;

	if (unlikely(!g->data)) {
		if (regs->eax != LG_HC_INIT) {
			kill_guest(g, "hypercall %u before INIT", regs->eax);
			return;
		}
	} else if (READ_ONCE(g->data->ring_status[g->ring_next]) != LG_RING_FREE) {
		drain_ring(g);
		if (lg_ended(g))
			return;
	}
	lg_stamp(loop, LG_C_PROBE_RING);
	LG_EVENT_BY(direct_call, hypercall, g);
	dispatch(g, regs->eax, regs->ebx, regs->ecx, regs->edx);
}

void lg_hypercall(struct lg_guest *g)
{
	hypercall(g, 0);
}

void lg_hypercall_probed(struct lg_guest *g)
{
	hypercall(g, LG_PROBED);
}
