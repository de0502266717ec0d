/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a recording whole?  Read back as `report` would, and said event by event. */
#include "run_folder.h"
#include "util/message.h"
#include "util/status.h"
#include "verify.h"

enum { SHOWN = 16 };

static void say_missing(const struct rundir *run)
{
	struct lg_fault fault[SHOWN];
	size_t n = lg_seq_faults(&run->tally.seq, fault, SHOWN);
	char line[200];

	for (size_t i = 0; i < n && i < SHOWN; i++) {
		lg_fault_text(&run->tally.seq, &fault[i], line, sizeof(line));
		message_error("%s", line);
	}
	if (n > SHOWN)
		message_error("%zu more faults", n - SHOWN);
	if (!n)
		message_error("%s", run->why);
}

int verify_recording(const char *folder, int status)
{
	struct lg_options options = { 0 };
	struct rundir run;

	if (rundir_open(&run, folder) == STATUS_GOOD) {
		rundir_analyse(&run, &options);
		if (run.analysed && run.status != STATUS_GOOD) {
			say_missing(&run);
			status = status == STATUS_GOOD ? run.status : status;
		}
		if (json_integer_value(json_object_get(run.record, "slow_tsc")) &&
			 !json_is_true(json_object_get(run.record, "slow_seen")))
			message_warning("no switch took longer than that: the trace holds the last of the run");
	}
	rundir_close(&run);
	return status;
}
