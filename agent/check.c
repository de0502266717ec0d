/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check: whether this kernel is fit to be a Host. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "bench/findings.h"
#include "bench/machine.h"
#include "bench/prepare.h"
#include "bench/runner.h"
#include "tracepoints/session/modules.h"
#include "util/file.h"
#include "util/paths.h"
#include "util/process.h"

static void check_kernel(json_t *findings)
{
	bool pae = machine_kernel_has_pae();
	bool smep = machine_has_flag("smep"), smap = machine_has_flag("smap");

	finding(findings, verdict(!pae), "kernel", "%s, %s", machine_kernel(),
		pae ? "with PAE: boot a kernel without it, such as linux-image-686" :
		"without PAE");
	finding(findings, verdict(!smep && !smap), "protection", "%s",
		smep || smap ?
		"the CPU offers SMEP or SMAP, which a Guest at ring 1 cannot live with: "
			       "boot with clearcpuid=smep,smap (before Linux 5.19: nosmep nosmap)" :
		"neither SMEP nor SMAP");
}

static void check_clock(json_t *findings)
{
	char why[MACHINE_WHY];
	enum tier tier = machine_tier(why);

	finding(findings, "note", "clock", "tier %s: %s", tier_name(tier), why);
	finding(findings, machine_has_flag("nonstop_tsc") ? "good" : "note", "invariant TSC", "%s",
		machine_has_flag("nonstop_tsc") ? "yes" : "no");
}

/* The measured CPU's sibling, its frequency, and what else would stand in a measurement's way. */
static void check_surroundings(json_t *findings)
{
	char *sibling = first_line("/sys/devices/system/cpu/smt/active");
	char *path = text("/sys/devices/system/cpu/cpu%u/cpufreq/scaling_governor", measured_cpu());
	char *governor = first_line(path);

	if (sibling && !strcmp(sibling, "1"))
		finding(findings, "note", "hyper-threads", "on, and a sibling takes from what is "
			"measured: boot with nosmt, or write off to "
			"/sys/devices/system/cpu/smt/control");
	if (governor && strcmp(governor, "performance"))
		finding(findings, "note", "frequency", "it varies (%s): bench --prepare holds it",
			governor);
	if (measured_cpu() == 0)
		finding(findings, "note", "CPUs", "one: interrupts cannot be kept away from it");
	if (module_loaded("kvm_intel"))
		finding(findings, "note", "KVM", "kvm_intel is loaded, and user_return is refused "
			"beside it: modprobe -r kvm_intel");
	if (exists(PREPARED))
		finding(findings, "note", "prepared", "a run that was killed has left settings "
			"changed: the next one puts them back");
	free(sibling);
	free(path);
	free(governor);
}

/* Loading is the only honest test of whether a module can be loaded. */
static bool loads(const char *file)
{
	char *path = text("%s/%s.ko", payload_dir(), file);
	bool good = module_load_file(path);

	free(path);
	return good;
}

/* Load them in the order of a recording, and unload them in the reverse order. */
static const char *lttng_trouble(void)
{
	const char *trouble = NULL;
	bool tracer_there = module_loaded("lttng_tracer");
	bool clock_there = module_loaded("lttng_clock");

	if (access("/usr/bin/lttng-sessiond", X_OK) < 0)
		return "lttng-sessiond is not there: install lttng-tools";
	if (!module_load_installed("lttng-clock"))
		return "its kernel modules are not there";
	if (!loads("lttng-clock-lg"))
		trouble = "our clock does not load";
	else if (!module_load_installed("lttng-tracer"))
		trouble = "its tracer does not load";
	else if (!loads("lttng-probe-lg"))
		trouble = "our probe does not load";
	if (!tracer_there) {
		module_unload("lttng_probe_lg");
		module_unload("lttng_tracer");
		module_unload("lttng_clock_lg");
		if (!clock_there)
			module_unload("lttng_clock");
	}
	return trouble;
}

static void check_modules(json_t *findings)
{
	bool there = module_loaded("switchyard"), host = loads("switchyard");
	const char *trouble = lttng_trouble();

	if (host && !there)
		host = module_unload("switchyard");
	finding(findings, verdict(host), "module", "switchyard.ko %s",
		!host ? "does not load" : there ? "is loaded" : "loads and unloads");
	finding(findings, verdict(!trouble), "LTTng", "%s",
		trouble ? trouble : "daemon, kernel modules, our clock and our probe are there");
}

static void check_here(json_t *findings)
{
	bool root = geteuid() == 0;

	finding(findings, verdict(root), "root", "%s", root ? "yes" : "no: become root");
	check_kernel(findings);
	check_clock(findings);
	check_surroundings(findings);
	if (root)
		check_modules(findings);
}

int check_run(const struct check_options *options)
{
	json_t *findings = json_array();
	int status;

	check_here(findings);
	status = check_conclude(options, findings);
	json_decref(findings);
	return status;
}

int agent_check(int argc, char **argv)
{
	struct check_options options;

	check_options_parse(&options, true, argc, argv);
	catch_interrupts();
	return check_run(&options);
}
