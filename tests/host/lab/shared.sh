# SPDX-License-Identifier: GPL-2.0-or-later
# The pages of its own memory that a Guest of the variant resident has in the Switcher's slot, two of
# its page tables and that of lguest_data, are there for itself alone: the next one on that CPU finds
# nothing of them.

# after VARIANT: a Guest of that variant looks at all that it can reach, first alone, then where one of
# resident was: it reads and writes as many pages.
after()
{
	local alone

	alone=$(taskset 1 ./lg --variant "$1" guests/attacks/switcher_pages) || return
	taskset 1 ./lg --variant resident guests/demos/switches count=1000 stays=1 >/dev/null || return
	[ "$(taskset 1 ./lg --variant "$1" guests/attacks/switcher_pages)" = "$alone" ] && echo "$alone"
}

load
for variant in classic stacked resident; do
	check "$variant finds no page of another Guest's" "after $variant" 0 'writes 1, '
done
unload
