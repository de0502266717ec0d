/* SPDX-License-Identifier: GPL-2.0-or-later */
/*T:232 The workstation's program has no Host of its own. */
#include "cli.h"
#include "inside.h"

bool inside_possible(void)
{
	say_error("--native acts on an i386 kernel: use the i386 program, or leave --native out");
	return false;
}

int inside_bench(const struct plan *plan, unsigned int boot, const char *folder)
{
	(void)plan, (void)boot, (void)folder;
	return STATUS_REFUSED;
}

int inside_record(const struct recording *recording, const char *folder)
{
	(void)recording, (void)folder;
	return STATUS_REFUSED;
}

void inside_check(json_t *findings)
{
	(void)findings;
}
