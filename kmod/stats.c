// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - debugfs: the always-on counters, and the marks of a recording.
 *
 *	switchyard/counters	one line per CPU and count: `cpu NAME COUNT`
 *	switchyard/variants	the same by what Guests run in, those that have ended too: for each
 *				blob that had a Guest, `VARIANT TWIN NAME COUNT`; the count
 *				`guests` is of those that are there
 *	switchyard/mark		write `start` or `stop`: an lg_mark event on each CPU
 *	switchyard/layout	where the Switcher lies: `switcher FROM TO`, and for each blob
 *				`stubs ADDRESS NAME TWIN` (hexadecimal)
 *	switchyard/slow		write the ticks after which a switch is slow (0: never): it ends
 *				the flight recorder's events; reads 1 if that has happened, else 0
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include "lg.h"
#include "lg-variants.h"
#include "trace.h"

static struct dentry *directory;

static const char *const class_names[] = {
#define LG_X(NAME, name) [LG_CLASS_##NAME] = #name,
	LG_TRAP_CLASSES(LG_X)
#undef LG_X
};

static const char *const copy_names[] = {
#define LG_X(NAME, name) [LG_COPY_##NAME] = "copy_in_" #name,
	LG_COPY_REASONS(LG_X)
#undef LG_X
};

static const char *const insn_names[] = {
#define LG_X(NAME, name) [LG_PRIVILEGED_##NAME] = "privileged_" #name,
	LG_PRIVILEGED_INSNS(LG_X)
#undef LG_X
};

static const char *const stay_names[] = {
#define LG_X(NAME, name) [LG_STAY_##NAME] = "stayed_" #name,
	LG_STAY_CLASSES(LG_X)
#undef LG_X
};

/* `from` counts re-entries apart from the switches, and no hits: those are the switches
 * that missed nothing.  Misses are read first: a switch is counted before its miss, so the
 * difference is never negative. */
void lg_counters_snapshot(const struct lg_counters *from, struct lg_counters *to)
{
	u64 misses = 0;
	unsigned int i;

	*to = *from;
	for (i = 0; i < LG_COPIES; i++)
		misses += i == LG_COPY_REENTRY ? 0 : to->copies[i];
	barrier();
	to->switches = READ_ONCE(from->switches);
	to->copies[LG_COPY_HIT] = to->switches - misses;
	to->switches += to->copies[LG_COPY_REENTRY];
}

/*
 * A Guest counts for itself while it lives, and for its blob once it has ended.  The lock makes it
 * one move from one to the other, so that a sum never goes back.
 */
static DEFINE_MUTEX(guests_lock);
static LIST_HEAD(guests);

#define LG_X(number, name) + 1
static struct {
	bool used;
	struct lg_counters ended;
} blobs[0 LG_VARIANTS(LG_X)][LG_TWINS];
#undef LG_X

static void add(struct lg_counters *sum, const struct lg_guest *g)
{
	struct lg_counters more;
	unsigned int i;

	lg_counters_snapshot(&g->counters, &more);
	sum->switches += more.switches;
	for (i = 0; i < LG_CLASSES; i++)
		sum->classes[i] += more.classes[i];
	for (i = 0; i < LG_COPIES; i++)
		sum->copies[i] += more.copies[i];
	for (i = 0; i < LG_NR_PRIVILEGED_INSNS; i++)
		sum->insns[i] += more.insns[i];
	for (i = 0; i < LG_STAYS; i++)
		sum->stays[i] += more.stays[i];
}

void lg_stats_begin(struct lg_guest *g)
{
	mutex_lock(&guests_lock);
	list_add(&g->counted, &guests);
	blobs[g->blob->number][g->blob->twin].used = true;
	mutex_unlock(&guests_lock);
}

void lg_stats_end(struct lg_guest *g)
{
	mutex_lock(&guests_lock);
	add(&blobs[g->blob->number][g->blob->twin].ended, g);
	list_del(&g->counted);
	mutex_unlock(&guests_lock);
}

static void show_blob(struct seq_file *out, const struct lg_blob *blob)
{
	struct lg_counters sum = blobs[blob->number][blob->twin].ended;
	const char *twin = blob->twin ? "probed" : "plain";
	unsigned int i, alive = 0;
	struct lg_guest *g;

	list_for_each_entry(g, &guests, counted)
		if (g->blob == blob) {
			add(&sum, g);
			alive++;
		}
	seq_printf(out, "%s %s guests %u\n", blob->name, twin, alive);
	seq_printf(out, "%s %s switches %llu\n", blob->name, twin, sum.switches);
	for (i = 0; i < LG_CLASSES; i++)
		seq_printf(out, "%s %s %s %llu\n", blob->name, twin, class_names[i],
			   sum.classes[i]);
	for (i = 0; i < LG_COPIES; i++)
		seq_printf(out, "%s %s %s %llu\n", blob->name, twin, copy_names[i],
			   sum.copies[i]);
	for (i = 0; i < LG_NR_PRIVILEGED_INSNS; i++)
		seq_printf(out, "%s %s %s %llu\n", blob->name, twin, insn_names[i],
			   sum.insns[i]);
	for (i = 0; i < LG_STAYS; i++)
		seq_printf(out, "%s %s %s %llu\n", blob->name, twin, stay_names[i],
			   sum.stays[i]);
}

static int variants_show(struct seq_file *out, void *unused)
{
	const struct lg_blob *blob;
	u32 i, twin;

	mutex_lock(&guests_lock);
	for (twin = 0; twin < LG_TWINS; twin++)
		for (i = 0; (blob = lg_blob_at(i, twin)); i++)
			if (blobs[blob->number][twin].used)
				show_blob(out, blob);
	mutex_unlock(&guests_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(variants);

static u64 cpu_class(const struct lg_cpu *lc, unsigned int class)
{
	return (u64)lc->class_high[class] << 32 | lc->class_low[class];
}

static void show_cpu(struct seq_file *out, unsigned int cpu)
{
	const struct lg_cpu *lc = &per_cpu(lg_cpus, cpu);
	struct lg_counters counters;
	unsigned int i;

	lg_counters_snapshot(&lc->counters, &counters);
	seq_printf(out, "%u switches %llu\n", cpu, counters.switches);
	for (i = 0; i < LG_CLASSES; i++)
		seq_printf(out, "%u %s %llu\n", cpu, class_names[i],
			   cpu_class(lc, i));
	for (i = 0; i < LG_COPIES; i++)
		seq_printf(out, "%u %s %llu\n", cpu, copy_names[i],
			   counters.copies[i]);
	for (i = 0; i < LG_STAYS; i++)
		seq_printf(out, "%u %s %llu\n", cpu, stay_names[i],
			   counters.stays[i]);
	seq_printf(out, "%u nested %u\n", cpu, lc->state->nested);
}

static int counters_show(struct seq_file *out, void *unused)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		show_cpu(out, cpu);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static int layout_show(struct seq_file *out, void *unused)
{
	lg_region_show(out);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(layout);

static ssize_t mark_write(struct file *file, const char __user *user, size_t bytes,
			  loff_t *at)
{
	char word[8] = {};

	if (bytes >= sizeof(word) || copy_from_user(word, user, bytes))
		return -EINVAL;
	if (sysfs_streq(word, "start"))
		lg_mark_recording(true);
	else if (sysfs_streq(word, "stop"))
		lg_mark_recording(false);
	else
		return -EINVAL;
	return bytes;
}

static const struct file_operations mark_fops = {
	.owner = THIS_MODULE,
	.write = mark_write,
};

static int slow_get(void *unused, u64 *seen)
{
	*seen = lg_slow_seen();
	return 0;
}

static int slow_set(void *unused, u64 tsc)
{
	lg_slow_set(tsc);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(slow_fops, slow_get, slow_set, "%llu\n");

/* debugfs may be off; then there is nothing to show, which is no reason to fail. */
int lg_stats_init(void)
{
	directory = debugfs_create_dir("switchyard", NULL);
	debugfs_create_file("counters", 0444, directory, NULL, &counters_fops);
	debugfs_create_file("variants", 0444, directory, NULL, &variants_fops);
	debugfs_create_file("mark", 0200, directory, NULL, &mark_fops);
	debugfs_create_file("layout", 0400, directory, NULL, &layout_fops);
	debugfs_create_file("slow", 0600, directory, NULL, &slow_fops);
	return 0;
}

void lg_stats_exit(void)
{
	debugfs_remove_recursive(directory);
}
