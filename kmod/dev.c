// SPDX-License-Identifier: GPL-2.0
/*
 * dev.c - /dev/switchyard: the requests of include/lg/dev.h.
 *
 * A file is no Guest until LG_CREATE.  From then on the Guest lives as long as the
 * file, its lock is held around every request but two that need none (raising an irq
 * and reading the counters), and only its owner runs it.  No lock is held while one is
 * made: pinning its window may wait without limit for whatever provides those pages.
 */
#include <linux/capability.h>
#include <linux/compat.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "lg.h"
#include "check.h"
#include "privileged.h"
#include "trace.h"
#include "lg-build.h"

static atomic_t guests = ATOMIC_INIT(0);
static atomic_t last_id = ATOMIC_INIT(0);
/* In a file whose Guest is being made: no Guest yet, and no other may begin. */
#define MAKING	((struct lg_guest *)1)

static u32 shadow_policy(const struct lg_create *c)
{
	return (c->flags & LG_CREATE_SHADOW) >> LG_CREATE_SHADOW_SHIFT;
}

static bool check_flags(const struct lg_create *c)
{
	u32 policy = shadow_policy(c);

	return !(c->flags & ~LG_CREATE_FLAGS) && policy < LG_NR_SHADOW_POLICIES &&
	       (!policy || c->flags & LG_CREATE_PRIVILEGED);
}

static int check_create(const struct lg_create *c)
{
	u64 bytes = (u64)c->memory_pages << PAGE_SHIFT;

	if (c->interface != LG_INTERFACE) {
		pr_info_ratelimited("switchyard: Launcher built for interface %u, this module has %u\n",
				    c->interface, LG_INTERFACE);
		return -EINVAL;
	}
	if (c->twin >= LG_TWINS || !check_flags(c) ||
	    strnlen(c->variant, LG_NAME_BYTES) == LG_NAME_BYTES)
		return -EINVAL;
	if (!c->memory_pages || c->memory_pages > LG_MAX_WINDOW_PAGES ||
	    c->device_pages > LG_MAX_WINDOW_PAGES || (c->memory_hva & ~PAGE_MASK))
		return -EINVAL;
	if (c->memory_hva >= TASK_SIZE || bytes > TASK_SIZE - c->memory_hva)
		return -EINVAL;
	return c->entry_pa < bytes ? 0 : -EINVAL;
}

/* The boot table's first registers. */
static void first_regs(struct lg_guest *g, u32 entry)
{
	g->regs->cs = LG_GUEST_CS;
	g->regs->ds = LG_GUEST_DS;
	g->regs->es = LG_GUEST_DS;
	g->regs->ss = LG_GUEST_DS;
	g->regs->eflags = LG_FLAG_FIXED | LG_FLAG_IF;
	g->regs->eip = entry;
}

static void free_guest(struct lg_guest *g)
{
	LG_EVENT(life, g, LG_LIFE_CLOSED, g->message);
	lg_stats_end(g);
	lg_levers_exit(g);
	lg_conflict_end(g);
	lg_clock_exit(g);
	lg_privileged_free(g);
	lg_shadow_exit(g);
	lg_memory_exit(g);
	if (g->fpu.fpstate)
		fpu_free_guest_fpstate(&g->fpu);
	free_page((unsigned long)g->regs_page);
	lg_ports_exit(g);
	if (g->owner)
		put_task_struct(g->owner);
	kvfree(g);
	atomic_dec(&guests);
}

static int fill_guest(struct lg_guest *g, const struct lg_create *create)
{
	g->regs_page = (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!g->regs_page || !fpu_alloc_guest_fpstate(&g->fpu))
		return -ENOMEM;
	g->regs = &g->regs_page->regs;
	g->regs_pte = __pa(g->regs_page) | LG_PTE_PRESENT | LG_PTE_RW |
		      LG_PTE_ACCESSED | LG_PTE_DIRTY;
	g->far.offset = lg_blob_va(g->blob) + g->blob->entry;
	g->far.selector = LG_SWITCHER_CS;
	g->levers = g->blob->levers;
	if (create->flags & LG_CREATE_PRIVILEGED && !lg_privileged_alloc(g, shadow_policy(create)))
		return -ENOMEM;
	lg_run_init(g);
	lg_levers_init(g);
	g->aliased = !!(g->levers & LG_LEVER_ALIAS_TABLES);
	g->syscall_vec = LG_SYSCALL_VECTOR;
	g->ss1 = LG_GUEST_DS;
	lg_segments_init(g);
	first_regs(g, create->entry_pa);
	return lg_conflict_begin(g) ?: lg_shadow_init(g) ?: lg_memory_init(g, create) ?:
	       (g->privileged ? lg_privileged_init(g) : 0);
}

/* 0: all numbers are used.  None is used twice: a CPU recognises by the number whose tables it
 * holds. */
static u32 new_id(void)
{
	return atomic_fetch_add_unless(&last_id, 1, -1) + 1;
}

/* All or nothing: a Guest that could not be filled is freed whole. */
static int make_guest(struct lg_guest **made, struct lg_create *create)
{
	const struct lg_blob *blob = lg_blob_find(create->variant, create->twin);
	struct lg_guest *g;
	int error;

	if (!blob)
		return -ENOENT;
	if (atomic_inc_return(&guests) > LG_MAX_GUESTS) {
		atomic_dec(&guests);
		return -ENOSPC;
	}
	g = kvzalloc(sizeof(*g), GFP_KERNEL_ACCOUNT);
	if (!g) {
		atomic_dec(&guests);
		return -ENOMEM;
	}
	mutex_init(&g->lock);
	lg_clock_init(g);
	lg_ports_init(g);
	g->blob = blob;
	lg_trace_guest(g);
	g->owner = get_task_struct(current);
	g->id = new_id();
	rcuwait_init(&g->halted);
	LG_EVENT(life, g, LG_LIFE_CREATED, create->variant);
	lg_stats_begin(g);
	error = g->id ? fill_guest(g, create) : -ENOSPC;
	if (error) {
		free_guest(g);
		return error;
	}
	create->id = g->id;
	*made = g;
	return 0;
}

static long do_create(struct file *file, void __user *arg)
{
	struct lg_guest *g = NULL;
	struct lg_create create;
	int error;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&create, arg, sizeof(create)))
		return -EFAULT;
	error = check_create(&create);
	if (error)
		return error;
	/* The number goes out first: after the Guest exists nothing may fail. */
	if (clear_user(arg + offsetof(struct lg_create, id), sizeof(create.id)))
		return -EFAULT;
	if (cmpxchg(&file->private_data, NULL, MAKING))
		return -EBUSY;
	error = make_guest(&g, &create);
	if (g)
		g->file = file;
	smp_store_release(&file->private_data, g);	/* whole, for lg_ioctl() */
	if (!error && put_user(create.id, (u32 __user *)(arg + offsetof(struct lg_create, id))))
		pr_debug("switchyard: Guest %u: its number could not be told\n", create.id);
	return error;
}

static long do_version(void __user *arg)
{
	struct lg_version version = {
		.interface = LG_INTERFACE,
		.region_va = lg_region_va,
		.tsc_khz = lg_tsc_khz(),
		.build = LG_BUILD_ID,
	};

	return copy_to_user(arg, &version, sizeof(version)) ? -EFAULT : 0;
}

static long do_variant(void __user *arg)
{
	const struct lg_blob *blob;
	struct lg_variant v;

	if (copy_from_user(&v, arg, sizeof(v)))
		return -EFAULT;
	if (v.twin >= LG_TWINS)
		return -EINVAL;
	blob = lg_blob_at(v.index, v.twin);
	if (!blob)
		return -ENOENT;
	memcpy(v.name, blob->name, sizeof(v.name));
	memcpy(v.hash, blob->hash, sizeof(v.hash));
	v.text_bytes = blob->bytes;
	v.levers = blob->levers;
	return copy_to_user(arg, &v, sizeof(v)) ? -EFAULT : 0;
}

/* Only the members that the reason names are copied out: a message is long and rare, and the rest
 * of the structure is uninitialised stack. */
static size_t run_bytes(const struct lg_run *run)
{
	switch (run->reason) {
	case LG_RUN_PORT:
		return offsetofend(struct lg_run, port);
	case LG_RUN_DEVICE:
		return offsetofend(struct lg_run, device);
	case LG_RUN_KILLED:
		return offsetofend(struct lg_run, killed);
	case LG_RUN_SHUTDOWN:
		return offsetofend(struct lg_run, shutdown);
	}
	return offsetofend(struct lg_run, value);
}

static long do_run(struct lg_guest *g, void __user *arg)
{
	/* Whoever sets the reason fills in its members; the compiler would clear all. */
	struct lg_run run __attribute__((__uninitialized__));
	u32 value;
	long error;

	if (g->owner != current)
		return -EPERM;
	if (get_user(value, (u32 __user *)(arg + offsetof(struct lg_run, value))))
		return -EFAULT;
	if (g->pending_in_width)
		lg_finish_in(g, value);
	run.reason = 0;
	run.value = 0;
	if (!g->last_cpu)
		LG_EVENT(life, g, LG_LIFE_STARTED, "");
	lg_fpu_begin(g);
	lg_levers_begin(g);
	error = lg_run(g, &run);
	lg_levers_end(g);
	lg_fpu_end(g);
	if (!error && copy_to_user(arg, &run, run_bytes(&run)))
		return -EFAULT;
	return error;
}

static long do_get_regs(struct lg_guest *g, void __user *arg)
{
	const struct lg_regs *r = g->regs;
	struct lg_user_regs user = {
		.eax = r->eax, .ebx = r->ebx, .ecx = r->ecx, .edx = r->edx,
		.esi = r->esi, .edi = r->edi, .ebp = r->ebp, .esp = r->esp,
		.eip = r->eip, .eflags = r->eflags,
		.cs = r->cs, .ss = r->ss, .ds = r->ds, .es = r->es,
		.fs = r->fs, .gs = r->gs,
	};

	return copy_to_user(arg, &user, sizeof(user)) ? -EFAULT : 0;
}

static long do_set_regs(struct lg_guest *g, void __user *arg)
{
	struct lg_regs *r = g->regs;
	struct lg_user_regs user;

	if (copy_from_user(&user, arg, sizeof(user)))
		return -EFAULT;
	/* Data selectors are the CPU's to refuse, in the Switcher, which kills. */
	if (!lg_check_code_selector(user.cs) || (user.ss & 3) != (user.cs & 3))
		return -EINVAL;
	r->eax = user.eax;
	r->ebx = user.ebx;
	r->ecx = user.ecx;
	r->edx = user.edx;
	r->esi = user.esi;
	r->edi = user.edi;
	r->ebp = user.ebp;
	r->esp = user.esp;
	r->eip = user.eip;
	r->eflags = lg_check_flags(user.eflags);
	r->cs = user.cs;
	r->ss = user.ss;
	r->ds = user.ds;
	r->es = user.es;
	r->fs = user.fs;
	r->gs = user.gs;
	return 0;
}

static long do_trap(struct lg_guest *g, void __user *arg)
{
	struct lg_trap trap;

	if (copy_from_user(&trap, arg, sizeof(trap)))
		return -EFAULT;
	if (trap.vector > 31 || !g->guest_idt[trap.vector])
		return -EINVAL;
	g->trap = trap;
	set_bit(LG_ATTENTION_TRAP, &g->attention);
	return 0;
}

static long do_claim_ports(struct lg_guest *g, void __user *arg)
{
	struct lg_ports claim;

	if (copy_from_user(&claim, arg, sizeof(claim)))
		return -EFAULT;
	return lg_claim_ports(g, &claim);
}

static long do_counters(struct lg_guest *g, void __user *arg)
{
	struct lg_counters counters;

	lg_counters_snapshot(&g->counters, &counters);
	return copy_to_user(arg, &counters, sizeof(counters)) ? -EFAULT : 0;
}

static long do_raise_irq(struct lg_guest *g, unsigned long irq)
{
	if (irq >= LG_IRQS)
		return -EINVAL;
	lg_raise_irq(g, irq);
	return 0;
}

/* A Guest that has ended answers LG_RUN with the reason again, and its registers. */
static long locked_request(struct lg_guest *g, unsigned int request, void __user *arg)
{
	switch (request) {
	case LG_RUN:
		return do_run(g, arg);
	case LG_GET_REGS:
		return do_get_regs(g, arg);
	}
	if (lg_ended(g))
		return -ENODEV;
	switch (request) {
	case LG_SET_REGS:
		return do_set_regs(g, arg);
	case LG_TRAP:
		return do_trap(g, arg);
	case LG_CLAIM_PORTS:
		return do_claim_ports(g, arg);
	}
	return -ENOTTY;
}

/*
 * Before the kernel does, under LG_RUN, what it does before user space.  A task without threads
 * has called without a reference to its file, as nobody but itself can close it; but io_uring
 * closes files for it in that work, and the Guest would go while it runs.
 */
void lg_hold_file(struct lg_guest *g)
{
	if (g->file_held)
		return;
	get_file(g->file);
	g->file_held = true;
}

/* The last step of a locked request.  It may free the file, and the Guest. */
static noinline void let_file_go(struct lg_guest *g)
{
	struct file *file = g->file;

	g->file_held = false;
	mutex_unlock(&g->lock);
	fput(file);
}

static long lg_ioctl(struct file *file, unsigned int request, unsigned long raw)
{
	struct lg_guest *g = smp_load_acquire(&file->private_data);	/* whole, from create() */
	void __user *arg = (void __user *)raw;
	long result;

	switch (request) {
	case LG_VERSION:
		return do_version(arg);
	case LG_VARIANT:
		return do_variant(arg);
	case LG_CREATE:
		return do_create(file, arg);
	}
	if ((unsigned long)g <= (unsigned long)MAKING)
		return _IOC_TYPE(request) == LG_IOC ? -EBADFD : -ENOTTY;
	if (request == LG_RAISE_IRQ)
		return do_raise_irq(g, raw);
	if (request == LG_COUNTERS)
		return do_counters(g, arg);
	if (mutex_lock_interruptible(&g->lock))
		return -EINTR;
	result = locked_request(g, request, arg);
	if (unlikely(g->file_held))
		let_file_go(g);
	else
		mutex_unlock(&g->lock);
	return result;
}

static int lg_release(struct inode *inode, struct file *file)
{
	if (file->private_data)
		free_guest(file->private_data);
	return 0;
}

/* misc_open leaves the device in private_data; here it means the Guest. */
static int lg_open(struct inode *inode, struct file *file)
{
	file->private_data = NULL;
	return 0;
}

static const struct file_operations lg_fops = {
	.owner = THIS_MODULE,
	.open = lg_open,
	.release = lg_release,
	.unlocked_ioctl = lg_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice lg_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "switchyard",
	.fops = &lg_fops,
	.mode = 0600,
};

int lg_dev_init(void)
{
	return misc_register(&lg_misc);
}

void lg_dev_exit(void)
{
	misc_deregister(&lg_misc);
}
