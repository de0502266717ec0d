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

# A kernel that takes no module without a signature; there is no way back from it.
lock_down()
{
	mount -t securityfs none /sys/kernel/security 2>/dev/null
	echo integrity >/sys/kernel/security/lockdown
}

if [ -d /sys/kernel/security ]; then
	check "this kernel can be locked down" lock_down
	check "then the load is refused" load 1 'not permitted|rejected'
	check "and the kernel's log says why" "dmesg | tail -n 3" 0 'Lockdown: insmod: unsigned module'
else
	echo "ok - lockdown # SKIP this kernel is made without it"
fi
