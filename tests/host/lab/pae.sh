# SPDX-License-Identifier: GPL-2.0-or-later
# machine: --kernel 686-pae
# debug: it is about another kernel
# The kernel with PAE: its page tables have another shape.

refused()
{
	insmod pae/switchyard.ko
	dmesg | tail -n 3
}

check "this is the PAE kernel" "uname -r" 0 '686-pae'
check "the load is refused" "insmod pae/switchyard.ko" 1
check "and the kernel's log says why, and what to do" refused 0 'switchyard: this is a PAE kernel: boot the non-PAE one'
check "the other kernel's module is not for this one" "load" 1
