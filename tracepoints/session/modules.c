/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading and unloading. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#include "util/file.h"
#include "modules.h"
#include "util/message.h"

/* Of a note: three words, and "GNU". */
#define NOTE_HEADER	16

static void log_nothing(void *data, int priority, const char *file, int line,
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
		kmod_set_log_fn(ctx, log_nothing, NULL);
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
 * The last line of the kernel's log that begins with PREFIX, without its time. A module that
 * refuses to load gives its reason there, and only there.
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
	message_error("cannot load the module %s: %s", name, strerror(abs(error)));
	return false;
}

/* Up to `room` bytes of a file; how many there were. */
static size_t read_start(const char *path, void *buffer, size_t room)
{
	FILE *file = fopen(path, "r");
	size_t n = file ? fread(buffer, 1, room, file) : 0;

	if (file)
		fclose(file);
	return n;
}

/* The first digits of a note's hash. */
static char *hash_text(const char *note)
{
	const unsigned char *hash = (const unsigned char *)note + NOTE_HEADER;

	return text("%02x%02x%02x%02x%02x%02x", hash[0], hash[1], hash[2], hash[3], hash[4],
		    hash[5]);
}

static void print_other_build(struct kmod_module *module, const char *loaded, const char *file)
{
	const char *name = kmod_module_get_name(module);
	char *theirs = loaded ? hash_text(loaded) : strdup("unknown");
	char *ours = file ? hash_text(file) : strdup("unknown");

	message_error("%s is loaded from another build (%s) than '%s' (%s): unload it with 'rmmod "
		      "%s'",
		  name, theirs, kmod_module_get_path(module), ours, name);
	free(theirs);
	free(ours);
}

/*
 * The linker puts a note with a hash of all that it linked into every module, and the kernel shows
 * the note of the loaded one: our file must have the same.
 */
static bool same_build(struct kmod_module *module)
{
	enum { LARGEST = 64 << 20 };
	const char *name = kmod_module_get_name(module);
	char *path = text("/sys/module/%s/notes/.note.gnu.build-id", name);
	char note[256], *file = malloc(LARGEST);
	size_t note_size = read_start(path, note, sizeof(note));
	size_t size = file ? read_start(kmod_module_get_path(module), file, LARGEST) : 0;
	bool whole = note_size >= NOTE_HEADER + 6;
	const char *ours = whole && file && size > note_size ?
		memmem(file, size - note_size, note, NOTE_HEADER) : NULL;
	bool same = ours && !memcmp(ours, note, note_size);

	if (!same)
		print_other_build(module, whole ? note : NULL, ours);
	free(path);
	free(file);
	return same;
}

/* An installed module brings what it depends on, and has its options of modprobe's configuration.
 */
static int put_in(struct kmod_module *module, const char *options, bool installed)
{
	return installed ? kmod_module_probe_insert_module(module, 0, options, NULL, NULL, NULL) :
	       kmod_module_insert_module(module, 0, options);
}

static bool insert(struct kmod_module *module, const char *options, bool installed)
{
	int error = put_in(module, options, installed);
	char *prefix, *reason;

	if (!error)
		return true;
	prefix = text("%s: ", kmod_module_get_name(module));
	reason = kernel_reason(prefix);
	message_error("the kernel refuses %s: %s%s%s", kmod_module_get_path(module),
		  strerror(abs(error)), reason ? ": " : "", reason ? reason : "");
	free(reason);
	free(prefix);
	return false;
}

/* The installed module that a file of that name would be; NULL, after an error message, if the
 * running kernel has none. */
static struct kmod_module *installed_as(const char *path)
{
	const char *file = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	char *name = text("%.*s", (int)strcspn(file, "."), file);
	struct kmod_module *module = NULL;

	if (kmod_module_new_from_name(context(), name, &module) < 0 ||
	    !kmod_module_get_path(module)) {
		message_error("there is no module '%s', and no module %s is installed for this "
			      "kernel: build it with 'make', or install switchyard-dkms", path,
			      name);
		kmod_module_unref(module);
		module = NULL;
	}
	free(name);
	return module;
}

static struct kmod_module *module_of_file(const char *path)
{
	struct kmod_module *module = NULL;

	if (kmod_module_new_from_path(context(), path, &module) < 0)
		message_error("'%s' is not a kernel module", path);
	return module;
}

bool module_load_file(const char *path)
{
	return module_load_with(path, NULL);
}

bool module_load_with(const char *path, const char *options)
{
	bool installed = !exists(path), good;
	struct kmod_module *module = (installed ? installed_as : module_of_file)(path);

	if (!module)
		return false;
	good = module_loaded(kmod_module_get_name(module)) ? same_build(module) :
	       insert(module, options, installed);
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
		message_error("cannot unload %s: %s", name, strerror(abs(error)));
	return !error;
}

/* LTTng's modules that nothing uses, except its clock, which has an owner of its own. */
static bool unload_unused(void)
{
	struct kmod_list *loaded = NULL, *at;
	bool any = false;

	if (kmod_module_new_from_loaded(context(), &loaded) < 0)
		return false;
	kmod_list_foreach(at, loaded) {
		struct kmod_module *module = kmod_module_get_module(at);
		const char *name = kmod_module_get_name(module);

		if (!strncmp(name, "lttng_", 6) && strncmp(name, "lttng_clock", 11) &&
		    !kmod_module_get_refcnt(module))
			any |= !kmod_module_remove_module(module, O_NONBLOCK);
		kmod_module_unref(module);
	}
	kmod_module_unref_list(loaded);
	return any;
}

/*
 * The daemon loads ring-buffer clients, and only they still hold the tracer then.  The daemon
 * unloads the tracer's modules when it ends; if it was killed, they are still there.
 */
bool module_unload_tracer(void)
{
	DIR *folder = opendir("/sys/module/lttng_tracer/holders");
	struct dirent *entry;
	bool good = true;

	while (folder && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			good &= module_unload(entry->d_name);
	if (folder)
		closedir(folder);
	good &= module_unload("lttng_tracer");
	while (unload_unused())
		;
	return good;
}
