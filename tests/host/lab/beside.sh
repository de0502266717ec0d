# SPDX-License-Identifier: GPL-2.0-or-later
# KVM beside our Guests: it keeps registers of the Host's too, and loads them again (R7).

load
check "KVM is loaded too" "modprobe kvm-amd"
check "user_return: a Guest is closed while KVM's runs, which then returns to user space" \
	"tests/device beside $fingerprint" 0 'made 100 system calls'
check "KVM goes again" "modprobe -r kvm-amd"
unload
