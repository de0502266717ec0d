/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * linux: a Linux Guest in the lab machine, joined to this terminal.  Files given as options are
 * copied to a folder that the lab machine sees as /out; a disk is a disk of the lab machine's, so
 * that what the Guest writes stays.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/lab.h"
#include "bench/linux_options.h"
#include "cmd.h"
#include "util/file.h"
#include "util/message.h"
#include "util/process.h"
#include "util/status.h"

static bool is_named(const char *value)
{
	return value && strcmp(value, "none");
}

/* Copy a file in; answers its path in the lab machine, or NULL with an exit status in `*status`. */
static char *carry_in(const char *folder, const char *kind, const char *path, int *status)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	char *to = text("%s/%s", folder, kind), *copy = text("%s/%s", to, name), *inside = NULL;

	if (access(path, R_OK) < 0) {
		message_error("%s: %s", path, strerror(errno));
		*status = STATUS_USAGE;
	} else if (!make_folders(to) || !copy_file(path, copy)) {
		*status = STATUS_REFUSED;
	} else {
		inside = text("/out/%s/%s", kind, name);
	}
	free(to);
	free(copy);
	return inside;
}

static bool ends_in(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n > m && !strcmp(text + n - m, end);
}

static int boot(struct linux_options *options, const char *folder)
{
	bool has_disk = is_named(options->disk);
	struct lab lab = {
		.profile = options->profile, .out = folder, .tty = true,
		.disk = has_disk ? options->disk : NULL,
		.seconds = (unsigned int)strtoul(options->seconds, NULL, 10),
	};
	char **argv;
	int status;

	if (has_disk)
		options->disk = ends_in(options->disk, ",ro") ? "/dev/vdb,ro" : "/dev/vdb";
	argv = linux_arguments(options, "/lab/switchyard", false);
	linux_say_how_to_leave();
	status = lab_run_command(&lab, argv);
	free(argv);
	return status;
}

static bool default_is_there(const char *name)
{
	char *path = linux_default(name);
	bool there = path;

	free(path);
	return there;
}

static int boot_with_files(struct linux_options *options, const char *folder)
{
	char *kernel = NULL, *initrd = NULL;
	int status = STATUS_GOOD;

	if (options->kernel)
		options->kernel = kernel = carry_in(folder, "kernel", options->kernel, &status);
	if (status == STATUS_GOOD && is_named(options->initrd))
		options->initrd = initrd = carry_in(folder, "initrd", options->initrd, &status);
	if (status == STATUS_GOOD)
		status = boot(options, folder);
	free(kernel);
	free(initrd);
	return status;
}

static int cmd_linux(int argc, char **argv)
{
	struct linux_options options;
	char *folder;
	int status;

	linux_options_parse(&options, false, argc, argv);
	if (options.native)
		return act_natively();
	if (!lab_ready() || (!options.kernel && !default_is_there("vmlinux")) ||
	    (!options.initrd && !default_is_there("initrd")) ||
	    (!options.disk && !default_is_there("disk")))
		return STATUS_REFUSED;
	catch_interrupts();
	folder = scratch_folder();
	if (!folder)
		return STATUS_REFUSED;
	status = boot_with_files(&options, folder);
	remove_tree(folder);
	free(folder);
	return interrupted ? STATUS_INTERRUPTED : status;
}

COMMAND(linux, "a Linux Guest to talk to", cmd_linux);
