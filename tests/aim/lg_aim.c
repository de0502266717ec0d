// SPDX-License-Identifier: GPL-2.0
/*
 * lg_aim.c - an NMI at every instruction of the Switcher in turn, and a timer interrupt.
 *
 * Where the TSC counts instructions (vm/lab --profile counted) the local APIC's timer is
 * exact to one of them, and the emulator lets it raise an NMI.  From just before each
 * switch (the event lg_enter) it is set one instruction further than before, until it has
 * gone through the way out, the Guest and the way back.  Where an NMI was handed on by the
 * Switcher's stub, a second one is sent, from the handler of the first, further and further
 * until it arrives where the first did: so each instruction of the stub's way back is met
 * too, from each place where a stub can be.
 *
 *	insmod lg_aim.ko from=TEXT to=TEXT [irq=1] [upto=INSNS] [late=ENTRIES]
 *
 * The sweep begins again with each new Guest, after so many entries: one that begins later meets
 * what an earlier one has not, where one entry is not as long as the next.
 * /sys/kernel/debug/lg_aim then has
 *
 *	shots N, seconds N	first and second ones that arrived
 *	outside N		of both: in the Guest, or in the Host's own text
 *	hit OFFSET N		the instruction that was next, from the start of the text
 *
 * With irq=1 it is the kernel's own timer interrupt, and there must be no hit: interrupts
 * are off from before the way out to the Guest's first instruction, and on the way back.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include <asm/apic.h>
#include <asm/irq_regs.h>
#include <asm/nmi.h>

/* What lies on the stack below a stub's own `int`: four segments, pusha, exit and error. */
#define STUB_EIP	(14 * 4)
#define INT_2		0x02cd
/* The kernel's way out of an NMI is much shorter. */
#define SECONDS_AT_MOST	2000

static u32 from, to;
module_param(from, uint, 0);
module_param(to, uint, 0);
static bool irq;
module_param(irq, bool, 0);
static u32 upto = 500;
module_param(upto, uint, 0);
static u32 late;
module_param(late, uint, 0);

static enum { IDLE, FIRST, SECOND } waiting;
static u32 swept, first, second;	/* the Guest, and how far this shot goes */
static u32 passed;			/* of its entries, none shot at */
static u32 first_eip, first_ip, first_sp;
static bool handed_on, in_tail, back_there;
static u32 held_back;			/* the last second that had to wait for the iret */
static u32 lvtt, left;
static u32 shots, seconds, outside;
static u32 *hits;
static struct tracepoint *enter, *timer;
static struct dentry *file;

static bool in_text(u32 eip)
{
	return eip >= from && eip < to;
}

static void note(u32 eip)
{
	if (in_text(eip))
		hits[eip - from]++;
	else
		outside++;
}

/* The timer counts instructions, once. */
static void aim(u32 insns)
{
	left = apic_read(APIC_TMCCT);
	apic_write(APIC_TDCR, APIC_TDR_DIV_1);
	if (!irq)
		apic_write(APIC_LVTT, APIC_DM_NMI);
	apic_write(APIC_TMICT, insns);
}

/* Give the timer back to the kernel, with the time that was left. */
static void put_back(void)
{
	apic_write(APIC_TDCR, APIC_TDR_DIV_16);
	apic_write(APIC_LVTT, lvtt);
	apic_write(APIC_TMICT, left ?: 1);
}

/* One instruction further than the last shot.  Seconds begin a little before those of the
 * last place stopped to arrive at one and the same instruction. */
static void next_shot(void)
{
	if (second ? !back_there && second < SECONDS_AT_MOST : handed_on) {
		second = second ?: max(held_back, 9u) - 9;
		second++;
		return;
	}
	first++;
	second = 0;
	handed_on = in_tail = back_there = false;
}

static void on_enter(void *unused, u32 seq, u32 guest)
{
	if (waiting != IDLE)
		return;
	if (guest != swept) {
		swept = guest;
		first = second = passed = 0;
		handed_on = false;
	}
	if (passed++ < late)
		return;
	if (first >= upto)
		return;
	next_shot();
	waiting = FIRST;
	aim(first);
}

/* What a stub pushed lies in the page that was there then: %esi has its CR3. */
static u32 read_under(u32 cr3, u32 va)
{
	u32 *dir = __va(cr3 & PAGE_MASK);
	u32 *table = __va(dir[va >> 22] & PAGE_MASK);
	void *page = __va(table[va >> PAGE_SHIFT & 1023] & PAGE_MASK);

	return *(u32 *)(page + (va & ~PAGE_MASK));
}

/* The kernel reports an NMI right after a stub's int.  Either the stub handed it on, or it arrived
 * exactly there, before the rest of the way back. */
static bool was_handed_on(struct pt_regs *regs)
{
	if (!in_text(regs->ip - 2) || *(u16 *)(regs->ip - 2) != INT_2)
		return false;
	return waiting == FIRST || in_tail || regs->ip != first_ip || regs->sp != first_sp;
}

static u32 where(struct pt_regs *regs)
{
	if (!was_handed_on(regs))
		return regs->ip;
	if (regs->si == __read_cr3())
		return *(u32 *)(regs->sp + STUB_EIP);
	return read_under(regs->si, regs->sp + STUB_EIP);
}

static void first_arrived(struct pt_regs *regs, u32 eip)
{
	shots++;
	handed_on = was_handed_on(regs);
	first_eip = eip;
	first_ip = regs->ip;
	first_sp = regs->sp;
	waiting = IDLE;
	if (handed_on && second) {
		waiting = SECOND;
		aim(second);
	}
}

static void second_arrived(u32 eip)
{
	seconds++;
	waiting = IDLE;
	back_there = eip == first_eip || !in_text(eip);
	if (eip == first_ip)
		held_back = second;
	else
		in_tail = true;
}

static int on_nmi(unsigned int type, struct pt_regs *regs)
{
	u32 eip;

	if (waiting == IDLE)
		return NMI_DONE;
	put_back();
	eip = where(regs);
	note(eip);
	if (waiting == FIRST)
		first_arrived(regs, eip);
	else
		second_arrived(eip);
	return NMI_HANDLED;
}

/* The kernel sets its timer again itself, once it counts as it expects. */
static void on_timer(void *unused, int vector)
{
	if (waiting == IDLE)
		return;
	apic_write(APIC_TDCR, APIC_TDR_DIV_16);
	waiting = IDLE;
	shots++;
	note(get_irq_regs()->ip);
}

static int aim_show(struct seq_file *out, void *unused)
{
	u32 i;

	seq_printf(out, "shots %u\nseconds %u\noutside %u\n", shots, seconds, outside);
	for (i = 0; i < to - from; i++)
		if (hits[i])
			seq_printf(out, "hit %x %u\n", i, hits[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(aim);

static void take_tracepoint(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "lg_enter"))
		enter = tp;
	else if (!strcmp(tp->name, "local_timer_entry"))
		timer = tp;
}

/* Called for each module that is there already, too. */
static int module_comes(struct notifier_block *block, unsigned long what, void *data)
{
	struct tp_module *module = data;
	tracepoint_ptr_t *tp = module->mod->tracepoints_ptrs;
	unsigned int i;

	for (i = 0; what == MODULE_STATE_COMING && i < module->mod->num_tracepoints; i++)
		take_tracepoint(tracepoint_ptr_deref(tp + i), NULL);
	return 0;
}

static struct notifier_block modules = { .notifier_call = module_comes };

static int find_tracepoints(void)
{
	int error = register_tracepoint_module_notifier(&modules);

	if (error)
		return error;
	unregister_tracepoint_module_notifier(&modules);
	for_each_kernel_tracepoint(take_tracepoint, NULL);
	return enter && timer ? 0 : -ENOENT;
}

static int listen(void)
{
	int error = irq ? tracepoint_probe_register(timer, on_timer, NULL) :
			  register_nmi_handler(NMI_LOCAL, on_nmi, 0, "lg_aim");

	if (!error)
		error = tracepoint_probe_register(enter, on_enter, NULL);
	return error;
}

static void listen_no_more(void)
{
	tracepoint_probe_unregister(enter, on_enter, NULL);
	if (irq)
		tracepoint_probe_unregister(timer, on_timer, NULL);
	else
		unregister_nmi_handler(NMI_LOCAL, "lg_aim");
	tracepoint_synchronize_unregister();
}

static int __init aim_init(void)
{
	int error = find_tracepoints();

	if (error || from >= to || num_online_cpus() != 1)
		return error ?: -EINVAL;
	lvtt = apic_read(APIC_LVTT);
	hits = vzalloc((to - from) * sizeof(*hits));
	if (!hits)
		return -ENOMEM;
	error = listen();
	if (error) {
		listen_no_more();
		vfree(hits);
		return error;
	}
	file = debugfs_create_file("lg_aim", 0400, NULL, NULL, &aim_fops);
	return 0;
}

static void __exit aim_exit(void)
{
	debugfs_remove(file);
	listen_no_more();
	vfree(hits);
}

module_init(aim_init);
module_exit(aim_exit);
MODULE_DESCRIPTION("Switchyard's tests: an NMI at each instruction of the Switcher");
MODULE_AUTHOR("The Switchyard developers");
MODULE_LICENSE("GPL");
