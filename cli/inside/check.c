/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:239 Is the kernel that we run on fit to be a Host? */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "findings.h"
#include "inside.h"
#include "machine.h"
#include "modules.h"

static void check_kernel(json_t *findings)
{
	bool pae = machine_kernel_has_pae();
	bool smep = machine_has_flag("smep"), smap = machine_has_flag("smap");

	finding(findings, verdict(!pae), "kernel", "%s, %s", machine_kernel(),
		pae ? "with PAE: boot a kernel without it, such as linux-image-686" :
		"without PAE");
	finding(findings, verdict(!smep && !smap), "protection", "%s",
		smep || smap ? "the CPU offers SMEP or SMAP, which a Guest at ring 1 cannot live with: "
			       "boot with nosmep nosmap, or with a CPU model without them" :
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

/* Loading is the only honest test of whether a module can be loaded. */
static bool loads(const char *name, const char *file)
{
	char *path = text("%s/%s.ko", payload_dir(), file);
	bool there = module_loaded(name);
	bool good = module_load_file(path);

	if (good && !there)
		good = module_unload(name);
	free(path);
	return good;
}

static void check_modules(json_t *findings)
{
	bool host = loads("switchyard", "switchyard");
	bool tracer = module_load_installed("lttng-tracer");
	bool clock = tracer && loads("lttng_clock_lg", "lttng-clock-lg");
	bool probe = tracer && loads("lttng_probe_lg", "lttng-probe-lg");
	bool daemon = access("/usr/bin/lttng-sessiond", X_OK) == 0;

	finding(findings, verdict(host), "module", "switchyard.ko %s",
		host ? "loads and unloads" : "does not load");
	finding(findings, verdict(tracer && clock && probe && daemon), "LTTng", "%s",
		!daemon ? "lttng-sessiond is not there: install lttng-tools" :
		!tracer ? "its kernel modules do not load" :
		!clock || !probe ? "our clock or our probe does not load" :
		"daemon, kernel modules, our clock and our probe are there");
}

void inside_check(json_t *findings)
{
	bool root = geteuid() == 0;

	finding(findings, verdict(root), "root", "%s", root ? "yes" : "no: become root");
	check_kernel(findings);
	check_clock(findings);
	if (root)
		check_modules(findings);
}
