// SPDX-License-Identifier: GPL-2.0
/*
 * hostcpu.c - what changes on every Host CPU for as long as the module is loaded,
 * each beside its undo: global pages off, and the Switcher's two segments in the
 * Host's GDT.
 *
 * A CPU-hotplug state carries both, so a CPU that comes online later gets them, and
 * unloading undoes them everywhere, in the GDTs of CPUs that are offline too.
 *
 * And whose FPU registers are loaded during LG_RUN, with CR0.TS.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/smp.h>
#include <linux/syscore_ops.h>
#include <asm/cpufeature.h>
#include <asm/desc.h>
#include <asm/fpu/api.h>
#include <asm/tlbflush.h>
#include "lg.h"
#include "check.h"
#include "trace.h"

static enum cpuhp_state hotplug_state;

/*
 * A page-table entry marked global survives a CR3 load, so with global pages on the
 * Host's mappings would still be in the TLB while the Guest runs.
 */
static void host_pge_off(void)
{
	unsigned long flags;

	if (!boot_cpu_has(X86_FEATURE_PGE))
		return;
	local_irq_save(flags);
	cr4_update_irqsoff(0, X86_CR4_PGE);
	local_irq_restore(flags);
}

static void host_pge_on(void)
{
	unsigned long flags;

	if (!boot_cpu_has(X86_FEATURE_PGE))
		return;
	local_irq_save(flags);
	cr4_update_irqsoff(X86_CR4_PGE, 0);
	local_irq_restore(flags);
}

/*
 * The far call enters the Switcher by its own selector, and an NMI taken in the
 * Switcher returns to it in the Host's world, so the Host's GDT must hold it too.
 */
static int host_gdt_borrow(unsigned int cpu)
{
	u64 *gdt = (u64 *)get_cpu_gdt_rw(cpu);
	struct lg_cpu *lc = &per_cpu(lg_cpus, cpu);

	if (lc->gdt_borrowed)
		return 0;
	if (gdt[LG_SWITCHER_CS_ENTRY] || gdt[LG_SWITCHER_DS_ENTRY]) {
		pr_err("switchyard: GDT entries 10 and 11 of CPU %u are in use: another hypervisor?\n",
		       cpu);
		return -EBUSY;
	}
	lc->gdt_saved[0] = gdt[LG_SWITCHER_CS_ENTRY];
	lc->gdt_saved[1] = gdt[LG_SWITCHER_DS_ENTRY];
	lc->gdt_borrowed = true;
	gdt[LG_SWITCHER_CS_ENTRY] = LG_SWITCHER_CODE;
	gdt[LG_SWITCHER_DS_ENTRY] = LG_SWITCHER_DATA;
	return 0;
}

static void host_gdt_return(unsigned int cpu)
{
	u64 *gdt = (u64 *)get_cpu_gdt_rw(cpu);
	struct lg_cpu *lc = &per_cpu(lg_cpus, cpu);

	if (!lc->gdt_borrowed)
		return;
	gdt[LG_SWITCHER_CS_ENTRY] = lc->gdt_saved[0];
	gdt[LG_SWITCHER_DS_ENTRY] = lc->gdt_saved[1];
	lc->gdt_borrowed = false;
}

static int host_cpu_online(unsigned int cpu)
{
	int error = host_gdt_borrow(cpu);

	if (!error)
		host_pge_off();
	return error;
}

/*
 * The module goes, or the CPU does.  The latter keeps what it has: a Launcher that was preempted
 * where it may not be moved, as in a page fault of the kernel's in high memory, stays on a CPU
 * that goes offline until it is next scheduled, and enters its Guest there.  That entry misses, and
 * has it scheduled (leave_dying_cpu).  CR4 is made anew when the CPU comes back, and the GDT lies
 * in memory.
 */
static int host_cpu_offline(unsigned int cpu)
{
	lg_levers_cpu_off(&per_cpu(lg_cpus, cpu));
	if (!cpu_active(cpu)) {
		per_cpu(lg_cpus, cpu).last_guest = 0;
		return 0;
	}
	host_pge_on();
	host_gdt_return(cpu);
	return 0;
}

/* Firmware may have left CR4 as it liked, and the kernel has turned SYSENTER on again: a
 * lever that takes it for off must not.  The GDT lies in memory and was kept. */
static void host_resume(void)
{
	lg_levers_cpu_off(this_cpu_ptr(&lg_cpus));
	host_pge_off();
}

static struct syscore_ops resume_ops = { .resume = host_resume };

/*
 * The Guest has FPU registers of its own, and the Launcher's wait while it runs.  With
 * the lever lazy_fpu they are changed only when the Guest first uses them: until then TS
 * is set, so that it can neither see nor spoil the Launcher's.
 */
void lg_fpu_load(struct lg_guest *g)
{
	if (g->fpu_loaded)
		return;
	LG_EVENT(host_cpu, g, LG_HOST_CPU_FPU_GUEST);
	fpu_swap_kvm_fpstate(&g->fpu, true);
	g->fpu_loaded = true;
	g->ts = g->guest_ts;
}

/* The Guest wants CR0.TS so; while its registers are not loaded it is set anyway. */
void lg_set_ts(struct lg_guest *g, u32 ts)
{
	if (ts)
		LG_EVENT(host_cpu, g, LG_HOST_CPU_TS_ON);
	else
		LG_EVENT(host_cpu, g, LG_HOST_CPU_TS_OFF);
	g->guest_ts = ts ? X86_CR0_TS : 0;
	g->ts = g->fpu_loaded ? g->guest_ts : X86_CR0_TS;
}

void lg_fpu_begin(struct lg_guest *g)
{
	if (g->levers & LG_LEVER_LAZY_FPU)
		g->ts = X86_CR0_TS;
	else
		lg_fpu_load(g);
}

void lg_fpu_end(struct lg_guest *g)
{
	if (!g->fpu_loaded)
		return;
	LG_EVENT(host_cpu, g, LG_HOST_CPU_FPU_HOST);
	fpu_swap_kvm_fpstate(&g->fpu, false);
	g->fpu_loaded = false;
}

int lg_hostcpu_init(void)
{
	int state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "switchyard:online",
				      host_cpu_online, host_cpu_offline);

	if (state < 0)
		return state;
	hotplug_state = state;
	register_syscore_ops(&resume_ops);
	return 0;
}

void lg_hostcpu_exit(void)
{
	unsigned int cpu;

	unregister_syscore_ops(&resume_ops);
	cpuhp_remove_state(hotplug_state);
	/* Those that are offline. */
	preempt_disable();
	for_each_possible_cpu(cpu) {
		lg_levers_cpu_gone(&per_cpu(lg_cpus, cpu));
		host_gdt_return(cpu);
	}
	preempt_enable();
}
