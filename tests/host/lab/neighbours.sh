# SPDX-License-Identifier: GPL-2.0-or-later
# Guests of different variants on the same CPUs, with a module that reads the registers at
# each entry and panics if they are not as believed (kmod/verify.h).

. tests/host/neighbours.sh
module=$PWD/verify/switchyard.ko

load
for variant in $(variants); do
	check "$variant: the registers are as believed beside each variant, on one CPU" "on_one_cpu spin $variant"
	check "$variant: the registers are as believed beside each variant, on two CPUs" "on_two_cpus spin $variant"
done
unload
module=$PWD/switchyard.ko
