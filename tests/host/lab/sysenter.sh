# SPDX-License-Identifier: GPL-2.0-or-later
# SYSENTER stays off for a Guest, whoever else turns it on: the attacker has filled every
# address that the Host's entry point may have, so that one success ends the lab machine with
# status 181 (guests/attacks/sysenter.c).

. tests/host/neighbours.sh

# A Guest of user_return has been on the attacker's CPU and is closed on the other: that
# turns SYSENTER on where it was, under an attacker that never lets go of its CPU.
closed_elsewhere()
{
	local n lg status=0

	attack "$1" 1 || status=$?
	for n in $(seq 10); do
		taskset 1 ./lg --variant user_return $switches count=4000000000 >/dev/null &
		lg=$!
		sleep 0.3
		taskset -p 2 $lg >/dev/null
		sleep 0.1
		kill -KILL $lg
		wait $lg 2>/dev/null
	done
	still_there || status=$?
	return $status
}

load
check "user_return: SYSENTER stays off beside each variant, on one CPU" "on_one_cpu attack user_return"
check "user_return: SYSENTER stays off beside each variant, on two CPUs" "on_two_cpus attack user_return"
for variant in lazy_sysenter stacked; do
	check "$variant: a Guest of user_return that was here is closed elsewhere" "closed_elsewhere $variant"
done
unload
