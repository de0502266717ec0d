# SPDX-License-Identifier: GPL-2.0-or-later
# machine: --cpu max,family=15,model=107,stepping=1
# A CPU with SMEP and SMAP: at ring 1 a Guest kernel could not touch its own user pages.

refused()
{
	load
	dmesg | tail -n 3
}

check "this CPU has SMEP or SMAP" "grep -cwE 'smep|smap' /proc/cpuinfo"
check "the load is refused" load 1
check "and the kernel's log says why, and what to do" refused 0 'switchyard: SMEP or SMAP is on: boot with .*'
check "and nothing of it stays" "! grep switchyard /proc/modules"
