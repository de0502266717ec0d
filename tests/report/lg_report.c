// SPDX-License-Identifier: GPL-2.0
/*
 * lg_report.c - makes one fault that a kernel which checks itself must report, and goes on: what
 * tests/debug/log is tested with.
 *
 *	insmod lg_report.ko kind=KIND
 */
#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>

static char *kind = "";
module_param(kind, charp, 0444);

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

static void take(struct mutex *a, struct mutex *b)
{
	mutex_lock(a);
	mutex_lock(b);
	mutex_unlock(b);
	mutex_unlock(a);
}

static void lock_order(void)
{
	take(&first, &second);
	take(&second, &first);
}

static void sleep_atomic(void)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	might_sleep();
	spin_unlock(&lock);
}

static void leak(void)
{
	static void *volatile sink;
	int n;

	for (n = 0; n < 20; n++)
		sink = kmalloc(300, GFP_KERNEL);
	sink = NULL;
}

static void bounds(void)
{
	static int array[4];
	static volatile unsigned int index = 5;

	pr_info("lg_report: %d\n", array[index]);
}

static void nothing(struct timer_list *timer)
{
}

/* What finds it takes the timer off, so that it never fires. */
static void freed_timer(void)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, nothing, 0);
	mod_timer(timer, jiffies + 3600 * HZ);
	kfree(timer);
}

static void list_twice(void)
{
	static LIST_HEAD(list);
	static struct list_head entry;

	list_add(&entry, &list);
	list_add(&entry, &list);
}

static void rcu_unlocked(void)
{
	static int value;
	static int __rcu *pointer;

	rcu_assign_pointer(pointer, &value);
	pr_info("lg_report: %d\n", *rcu_dereference(pointer));
}

/* KFENCE has one of many allocations, each 20 ms. */
static void use_freed(void)
{
	int n;

	for (n = 0; n < 200; n++) {
		volatile char *bytes = kmalloc(64, GFP_KERNEL);

		if (!bytes)
			return;
		kfree((void *)bytes);
		(void)*bytes;
		usleep_range(5000, 6000);
	}
}

static const struct {
	const char *name;
	void (*make)(void);
} kinds[] = {
	{ "bounds", bounds }, { "freed_timer", freed_timer }, { "leak", leak },
	{ "list_twice", list_twice }, { "lock_order", lock_order },
	{ "rcu_unlocked", rcu_unlocked }, { "sleep_atomic", sleep_atomic },
	{ "use_freed", use_freed },
};

static int __init report_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kind, kinds[i].name))
			continue;
		kinds[i].make();
		return 0;
	}
	return -EINVAL;
}

static void __exit report_exit(void)
{
}

module_init(report_init);
module_exit(report_exit);
MODULE_DESCRIPTION("Switchyard's tests: a fault that the debug kernel reports");
MODULE_AUTHOR("The Switchyard developers");
MODULE_LICENSE("GPL");
