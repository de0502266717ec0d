/* SPDX-License-Identifier: GPL-2.0-or-later */
/* linux: a Linux Guest on this kernel, joined to our terminal. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "agent.h"
#include "bench/linux_options.h"
#include "tracepoints/session/modules.h"
#include "util/file.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/status.h"

/* What was made for the one run. */
struct linux_run {
	struct linux_options options;
	char *kernel, *initrd, *folder, *disk;
	bool loaded;
};

/* A copy of our own file system, so that the original stays as it is. */
static bool copy_disk(struct linux_run *run)
{
	char *from = linux_default("disk");
	bool good;

	run->folder = from ? scratch_folder() : NULL;
	if (run->folder)
		run->options.disk = run->disk = text("%s/disk", run->folder);
	good = run->folder && copy_file(from, run->disk);
	free(from);
	return good;
}

static bool fill_in(struct linux_run *run)
{
	struct linux_options *options = &run->options;

	if (!options->kernel)
		options->kernel = run->kernel = linux_default("vmlinux");
	if (options->kernel && !options->initrd)
		options->initrd = run->initrd = linux_default("initrd");
	return options->kernel && options->initrd && (options->disk || copy_disk(run));
}

static bool load_module(struct linux_run *run)
{
	char *path = text("%s/switchyard.ko", payload_dir());
	bool there = module_loaded("switchyard"), good = there || module_load_file(path);

	run->loaded = good && !there;
	free(path);
	return good;
}

/* The exit status, or 128 and the signal's number, as in a shell. */
static int launch(struct linux_run *run)
{
	char *lg = text("%s/lg", payload_dir());
	char **argv = linux_arguments(&run->options, lg, true);
	int ended;

	linux_say_how_to_leave();
	ended = run_program_at_terminal(argv);
	free(argv);
	free(lg);
	if (ended < 0)
		return STATUS_REFUSED;
	return WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
}

int agent_linux(int argc, char **argv)
{
	struct linux_run run = { .loaded = false };
	int status = STATUS_REFUSED;

	linux_options_parse(&run.options, true, argc, argv);
	catch_interrupts();
	if (fill_in(&run) && load_module(&run))
		status = launch(&run);
	if (run.loaded)
		module_unload("switchyard");
	if (run.folder)
		remove_tree(run.folder);
	free(run.kernel);
	free(run.initrd);
	free(run.disk);
	free(run.folder);
	return interrupted ? STATUS_INTERRUPTED : status;
}
