// SPDX-License-Identifier: GPL-2.0
/*
 * lg_fingerprint.c - the Host CPU's state as text, for proof that nothing of it changed.
 *
 * It knows nothing of switchyard.ko, so that a reading can be taken before that is
 * loaded, while it is, and after it is gone; equal states read equal, byte for byte:
 *
 *	cat /sys/kernel/debug/lg_fingerprint
 *
 * gives one line `cpuN FIELD VALUE` for each field of each online CPU, read on that
 * CPU, the borrowed entries of each offline CPU's GDT, read from memory as `offN FIELD
 * VALUE`, and lines `all FIELD VALUE` for what the CPUs share.
 *
 * Left out is what changes when nothing is wrong: the busy bits of TSS descriptors,
 * GDT entries 6 to 8 (the running thread's TLS), the LDT's descriptor (whose is the last
 * that there was; LDTR itself is in), the bits of DR7 that slow an old CPU down (the kernel
 * leaves one behind), CR2, CR3, TSC, FPU registers, and CR4.TSD, the running thread's choice.
 */
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/jhash.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <asm/cpu_entry_area.h>
#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/fixmap.h>
#include <asm/fpu/xcr.h>
#include <asm/msr.h>
#include <asm/pgtable.h>
#include <asm/special_insns.h>
#include <asm/tlbflush.h>

/* The two free slots that a hypervisor borrows for its own segments. */
#define BORROWED_FIRST	10
#define BORROWED_LAST	11
/* Address bits of a slot of the page directory. */
#define SLOT_SHIFT	22
/* Accessed and dirty: the CPU sets them as it likes. */
#define PTE_USED	(_PAGE_ACCESSED | _PAGE_DIRTY)

struct reading {
	struct desc_ptr gdt, idt;
	u16 tr, ldt, cs, ss, ds, es, fs;
	u32 cr0, cr4, iopl, dr6, dr7;
	u32 sysenter_cs, sysenter_esp, sysenter_eip;
	u32 xcr0;
	u64 borrowed[2];
	u32 gdt_hash, idt_hash, tss_hash;
};

static struct dentry *file;

/* Types 9 and 11 of a system descriptor: a 32-bit TSS, free and busy; 2: an LDT. */
static u64 what_stays(u64 descriptor)
{
	u32 type = descriptor >> 40 & 0x1f;

	if (type == 2)
		return 0;
	return type == 11 ? descriptor & ~(2ULL << 40) : descriptor;
}

static bool is_tls(unsigned int entry)
{
	return entry >= GDT_ENTRY_TLS_MIN && entry <= GDT_ENTRY_TLS_MAX;
}

static u32 hash_gdt(const u64 *gdt)
{
	u64 copy[GDT_ENTRIES];
	unsigned int i;

	for (i = 0; i < GDT_ENTRIES; i++)
		copy[i] = is_tls(i) ? 0 : what_stays(gdt[i]);
	return jhash(copy, sizeof(copy), 0);
}

/* Where the CPU finds its ring-0 stacks and I/O rights. */
static u32 hash_tss(const u64 *gdt, u16 tr)
{
	const struct desc_struct *desc = (const void *)&gdt[tr / 8];
	const struct x86_hw_tss *tss = (const void *)get_desc_base(desc);
	u32 words[] = { tss->ss0, tss->sp0, tss->ss1, tss->__cr3, tss->ldt,
			tss->io_bitmap_base };

	return jhash(words, sizeof(words), 0);
}

static u16 read_ldt(void)
{
	u16 ldt;

	asm volatile("sldt %0" : "=rm" (ldt));
	return ldt;
}

static void read_segments(struct reading *r)
{
	savesegment(cs, r->cs);
	savesegment(ss, r->ss);
	savesegment(ds, r->ds);
	savesegment(es, r->es);
	savesegment(fs, r->fs);
}

static void read_control(struct reading *r)
{
	r->cr0 = read_cr0();
	r->cr4 = native_read_cr4() & ~X86_CR4_TSD;
	r->iopl = native_save_fl() >> 12 & 3;
	get_debugreg(r->dr6, 6);
	get_debugreg(r->dr7, 7);
	r->dr7 &= ~(DR_LOCAL_SLOWDOWN | DR_GLOBAL_SLOWDOWN);
	if (boot_cpu_has(X86_FEATURE_SEP)) {
		rdmsrl(MSR_IA32_SYSENTER_CS, r->sysenter_cs);
		rdmsrl(MSR_IA32_SYSENTER_ESP, r->sysenter_esp);
		rdmsrl(MSR_IA32_SYSENTER_EIP, r->sysenter_eip);
	}
	if (boot_cpu_has(X86_FEATURE_OSXSAVE))
		r->xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK);
}

static void read_tables(struct reading *r)
{
	const u64 *gdt;

	store_gdt(&r->gdt);
	store_idt(&r->idt);
	store_tr(r->tr);
	r->ldt = read_ldt();
	gdt = (const u64 *)r->gdt.address;
	r->borrowed[0] = gdt[BORROWED_FIRST];
	r->borrowed[1] = gdt[BORROWED_LAST];
	r->gdt_hash = hash_gdt(gdt);
	r->tss_hash = hash_tss(gdt, r->tr);
	r->idt_hash = jhash((void *)r->idt.address, r->idt.size + 1, 0);
}

static void read_this_cpu(void *readings)
{
	struct reading *r = (struct reading *)readings + smp_processor_id();

	read_tables(r);
	read_segments(r);
	read_control(r);
}

static void show_cpu(struct seq_file *out, unsigned int cpu, const struct reading *r)
{
	seq_printf(out, "cpu%u gdtr %08lx %04x\n", cpu, r->gdt.address, r->gdt.size);
	seq_printf(out, "cpu%u idtr %08lx %04x\n", cpu, r->idt.address, r->idt.size);
	seq_printf(out, "cpu%u tr %04x\n", cpu, r->tr);
	seq_printf(out, "cpu%u ldtr %04x\n", cpu, r->ldt);
	seq_printf(out, "cpu%u segments cs %04x ss %04x ds %04x es %04x fs %04x\n",
		   cpu, r->cs, r->ss, r->ds, r->es, r->fs);
	seq_printf(out, "cpu%u cr0 %08x\n", cpu, r->cr0);
	seq_printf(out, "cpu%u cr4 %08x\n", cpu, r->cr4);
	seq_printf(out, "cpu%u xcr0 %08x\n", cpu, r->xcr0);
	seq_printf(out, "cpu%u iopl %u\n", cpu, r->iopl);
	seq_printf(out, "cpu%u dr6 %08x\n", cpu, r->dr6);
	seq_printf(out, "cpu%u dr7 %08x\n", cpu, r->dr7);
	seq_printf(out, "cpu%u sysenter %08x %08x %08x\n", cpu, r->sysenter_cs,
		   r->sysenter_esp, r->sysenter_eip);
	seq_printf(out, "cpu%u gdt10 %016llx\n", cpu, r->borrowed[0]);
	seq_printf(out, "cpu%u gdt11 %016llx\n", cpu, r->borrowed[1]);
	seq_printf(out, "cpu%u gdt %08x\n", cpu, r->gdt_hash);
	seq_printf(out, "cpu%u tss %08x\n", cpu, r->tss_hash);
	seq_printf(out, "cpu%u idt %08x\n", cpu, r->idt_hash);
}

/* A CPU that is there and offline. */
static void show_offline_cpu(struct seq_file *out, unsigned int cpu)
{
	const u64 *gdt = (const u64 *)get_cpu_gdt_rw(cpu);

	seq_printf(out, "off%u gdt10 %016llx\n", cpu, gdt[BORROWED_FIRST]);
	seq_printf(out, "off%u gdt11 %016llx\n", cpu, gdt[BORROWED_LAST]);
}

/* The slack between the CPU entry areas and the fixmap: empty on a Host of its own. */
static void show_slack(struct seq_file *out)
{
	unsigned long va = CPU_ENTRY_AREA_BASE + CPU_ENTRY_AREA_TOTAL_SIZE;
	unsigned int level, used = 0;
	u32 hash = 0;
	pte_t *pte;

	for (; va < FIXADDR_TOT_START; va += PAGE_SIZE) {
		pte = lookup_address(va, &level);
		if (!pte || level != PG_LEVEL_4K || pte_none(*pte))
			continue;
		used++;
		hash = jhash_2words(va, pte_val(*pte) & ~PTE_USED, hash);
	}
	seq_printf(out, "all slack %u pages %08x\n", used, hash);
}

#ifndef CONFIG_X86_PAE
/* The kernel's own directory entries from the CPU entry areas up, which every
 * process shares. */
static void show_slots(struct seq_file *out)
{
	const u32 *directory = __va(read_cr3_pa());
	unsigned int slot;

	for (slot = CPU_ENTRY_AREA_BASE >> SLOT_SHIFT; slot < PTRS_PER_PGD; slot++)
		seq_printf(out, "all slot%u %08lx\n", slot, directory[slot] & ~PTE_USED);
}
#else
static void show_slots(struct seq_file *out)
{
}
#endif

static int fingerprint_show(struct seq_file *out, void *unused)
{
	struct reading *readings = kcalloc(nr_cpu_ids, sizeof(*readings), GFP_KERNEL);
	unsigned int cpu;

	if (!readings)
		return -ENOMEM;
	cpus_read_lock();
	on_each_cpu(read_this_cpu, readings, 1);
	for_each_online_cpu(cpu)
		show_cpu(out, cpu, &readings[cpu]);
	for_each_present_cpu(cpu)
		if (!cpu_online(cpu))
			show_offline_cpu(out, cpu);
	cpus_read_unlock();
	show_slack(out);
	show_slots(out);
	kfree(readings);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(fingerprint);

static int __init fingerprint_init(void)
{
	file = debugfs_create_file("lg_fingerprint", 0400, NULL, NULL, &fingerprint_fops);
	return PTR_ERR_OR_ZERO(file);
}

static void __exit fingerprint_exit(void)
{
	debugfs_remove(file);
}

module_init(fingerprint_init);
module_exit(fingerprint_exit);
MODULE_DESCRIPTION("The Host CPU's state as text, for tests");
MODULE_AUTHOR("The Switchyard developers");
MODULE_LICENSE("GPL");
