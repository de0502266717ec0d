# SPDX-License-Identifier: GPL-2.0-or-later
# KVM beside our Guests: it keeps registers of the Host's too, and loads them again (R7).

load
check "KVM is loaded too" "modprobe kvm-amd"
check "user_return: a Guest is closed while KVM's runs, which then returns to user space" \
	"tests/device beside $fingerprint" 0 'made 100 system calls'
check "KVM goes again" "modprobe -r kvm-amd"

# kvm-intel is not there to be had, but a module of its name is.
sleeps()
{
	./lg --variant "$1" guests/demos/sleeper naps=100000 >/dev/null 2>&1 &
	sleeper=$!
	sleep 1
}

loads_beside()
{
	local status=0

	sleeps "$1"
	insmod kvm_intel.ko || status=$?
	kill -KILL $sleeper
	wait $sleeper 2>/dev/null
	dmesg | tail -n 3
	return $status
}

check "kvm-intel is not loaded beside a Guest of user_return" "loads_beside user_return" 1 'not loaded beside 1 Guest'
check "it is beside any other" "loads_beside stacked"
check "no Guest of user_return is made beside kvm-intel" "./lg --variant user_return $tiny; dmesg | tail -n 1" 0 'no Guest of user_return beside kvm-intel'
check "the Launcher says so" "./lg --variant user_return $tiny" 3 'kvm-intel'
check "any other is" "./lg --variant stacked $tiny" 0 'Hello'
check "kvm-intel goes" "rmmod kvm_intel"
check "then user_return runs again" "./lg --variant user_return $tiny" 0 'Hello'
unload
