/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:621 Loading and unloading. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#include "file.h"
#include "modules.h"
#include "say.h"

static void say_nothing(void *data, int priority, const char *file, int line,
			const char *function, const char *format, va_list arguments)
{
	(void)data, (void)priority, (void)file, (void)line;
	(void)function, (void)format, (void)arguments;
}

static struct kmod_ctx *context(void)
{
	static struct kmod_ctx *ctx;

	if (!ctx) {
		ctx = kmod_new(NULL, NULL);
		if (!ctx)
			abort();
		kmod_set_log_fn(ctx, say_nothing, NULL);
	}
	return ctx;
}

bool module_loaded(const char *name)
{
	char *path = text("/sys/module/%s/initstate", name);
	bool loaded = exists(path);

	free(path);
	return loaded;
}

/*
 * The last line of the kernel's log that opens with PREFIX, without its time.
 * A module that refuses says why there, and only there.
 */
static char *kernel_reason(const char *prefix)
{
	enum { SYSLOG_READ_ALL = 3, SYSLOG_SIZE_BUFFER = 10 };
	int size = klogctl(SYSLOG_SIZE_BUFFER, NULL, 0);
	char *log = size > 0 ? malloc((size_t)size + 1) : NULL;
	char *line, *rest = log, *found = NULL;
	int length = log ? klogctl(SYSLOG_READ_ALL, log, size) : -1;

	if (length >= 0)
		log[length] = '\0';
	while (length >= 0 && (line = strsep(&rest, "\n"))) {
		char *message = strstr(line, prefix);

		if (message) {
			free(found);
			found = strdup(message + strlen(prefix));
		}
	}
	free(log);
	return found;
}

bool module_load_installed(const char *name)
{
	struct kmod_module *module = NULL;
	int error = kmod_module_new_from_name(context(), name, &module);

	if (!error)
		error = kmod_module_probe_insert_module(module, 0, NULL, NULL, NULL, NULL);
	kmod_module_unref(module);
	if (!error)
		return true;
	say_error("cannot load the module %s: %s", name, strerror(abs(error)));
	return false;
}

/* A modinfo entry of a module's file, or NULL.  To be freed. */
static char *file_info(struct kmod_module *module, const char *key)
{
	struct kmod_list *list = NULL, *entry;
	char *value = NULL;

	if (kmod_module_get_info(module, &list) < 0)
		return NULL;
	kmod_list_foreach(entry, list)
		if (!value && !strcmp(kmod_module_info_get_key(entry), key))
			value = strdup(kmod_module_info_get_value(entry));
	kmod_module_info_free_list(list);
	return value;
}

static bool same_build(struct kmod_module *module)
{
	char *path = text("/sys/module/%s/srcversion", kmod_module_get_name(module));
	char *loaded = first_line(path), *ours = file_info(module, "srcversion");
	bool same = loaded && ours && !strcmp(loaded, ours);

	if (!same)
		say_error("%s is loaded from another build (%s, this one is %s): unload it with 'rmmod %s'",
			  kmod_module_get_name(module), loaded ? loaded : "unknown",
			  ours ? ours : "unknown", kmod_module_get_name(module));
	free(path);
	free(loaded);
	free(ours);
	return same;
}

static bool insert(struct kmod_module *module)
{
	int error = kmod_module_insert_module(module, 0, NULL);
	char *prefix, *reason;

	if (!error)
		return true;
	prefix = text("%s: ", kmod_module_get_name(module));
	reason = kernel_reason(prefix);
	say_error("the kernel refuses %s: %s%s%s", kmod_module_get_path(module),
		  strerror(abs(error)), reason ? ": " : "", reason ? reason : "");
	free(reason);
	free(prefix);
	return false;
}

bool module_load_file(const char *path)
{
	struct kmod_module *module = NULL;
	bool good;

	if (!exists(path)) {
		say_error("there is no module '%s': build it with 'make'", path);
		return false;
	}
	if (kmod_module_new_from_path(context(), path, &module) < 0) {
		say_error("'%s' is not a kernel module", path);
		return false;
	}
	good = module_loaded(kmod_module_get_name(module)) ? same_build(module) : insert(module);
	kmod_module_unref(module);
	return good;
}

bool module_unload(const char *name)
{
	struct kmod_module *module = NULL;
	int error;

	if (!module_loaded(name))
		return true;
	if (kmod_module_new_from_name(context(), name, &module) < 0)
		return false;
	error = kmod_module_remove_module(module, O_NONBLOCK);
	kmod_module_unref(module);
	if (error)
		say_error("cannot unload %s: %s", name, strerror(abs(error)));
	return !error;
}
