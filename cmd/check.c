/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check: whether this machine is fit, and for which tier.  On the workstation it checks the parts
 * of the lab machine and then boots it, to check from inside.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/findings.h"
#include "bench/lab.h"
#include "bench/machine.h"
#include "cmd.h"
#include "util/file.h"
#include "util/message.h"
#include "util/paths.h"
#include "util/process.h"

/* /dev/kvm alone says little: where the CPU shows neither flag, it may hang. */
static void check_kvm(json_t *findings)
{
	bool flag = machine_has_flag("vmx") || machine_has_flag("svm");
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	finding(findings, flag && fd >= 0 ? "good" : "note", "KVM", "%s",
		!flag ? "not usable: the CPU shows neither vmx nor svm" :
		fd < 0 ? "not usable: /dev/kvm cannot be opened" :
		"the CPU has it and /dev/kvm opens");
	if (fd >= 0)
		close(fd);
}

static bool in_path(const char *program)
{
	char *folders = strdup(getenv("PATH") ? getenv("PATH") : ""), *rest = folders, *folder;
	bool found = false;

	while (!found && (folder = strsep(&rest, ":"))) {
		char *path = text("%s/%s", folder, program);

		found = access(path, X_OK) == 0;
		free(path);
	}
	free(folders);
	return found;
}

/* A module's vermagic begins with the release that it was built for. */
static bool built_for(const char *module, const char *release)
{
	char *wanted = text("vermagic=%s ", release), *data = NULL;
	FILE *file = fopen(module, "r");
	long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
	bool found = false;

	if (size > 0 && (data = malloc((size_t)size))) {
		rewind(file);
		found = fread(data, 1, (size_t)size, file) == (size_t)size &&
			memmem(data, (size_t)size, wanted, strlen(wanted));
	}
	if (file)
		fclose(file);
	free(data);
	free(wanted);
	return found;
}

static void check_build(json_t *findings)
{
	char *path = text("%s/build/base/kernel-release", project_dir());
	char *module = text("%s/switchyard.ko", payload_dir()), *release = first_line(path);
	bool fits = release && built_for(module, release);

	finding(findings, verdict(release), "base", "%s%s",
		release ? "the lab machine is built, kernel " : "not built: run 'make'",
		release ? release : "");
	finding(findings, verdict(fits), "module file", "%s",
		fits ? "switchyard.ko is built for that kernel" :
		!exists(module) ? "switchyard.ko is not built: run 'make'" :
		"switchyard.ko is built for another kernel: run 'make'");
	free(path);
	free(module);
	free(release);
}

/* Where the plugin is to write, if the profile is one that it can count under; to be freed. */
static char *ops_folder(const char *profile, const char *out)
{
	char *plugin = text("%s/build/tools/vm/ops.so", project_dir()), *folder = NULL;

	if (!strncmp(profile, "counted", 7) && exists(plugin))
		folder = text("%s/ops", out);
	free(plugin);
	return folder;
}

/* Whether ops were counted is only a note: it does not make the machine unfit. */
static void check_plugin(json_t *findings, const char *profile, const char *ops)
{
	char *counts = ops ? text("%s/ops.csv", ops) : NULL;
	bool counted = counts && exists(counts);

	finding(findings, counted ? "good" : "note", "plugin", "%s",
		counted ? "QEMU loads the plugin that counts operations" :
		ops ? "QEMU did not load the plugin that counts operations" :
		strncmp(profile, "counted", 7) ?
			"operations are counted under profile counted" :
			"the plugin that counts operations is not built: run 'make tools'");
	free(counts);
}

/* Run the agent's checks inside, and add its findings. */
static void check_lab(const struct check_options *options, json_t *findings)
{
	static const struct job job = { .command = JOB_CHECK };
	char *out = lab_ready() ? scratch_folder() : NULL, *log, *path, *ops;
	json_t *found;

	if (!out)
		return;
	log = text("%s/console.log", out);
	path = text("%s/check.json", out);
	ops = ops_folder(options->profile, out);
	message_progress("booting the lab machine (%s)", options->profile);
	if (!ops || make_folders(ops))
		lab_run(&(struct lab){ .profile = options->profile, .out = out, .log = log,
				       .ops = ops }, &job);
	found = json_load_file(path, 0, NULL);
	if (found)
		json_array_extend(findings, found);
	finding(findings, verdict(found), "lab machine", "%s",
		found ? "boots and runs this program" : "did not come up");
	if (found)
		check_plugin(findings, options->profile, ops);
	json_decref(found);
	remove_tree(out);
	free(out);
	free(ops);
	free(log);
	free(path);
}

static void check_workstation(const struct check_options *options, json_t *findings)
{
	bool qemu = in_path("qemu-system-i386");

	finding(findings, geteuid() == 0 ? "good" : "note", "privilege", "%s",
		geteuid() == 0 ? "root" : "not root: building needs sudo");
	check_kvm(findings);
	finding(findings, verdict(qemu), "QEMU", "%s",
		qemu ? "qemu-system-i386 is there" :
		"qemu-system-i386 is not there: run 'make setup'");
	check_build(findings);
	if (options->boot && qemu)
		check_lab(options, findings);
}

static int cmd_check(int argc, char **argv)
{
	struct check_options options;
	json_t *findings = json_array();
	int status;

	check_options_parse(&options, false, argc, argv);
	catch_interrupts();
	if (options.native) {
		status = act_natively();
	} else {
		check_workstation(&options, findings);
		status = check_conclude(&options, findings);
	}
	json_decref(findings);
	return status;
}

COMMAND(check, "is this machine fit, and for which tier of numbers", cmd_check);
