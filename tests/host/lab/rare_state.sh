# SPDX-License-Identifier: GPL-2.0-or-later
# A Launcher with a live LDT and watchpoints: neither is the Guest's, and both are the
# Launcher's again after each run (R7).

load
for variant in $(cut -d';' -f1 variants.list); do
	check "$variant: an LDT and watchpoints of the Launcher's" "tests/device rare_state $variant 2000" 0 'rounds with an LDT'
done
unload
