// SPDX-License-Identifier: GPL-2.0
/*
 * conflict.c - what must not be used together with kvm-intel.
 *
 * On Intel KVM reads SYSENTER_CS once, when a vCPU is made, and loads that again at each of
 * its exits.  With the lever user_return it may find null there, and the Host would then lose
 * its system calls for good.  So whichever of the two comes second is refused: a Guest with
 * that lever while kvm-intel is loaded, and loading kvm-intel while there is such a Guest.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include "lg.h"

#define KVM_INTEL	"kvm_intel"

/* Guests with the lever user_return; kvm-intel begins to load under the same lock. */
static DEFINE_MUTEX(conflict_lock);
static u32 user_return_guests;

/* KVM is built into the kernel, not a module. */
static bool kvm_intel_built_in;

/*
 * No list of modules is exported, but a kprobe finds a symbol by its module's name, and one
 * that is registered disabled changes no text.  Any failure to find out counts as a yes.
 */
static bool has_symbol(const char *name)
{
	struct kprobe probe = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };
	int error = register_kprobe(&probe);

	if (!error)
		unregister_kprobe(&probe);
	return error != -ENOENT;
}

/* Every module that can be unloaded has a cleanup_module. */
static bool kvm_intel_loaded(void)
{
	return kvm_intel_built_in || has_symbol(KVM_INTEL ":cleanup_module");
}

/* 0, or -EBUSY: not beside kvm-intel.  Undone by lg_conflict_end. */
int lg_conflict_begin(struct lg_guest *g)
{
	int error = 0;

	if (!(g->levers & LG_LEVER_USER_RETURN))
		return 0;
	mutex_lock(&conflict_lock);
	if (kvm_intel_loaded())
		error = -EBUSY;
	else
		user_return_guests++;
	mutex_unlock(&conflict_lock);
	if (error)
		pr_info_ratelimited("switchyard: no Guest of %s beside kvm-intel: unload it first\n",
				    g->blob->name);
	g->conflicts = !error;
	return error;
}

void lg_conflict_end(struct lg_guest *g)
{
	if (!g->conflicts)
		return;
	mutex_lock(&conflict_lock);
	user_return_guests--;
	mutex_unlock(&conflict_lock);
}

static int module_comes(struct notifier_block *nb, unsigned long state, void *data)
{
	struct module *module = data;
	u32 guests;

	if (state != MODULE_STATE_COMING || strcmp(module->name, KVM_INTEL))
		return NOTIFY_DONE;
	mutex_lock(&conflict_lock);
	guests = user_return_guests;
	mutex_unlock(&conflict_lock);
	if (!guests)
		return NOTIFY_DONE;
	pr_info("switchyard: kvm-intel is not loaded beside %u Guests of user_return: end them first\n",
		guests);
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block module_nb = { .notifier_call = module_comes };

int lg_conflict_init(void)
{
	kvm_intel_built_in = !kvm_intel_loaded() && has_symbol("vmx_vcpu_run");
	return register_module_notifier(&module_nb);
}

void lg_conflict_exit(void)
{
	unregister_module_notifier(&module_nb);
}
