# SPDX-License-Identifier: GPL-2.0-or-later
# machine: --profile counted
# debug: it counts instructions, of a kernel without checks
# The KVM row: each of its operations is measured, and exits cost what exits must.

# more A B: the median of series A is above that of B.
more()
{
	local a b

	a=$(awk -F, -v s="kvm_$1" '$1 == s { print $3 }' /tmp/kvm.csv | sort -n | sed -n 5p)
	b=$(awk -F, -v s="kvm_$2" '$1 == s { print $3 }' /tmp/kvm.csv | sort -n | sed -n 5p)
	echo "$1 $a, $2 $b"
	[ "$a" -gt "$b" ]
}

check "KVM is there" "modprobe kvm-amd"
check "its row is measured" "kvm/row 10 >/tmp/kvm.csv && cut -d, -f1 /tmp/kvm.csv | sort | uniq -c | tr '\n' ' '" 0 \
	'10 kvm_cpuid +10 kvm_hypercall +10 kvm_in_kernel +10 kvm_in_user +10 kvm_noop +10 kvm_page_fault'
check "an exit costs more than none" "more cpuid noop"
check "user space costs more than the kernel" "more in_user in_kernel"
check "too many samples" "kvm/row 10000" 2 'usage'
check "and it goes again" "modprobe -r kvm-amd && ! ls /dev/kvm"
check "without it the row is refused" "kvm/row" 3 '/dev/kvm'
