// SPDX-License-Identifier: GPL-2.0
/*
 * lg_op_costs.ko - measures, when it is loaded, what the operations cost that a world switch is
 * made of (blocks.S), on the CPU that loads it, and keeps the samples until it is unloaded.
 *
 * /sys/kernel/debug/lg_op_costs: op,from,to,copies,divisor,block,ticks as CSV, one line a sample;
 * block is full or twin, and ticks are the TSC's over all copies.  `samples` is how many there
 * are of each block, full and twin in turns, after `warmup` that are dropped.
 *
 * Each sample runs with interrupts off and our tables (op_costs.h).  If an NMI comes meanwhile the
 * kernel gets it when its tables are back, and the sample is taken again; `retaken` says how
 * often.  A machine check does not come back.
 */
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>
#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/fpu/api.h>
#include <asm/special_insns.h>
#include <asm/trapnr.h>
#include "op_costs.h"

#define MOST_SAMPLES	100000

/* What a block must leave of EFLAGS. */
#define KEPT_FLAGS	(X86_EFLAGS_IF | X86_EFLAGS_IOPL | X86_EFLAGS_DF | X86_EFLAGS_NT | \
			 X86_EFLAGS_AC)

static unsigned int samples = 1001;
module_param(samples, uint, 0444);
MODULE_PARM_DESC(samples, "of each block, at most 100000 (default: 1001)");

static unsigned int warmup = 16;
module_param(warmup, uint, 0444);
MODULE_PARM_DESC(warmup, "samples of each block that are dropped first (default: 16)");

static unsigned int retaken;
module_param(retaken, uint, 0444);
MODULE_PARM_DESC(retaken, "samples that were taken again because of an NMI; not to be set");

static struct desc_struct gdt[OC_GDT_NR] __aligned(8);
static gate_desc idt[IDT_ENTRIES] __aligned(8);
static struct x86_hw_tss tss __aligned(128);
static u8 stack0[PAGE_SIZE] __aligned(16), stack1[PAGE_SIZE] __aligned(16);
static u8 area[OC_MOVED_BYTES] __aligned(64);
static struct desc_ptr own_gdtr, own_idtr;
static struct oc_args args;
static u32 cr4_at_first;

/* [block][full or twin][sample] */
static u32 *ticks;
static struct dentry *file;

static u32 *ticks_of(unsigned int block, unsigned int twin)
{
	return ticks + (2 * block + twin) * samples;
}

static void set_flat(struct desc_struct *d, unsigned int type)
{
	*d = (struct desc_struct)GDT_ENTRY_INIT((0xc0b0 | type), 0, 0xfffff);
}

static void set_system(struct desc_struct *d, unsigned int type, const void *base, u32 limit)
{
	*d = (struct desc_struct)GDT_ENTRY_INIT((0x80 | type), (unsigned long)base, limit);
}

static void set_gate(unsigned int vector, void (*to)(void), u16 selector)
{
	pack_gate(&idt[vector], GATE_INTERRUPT, (unsigned long)to, 1, 0, selector);
}

/* The kernel's tables of this CPU, with ours in them. */
static void make_tables(void)
{
	struct desc_ptr kernel_idt;

	memcpy(gdt, get_current_gdt_rw(), GDT_SIZE);
	set_flat(&gdt[OC_GDT_CS1], 0xb);
	set_flat(&gdt[OC_GDT_DS1], 0x3);
	set_system(&gdt[OC_GDT_TSS], DESC_TSS, &tss, sizeof(tss) - 1);
	set_system(&gdt[OC_GDT_LDT], DESC_LDT, area, 7);
	own_gdtr = (struct desc_ptr){ sizeof(gdt) - 1, (unsigned long)gdt };

	store_idt(&kernel_idt);
	memcpy(idt, (void *)kernel_idt.address, min_t(size_t, sizeof(idt), kernel_idt.size + 1));
	set_gate(X86_TRAP_NMI, oc_nmi, __KERNEL_CS);
	set_gate(OC_VECTOR_UD, oc_invalid_opcode, __KERNEL_CS);
	set_gate(OC_VECTOR_RETURN, oc_return, __KERNEL_CS);
	set_gate(OC_VECTOR_STAMP, oc_stamp, __KERNEL_CS);
	set_gate(OC_VECTOR_STAMP1, oc_stamp, OC_CS1);
	own_idtr = (struct desc_ptr){ sizeof(idt) - 1, (unsigned long)idt };

	tss = (struct x86_hw_tss){
		.sp0 = (unsigned long)stack0 + sizeof(stack0), .ss0 = __KERNEL_DS,
		.io_bitmap_base = IO_BITMAP_OFFSET_INVALID,
	};
}

static void make_args(void)
{
	memcpy(args.gdtr, &own_gdtr, sizeof(own_gdtr));
	memcpy(args.idtr, &own_idtr, sizeof(own_idtr));
	args.tss_access = (unsigned long)&gdt[OC_GDT_TSS] + 5;
	args.area = (unsigned long)area;
	cr4_at_first = __read_cr4();
}

/* What is there now: the blocks write it back, and the kernel may change it between two samples. */
static void read_registers(void)
{
	args.cr0 = read_cr0();
	args.cr2 = read_cr2();
	args.cr3 = __read_cr3();
	args.cr4 = __read_cr4();
	get_debugreg(args.dr7, 7);
	if (boot_cpu_has(X86_FEATURE_SEP))
		args.sysenter_cs = native_read_msr(MSR_IA32_SYSENTER_CS);
}

/* The tables that are the kernel's own. */
struct kernel_tables {
	struct desc_ptr gdtr, idtr;
	u16 ldt;
};

/* LTR refuses a busy descriptor, and marks it: ours is free each time it is made. */
static void to_own_tables(struct kernel_tables *kernel)
{
	asm volatile("sgdt %0; sidt %1; sldt %2"
		     : "=m" (kernel->gdtr), "=m" (kernel->idtr), "=m" (kernel->ldt));
	gdt[OC_GDT_TSS].type = DESC_TSS;
	asm volatile("lidt %0; lgdt %1; ltr %w2"
		     : : "m" (own_idtr), "m" (own_gdtr), "r" (OC_TSS) : "memory");
}

/* The kernel's GDT of i386 is mapped read-write, too, so its TSS can be made free and loaded. */
static void to_kernel_tables(const struct kernel_tables *kernel)
{
	get_current_gdt_rw()[GDT_ENTRY_TSS].type = DESC_TSS;
	asm volatile("lgdt %0; ltr %w2; lldt %3; lidt %1"
		     : : "m" (kernel->gdtr), "m" (kernel->idtr), "r" (GDT_ENTRY_TSS * 8),
		     "m" (kernel->ldt) : "memory");
}

static u32 call(const struct oc_block *b, bool twin)
{
	u32 (*code)(const struct oc_args *) = twin ? b->twin : b->full;

	/* `back` ops begin in the ring that the block goes to, so both rings say where it runs. */
	return max(b->from, b->to) ?
		oc_at_ring1(code, &args, (unsigned long)stack1 + sizeof(stack1)) :
		oc_at_ring0(code, &args);
}

static u32 sample(const struct oc_block *b, bool twin)
{
	struct kernel_tables kernel;
	unsigned long flags;
	u32 result, nmis, eflags;

	do {
		kernel_fpu_begin();
		local_irq_save(flags);
		oc_nmis = 0;
		read_registers();
		eflags = native_save_fl();
		to_own_tables(&kernel);
		result = call(b, twin);
		to_kernel_tables(&kernel);
		WARN_ON_ONCE((native_save_fl() ^ eflags) & KEPT_FLAGS);
		nmis = oc_nmis;
		if (nmis) {
			retaken++;
			asm volatile("int $2" : : : "memory");
		}
		local_irq_restore(flags);
		kernel_fpu_end();
	} while (nmis);
	return result;
}

/* Does this CPU have what the block takes? */
static bool can_run(const struct oc_block *b)
{
	if (b->needs & OC_NEEDS_SEP && !boot_cpu_has(X86_FEATURE_SEP))
		return false;
	if (b->needs & OC_NEEDS_PGE && !(cr4_at_first & X86_CR4_PGE))
		return false;
	if (b->needs & OC_NEEDS_NO_UMIP && cr4_at_first & X86_CR4_UMIP)
		return false;
	return !(b->needs & OC_NEEDS_FXSR) || boot_cpu_has(X86_FEATURE_FXSR);
}

static void measure(unsigned int i)
{
	u32 *full = ticks_of(i, 0), *twin = ticks_of(i, 1);
	unsigned int n;

	for (n = 0; n < warmup; n++) {
		sample(&oc_blocks[i], false);
		sample(&oc_blocks[i], true);
	}
	for (n = 0; n < samples; n++) {
		full[n] = sample(&oc_blocks[i], false);
		twin[n] = sample(&oc_blocks[i], true);
		cond_resched();
	}
}

/* On the CPU whose tables these are; its thread stays there. */
static int measure_all(void *unused)
{
	unsigned int i;

	make_tables();
	make_args();
	for (i = 0; i < oc_nr_blocks; i++)
		if (can_run(&oc_blocks[i]))
			measure(i);
	return 0;
}

static void *start(struct seq_file *seq, loff_t *at)
{
	return *at < 2 * (loff_t)oc_nr_blocks + 1 ? at : NULL;
}

static void *next(struct seq_file *seq, void *v, loff_t *at)
{
	++*at;
	return start(seq, at);
}

static void stop(struct seq_file *seq, void *v)
{
}

/* Line 0 is the head; each other step is all samples of one block. */
static int show(struct seq_file *seq, void *v)
{
	unsigned int at = *(loff_t *)v, n;
	const struct oc_block *b;

	if (!at) {
		seq_puts(seq, "op,from,to,copies,divisor,block,ticks\n");
		return 0;
	}
	at--;
	b = &oc_blocks[at / 2];
	for (n = 0; can_run(b) && n < samples; n++)
		seq_printf(seq, "%s,%u,%u,%u,%u,%s,%u\n", b->op, b->from, b->to, b->copies,
			   b->divisor + 1, at % 2 ? "twin" : "full", ticks_of(at / 2, at % 2)[n]);
	return 0;
}

static const struct seq_operations lines = {
	.start = start, .next = next, .stop = stop, .show = show,
};

static int open_lines(struct inode *inode, struct file *opened)
{
	return seq_open(opened, &lines);
}

static const struct file_operations file_operations = {
	.owner = THIS_MODULE,
	.open = open_lines,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = seq_release,
};

static int check_cpu(void)
{
	BUILD_BUG_ON(GDT_ENTRIES != OC_GDT_CS1);
	BUILD_BUG_ON(sizeof(struct oc_args) != OC_ARGS_SIZE);
	BUILD_BUG_ON(offsetof(struct oc_args, area) != OC_AREA);
	BUILD_BUG_ON(sizeof(struct oc_block) != OC_BLOCK_SIZE);
	BUILD_BUG_ON(OC_FXSAVE_BYTES > OC_MOVED_BYTES);

	if (!boot_cpu_has(X86_FEATURE_TSC) || !boot_cpu_has(X86_FEATURE_XMM2)) {
		pr_err("lg_op_costs: the CPU lacks RDTSC or LFENCE\n");
		return -ENODEV;
	}
	if (samples && samples <= MOST_SAMPLES && warmup <= MOST_SAMPLES)
		return 0;
	pr_err("lg_op_costs: samples is from 1 to %u, warmup at most that\n", MOST_SAMPLES);
	return -EINVAL;
}

static int __init op_costs_init(void)
{
	int error = check_cpu();
	void *page;

	if (error)
		return error;
	ticks = vzalloc(2 * oc_nr_blocks * samples * sizeof(*ticks));
	page = vmalloc(OC_MOVED_BYTES);
	error = -ENOMEM;
	if (ticks && page) {
		args.page = (unsigned long)page;
		memset(page, 0, OC_MOVED_BYTES);
		/* A CPU that went away would leave its thread to another. */
		cpus_read_lock();
		error = smp_call_on_cpu(raw_smp_processor_id(), measure_all, NULL, false);
		cpus_read_unlock();
	}
	vfree(page);
	if (error)
		vfree(ticks);
	else
		file = debugfs_create_file("lg_op_costs", 0400, NULL, NULL, &file_operations);
	return error;
}

static void __exit op_costs_exit(void)
{
	debugfs_remove(file);
	vfree(ticks);
}

module_init(op_costs_init);
module_exit(op_costs_exit);
MODULE_DESCRIPTION("Switchyard: what the operations of a world switch cost");
MODULE_AUTHOR("The Switchyard developers");
MODULE_LICENSE("GPL");
