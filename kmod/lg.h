/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lg.h - the Host's own types: a Guest, a CPU's share of the Switcher, and the functions that the
 * files of kmod/ share, in the order in which a Guest meets them.
 *
 * Prefixes say whose value a thing is: gpte the Guest's page-table entry, spte the
 * shadow's; guest_ because the Guest asked for it; host_ changes the Host CPU, and the function
 * that undoes it is next to it.
 */
#ifndef KMOD_LG_H
#define KMOD_LG_H

#include <linux/bitops.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/types.h>
#include <linux/mutex.h>
#include <linux/rcuwait.h>
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/user-return-notifier.h>
#include <asm/fpu/types.h>
#include "lg/abi.h"
#include "lg/dev.h"
#include "lg/probe.h"
#include "layout.h"
#include "check.h"

/* Address spaces that must not be mixed up. */
typedef struct { u32 a; } gpa_t;	/* Guest-physical */
typedef struct { u32 a; } gva_t;	/* Guest-virtual */
#define GPA(x) ((gpa_t){ (x) })
#define GVA(x) ((gva_t){ (x) })

/* Flat code at DPL 1, accessed: GDT entry 12 of a fresh Guest. */
#define LG_FLAT_GUEST_CODE	0x00cfbb000000ffffULL
/* The Switcher's: flat ring-0 code and data, accessed (Intel SDM 3A, "Segment Descriptors"). */
#define LG_SWITCHER_CODE	0x00cf9b000000ffffULL
#define LG_SWITCHER_DATA	0x00cf93000000ffffULL

/* Where a page's address is kept: there is none, as no page begins there. */
#define LG_NO_PAGE	1u

/* Bits of `changed`: what copy-in must refresh in the CPU's state page. */
#define LG_CHANGED_IDT	1u
#define LG_CHANGED_GDT	2u
#define LG_CHANGED_TLS	4u
#define LG_CHANGED_ALL	(LG_CHANGED_IDT | LG_CHANGED_GDT | LG_CHANGED_TLS)

/* Bits of `attention`. */
#define LG_ATTENTION_IRQ	0	/* an irq is raised */
#define LG_ATTENTION_TRAP	1	/* LG_TRAP wants delivery */
#define LG_ATTENTION_HALTED	2
#define LG_ATTENTION_ENDED	3	/* killed or shut down; never cleared */

#define LG_SHADOW_DIRS	4
#define LG_STACK_PAGES	2

/* A shadow page directory and the Guest directory it follows. */
struct lg_shadow {
	u32 *dir;			/* NULL: slot free */
	gpa_t root;			/* Guest directory; unused in linear mode */
};

struct lg_batch;
struct lg_guest;
struct lg_privileged;
typedef int (*lg_loop_fn)(struct lg_guest *g, struct lg_run *run);

/* Beside the bits of the levers in what a run loop is made for: the probed twin, and Guests
 * that speak by privileged instructions. */
#define LG_PROBED	(1u << 31)
#define LG_PRIVILEGED	(1u << 30)

struct lg_guest {
	/* What every switch reads, first. */
	u32 *dir;			/* the running shadow directory */
	u32 cr3;			/* its physical address */
	u32 regs_pte;			/* maps regs_page, for the CPU's table */
	struct lg_regs_page *regs_page;
	struct lg_regs *regs;
	const struct lg_blob *blob;
	struct {
		u32 offset;
		u16 selector;
	} __packed far;			/* operand of the far call */
	u32 esp1, ss1;
	u32 changed;
	u32 levers;
	/* Lever fast_reentry: a page of flat Guest kernel code and where the Host has it: a
	 * page without an instruction when the shadow has changed since, or nothing is
	 * known.  No address would do instead, as a Guest's EIP may be any. */
	u32 insn_va;
	const u8 *insn_host;
	u32 aliased;			/* which of a CPU's tables: 0 or 1 */
	struct preempt_notifier notifier;
	u32 ts;				/* CR0.TS for the next run: 0 or 8 */
	u32 ldt;			/* 0, or HOST_ODD_GUEST_LDT: it has one (ldt.c) */
	u32 cr2;			/* of its last page fault, for traces and last words */
	u32 guest_ts;			/* CR0.TS as the Guest asked: 0 or 8 */
	struct lg_cpu *last_cpu;	/* where it ran last */
	u32 id;
	u32 trace_head;			/* what is the same in all its records (batch.h) */
	unsigned long attention;	/* atomic bits LG_ATTENTION_*: what a switch
					 * must wait for; 0 in nearly every run */
	unsigned long irqs;		/* raised and not delivered, atomic bits */

	struct lguest_data *data;	/* NULL before INIT; vmapped, Guest-writable */
	void *data_map;
	/* Lever resident: where the Switcher has it; 0: nowhere. */
	u32 shared_pte, shared_offset;
	u32 told;			/* its id: the Switcher's copy of its state is current; or
					 * LG_RESIDENT_UNTOLD (resident.h) */
	bool resident_news;		/* INIT, claimed ports or the code segment changed: all of
					 * it is to be told */
	u32 last_fault;			/* CR2 of the last that was reflected */
	u32 ports_version;		/* unique among all Guests; new with each claim */
	u32 ring_next;
	u32 noirq_iret, kernel_address;
	u8 syscall_vec;

	u64 idt[LG_IDT_ENTRIES];	/* live gates, validated */
	u64 guest_idt[LG_IDT_ENTRIES];	/* as the Guest asked, for reflection */
	u64 gdt[LG_GDT_ENTRIES];	/* live descriptors, validated */
	u64 ldt_descriptor;		/* of the copy that is its LDT */

	struct lg_shadow shadows[LG_SHADOW_DIRS];
	u32 current_shadow, shadow_next;	/* index; the next victim */
	bool linear;			/* before the first NEW_PGTABLE */
	u32 stack_pages;

	struct page **pages;		/* the pinned window */
	u32 *frames;			/* and its physical addresses */
	u32 nr_pages, device_pages;
	u32 limit;			/* bytes of memory */
	struct mm_struct *mm;
	struct task_struct *owner;
	struct file *file;		/* whose Guest this is */
	bool file_held;			/* by the LG_RUN that goes on */
	struct rcuwait halted;		/* the owner while it sleeps in HALT */
	struct fpu_guest fpu;
	bool fpu_loaded;		/* its registers are the ones loaded */
	struct hrtimer clock;
	struct mutex lock;
	u8 pending_in_width;		/* an IN waits for the Launcher; 0: none */
	struct lg_trap trap;
	u32 shutdown_how;		/* 0: going on, or killed */
	char message[LG_REASON_BYTES];
	unsigned long *ports;		/* bitmap of claimed ports */
	struct lg_counters counters;
	lg_loop_fn loop;		/* for its levers and its twin */
	bool conflicts;			/* counted by lg_conflict_begin */
	struct lg_privileged *privileged; /* NULL: it speaks by hypercalls */
	u32 around_local, around_global; /* tlb.c: filled in at once; a power of two */
	struct list_head counted;	/* stats.c: among those that are there */
};

/* Where copy-in writes what the CPU reads while a Guest runs: in the state page, or in
 * pages that alias the Host's own tables (lever alias_tables). */
struct lg_tables {
	u64 *idt, *gdt;
	struct lg_tss *tss;
};

/* Changes to this CPU that levers keep for longer than a switch (hostcpu.h). */
struct lg_host_kept {
	bool sysenter_off;		/* SYSENTER_CS is null */
	bool pge_on;			/* CR4.PGE is set */
};

/* One CPU's share: pages in the region, and what it did last. */
struct lg_cpu {
	struct lg_state *state;		/* in the Switcher region, read-write */
	struct lg_tables tables[2];	/* in the state page; aliases */
	u32 alias_pde;			/* maps the aliases in a Guest */
	u32 *alias_table;
	unsigned long alias_pages[3];	/* IDT, GDT, TSS */
	u32 regs_va;			/* in the region: the Switcher's %ecx */
	u32 exit_sp;			/* where a Guest's registers end up there */
	u32 shared_va;			/* lever resident: the page of lguest_data in a Guest */
	u32 resident;			/* whose pages are in the slots; 0: nobody's */
	u32 resident_root;		/* and the directory that is */
	u32 resident_ports;		/* whose claimed ports are told: their version */
	u32 resident_ring;		/* in the shared page: the ring's first status */
	u32 *table;			/* page table of the Switcher's slot in Guests */
	u32 pde;			/* the entry that names it */
	u32 regs_index;			/* where in it the regs page goes */
	u32 last_guest;			/* id; 0: none yet */
	u64 tsc_call;			/* for the exit event */
	u64 tsc_back;			/* for the slow event: of the last exit; 0: none */
	u32 left_guest, left_vector;	/* and whose and what it was */
	struct lg_batch *batch;		/* switches that wait to be traced together */
	struct lg_counters counters;	/* its classes are in the halves below */
	u32 class_low[LG_CLASSES], class_high[LG_CLASSES];
	u32 stamps[LG_NR_C_PROBES];	/* since its last enter; 0: not passed */
	u32 times_away;			/* of the Launcher, at the last exit */
	struct user_return_notifier user_return;
	bool user_return_listed;	/* it fires at the next return to user space */
	struct lg_host_kept kept;
	u64 gdt_saved[2];		/* the Host's slots that we borrow */
	bool gdt_borrowed;
	struct page *stack[2];
	struct page *state_page;
};
DECLARE_PER_CPU(struct lg_cpu, lg_cpus);

/*
 * A probe (lg/probe.h), in the run loop of a probed twin; `loop` is a constant.  Its stamp
 * goes to the CPU and not to the Guest, so that it takes no register but the two that rdtsc
 * changes.  In the plain twin it is nothing, but to the compiler it is there all the same:
 * both loops come out alike, and differ by the instructions of the probes alone.
 */
#define LG_STAMP(text, point)							\
	asm_inline volatile(text : "=m" (lg_cpus.stamps[point]) : : "eax", "edx")
static __always_inline void lg_stamp(u32 loop, enum lg_c_probe point)
{
	if (loop & LG_PROBED)
		LG_STAMP("rdtsc\n\tmovl %%eax, " __percpu_arg(0), point);
	else
		LG_STAMP("/* no probe */", point);
}

/* One instruction, since the preempt notifier may come in between two and mark more: what
 * it marked would be lost, and the Guest would run on another's tables. */
static __always_inline void lg_mark_changed(struct lg_guest *g, u32 bits)
{
	asm volatile("orl %1, %0" : "+m" (g->changed) : "i" (bits));
}

extern u32 lg_region_va;		/* first address no Guest may map */

/* region.c: the Switcher region, and the blobs in it. */
int lg_region_init(void);
void lg_region_exit(void);
struct seq_file;
void lg_region_show(struct seq_file *out);
const struct lg_blob *lg_blob_find(const char *name, u32 twin);
const struct lg_blob *lg_blob_at(u32 index, u32 twin);
u32 lg_blob_va(const struct lg_blob *blob);
extern u32 lg_switcher_slot, lg_alias_slot;

/* hostcpu.c: every change to a Host CPU, beside its undo. */
int lg_hostcpu_init(void);
void lg_hostcpu_exit(void);

/* levers.c: what the C side does for a variant. */
void lg_levers_load(void);
void lg_levers_unload(void);
void lg_levers_init(struct lg_guest *g);
void lg_levers_exit(struct lg_guest *g);
void lg_levers_begin(struct lg_guest *g);
void lg_levers_end(struct lg_guest *g);
void lg_levers_cpu_off(struct lg_cpu *cpu);
void lg_levers_cpu_gone(struct lg_cpu *cpu);

/* conflict.c: not beside kvm-intel. */
int lg_conflict_init(void);
void lg_conflict_exit(void);
int lg_conflict_begin(struct lg_guest *g);
void lg_conflict_end(struct lg_guest *g);

/* run.c: the run loop. */
void lg_run_init(struct lg_guest *g);
int lg_run(struct lg_guest *g, struct lg_run *run);

/* kill.c: the end of a Guest that broke a rule. */
__printf(2, 3) void kill_guest(struct lg_guest *g, const char *fmt, ...);

/* traps.c: what an exit means. */
bool lg_handle_exit(struct lg_guest *g, u8 vector, u32 cr2, struct lg_run *run);
bool lg_reflect(struct lg_guest *g, u8 vector, bool has_error, u32 error);
void lg_deliver_irq(struct lg_guest *g);
bool lg_irq_ready(struct lg_guest *g);

/* privileged.c: a Guest that speaks by privileged instructions. */
bool lg_privileged_alloc(struct lg_guest *g, u32 policy);
int lg_privileged_init(struct lg_guest *g);
void lg_privileged_free(struct lg_guest *g);
bool lg_privileged_exit(struct lg_guest *g, u8 vector, u32 cr2, struct lg_run *run);
bool lg_privileged_fast(struct lg_guest *g, u32 vector, u32 cr2);
void lg_privileged_irq(struct lg_guest *g);

/* hypercalls.c: what a Guest asks for by `int $0x1f`. */
void lg_shutdown(struct lg_guest *g, u32 message_pa, u32 how);
void lg_hypercall(struct lg_guest *g);
void lg_hypercall_probed(struct lg_guest *g);

/* segments.c: GDT, TLS, IDT. */
void lg_segments_init(struct lg_guest *g);
void lg_load_gdt(struct lg_guest *g, gpa_t table, u32 count);
void lg_load_gdt_entry(struct lg_guest *g, u32 index, u32 low, u32 high);
void lg_load_tls(struct lg_guest *g, gpa_t descriptors);
void lg_load_idt_entry(struct lg_guest *g, u32 index, u32 low, u32 high);

/* memory.c: the window, pinned; Guest-physical access, always checked. */
int lg_memory_init(struct lg_guest *g, const struct lg_create *create);
void lg_memory_exit(struct lg_guest *g);
bool lg_read(struct lg_guest *g, gpa_t pa, void *to, u32 bytes);

/* The Host's address of a page of the window, by its physical address; only what lies
 * above the Host's low memory needs a mapping.  An atomic one: with a local one the task could be
 * preempted and not moved, and a CPU that goes offline would wait for it (TRICKS 18). */
static inline void *lg_map_frame(u32 frame)
{
	if (unlikely(frame >= __pa_nodebug(high_memory)))
		return kmap_atomic(pfn_to_page(frame >> PAGE_SHIFT));
	return __va(frame);
}

/* The Host's address of a Guest-physical one that is known to be inside the window. */
static inline void *lg_map(struct lg_guest *g, gpa_t pa)
{
	return lg_map_frame(g->frames[pa.a >> PAGE_SHIFT]) + (pa.a & ~PAGE_MASK);
}

static inline void lg_unmap(void *host)
{
	if (unlikely(host >= high_memory))
		kunmap_atomic(host);
}

/* One aligned word of Guest memory, read or written whole. */
static inline bool lg_read_word(struct lg_guest *g, gpa_t pa, u32 *word)
{
	u32 *host;

	if (pa.a >= g->limit || (pa.a & 3))
		return false;
	host = lg_map(g, pa);
	*word = READ_ONCE(*host);
	lg_unmap(host);
	return true;
}

static inline bool lg_write_word(struct lg_guest *g, gpa_t pa, u32 word)
{
	u32 *host;

	if (pa.a >= g->limit || (pa.a & 3))
		return false;
	host = lg_map(g, pa);
	WRITE_ONCE(*host, word);
	lg_unmap(host);
	return true;
}
int lg_data_map(struct lg_guest *g, gpa_t pa);

/* shadow.c: page tables. */
int lg_shadow_init(struct lg_guest *g);
void lg_shadow_exit(struct lg_guest *g);
enum lg_fill { LG_FILL_DONE, LG_FILL_REFLECT, LG_FILL_DEVICE };
/* A page fault: fill in the shadow entry if the Guest's own tables allow the access; *pa is what a
 * device is at.  A fault that is to be reflected has the P bit of these tables in regs->error. */
enum lg_fill lg_demand_fill(struct lg_guest *g, gva_t va, u32 error, gpa_t *pa);
/* The Host's address of the page of code at va, for keeping until the shadow changes; NULL where
 * there is none that can be kept. */
const u8 *lg_insn_page(struct lg_guest *g, gva_t va);

/* Forget what is known of the Guest's code page: it may have changed. */
static inline void lg_forget_insn_page(struct lg_guest *g)
{
	g->insn_host = (const u8 *)empty_zero_page;
}
/* Whether a fill at va needs no new page table. */
bool lg_has_table(struct lg_guest *g, gva_t va);
/* The entry of the Guest's directory that names its page table for va; false: there is none. */
bool lg_guest_table(struct lg_guest *g, gva_t va, u32 *gpde);
/* The Host's address of a Guest-virtual one, for lg_unmap; NULL: the Guest may not reach it so. */
void *lg_map_va(struct lg_guest *g, gva_t va, bool write);
/* Copy to (write) or from a Guest-virtual range of less than a page, which may lie across the end
 * of one.  False: none or part was copied. */
bool lg_copy_va(struct lg_guest *g, gva_t va, void *host, u32 bytes, bool write);
/* Switch to the Guest's directory at `root`, which keeps its shadow if it has one. */
void lg_new_pgtable(struct lg_guest *g, gpa_t root);
/* The Guest has changed one entry, of a table or of the directory itself.  Above kernel_address its
 * directories all agree, so it holds for every shadow; below, for that of `root`, if there is one.
 */
void lg_set_pte(struct lg_guest *g, gpa_t root, gva_t va, u32 gpte);
void lg_set_pgd(struct lg_guest *g, gpa_t root, u32 index);
/* The running shadow's entry for va; NULL: no table is there, or va is the Switcher's. */
u32 *lg_spte(struct lg_guest *g, gva_t va);
/* Where the Guest's own tables have va; false: nowhere. */
bool lg_guest_pa(struct lg_guest *g, gva_t va, u32 *pa);
/* The shadow follows the directory at `root` from now on, and keeps its entries; false: it is no
 * directory, and the Guest is killed. */
bool lg_set_root(struct lg_guest *g, gpa_t root);
/* Empty the running shadow below kernel_address; every shadow. */
void lg_flush_user(struct lg_guest *g);
void lg_flush_all(struct lg_guest *g);
/* The stack of ring 1 for traps from ring 3: its selector, its top, and how many pages of it are
 * always there (LG_STACK_PAGES at most), so that the CPU's push of a frame never faults. */
void lg_set_stack(struct lg_guest *g, u32 ss, u32 esp, u32 pages);
/* Fill these pages in, whenever a shadow was emptied. */
void lg_pin_stack(struct lg_guest *g);

/* emulate.c: IN, OUT and cli in ring 1. */
enum lg_emulated { LG_EMULATE_NOT, LG_EMULATE_DONE, LG_EMULATE_LAUNCHER };
/* run = NULL: only what needs no Launcher. */
enum lg_emulated lg_emulate(struct lg_guest *g, struct lg_run *run);
void lg_finish_in(struct lg_guest *g, u32 value);

/* The base of the running code segment: flat in nearly all Guests. */
static inline u32 lg_code_base(struct lg_guest *g)
{
	return lg_descriptor_base(g->gdt[(g->regs->cs & 0xff) >> 3]);
}
u32 lg_fetch(struct lg_guest *g, u8 *insn, u32 bytes);
void lg_ports_init(struct lg_guest *g);
void lg_ports_exit(struct lg_guest *g);
int lg_claim_ports(struct lg_guest *g, const struct lg_ports *claim);

/* clock.c: the virtual timer, virtual irqs, and the time of day. */
void lg_clock_init(struct lg_guest *g);
void lg_clock_exit(struct lg_guest *g);
void lg_set_clockevent(struct lg_guest *g, u32 delta_ns);
void lg_raise_irq(struct lg_guest *g, u32 irq);
void lg_lower_irq(struct lg_guest *g, u32 irq);
void lg_tell_time(struct lg_guest *g);
u32 lg_tsc_khz(void);

/* stats.c: counters in debugfs. */
int lg_stats_init(void);
void lg_stats_exit(void);
void lg_stats_begin(struct lg_guest *g);
void lg_stats_end(struct lg_guest *g);
/* Counters that are being counted on, as the device gives them: `from` counts re-entries apart
 * from the switches, and no hits. */
void lg_counters_snapshot(const struct lg_counters *from, struct lg_counters *to);

/* trace.c: the buffers of packed switches. */
int lg_trace_init(void);
void lg_trace_exit(void);
void lg_trace_guest(struct lg_guest *g);

static inline bool lg_ended(struct lg_guest *g)
{
	return test_bit(LG_ATTENTION_ENDED, &g->attention);
}

/* hostcpu.c: whose FPU registers are loaded. */
void lg_fpu_begin(struct lg_guest *g);
void lg_fpu_load(struct lg_guest *g);
void lg_fpu_end(struct lg_guest *g);
void lg_set_ts(struct lg_guest *g, u32 ts);

/* dev.c: /dev/switchyard. */
void lg_hold_file(struct lg_guest *g);
int lg_dev_init(void);
void lg_dev_exit(void);

#endif
