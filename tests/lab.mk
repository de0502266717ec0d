# SPDX-License-Identifier: GPL-2.0-or-later
#
# The i386 part of the tests, made in the base, where the project is /src.

all:
	$(MAKE) -C kmod VERIFY=y OUT=/src/build/lab/verify
	$(MAKE) -C tests/fingerprint
	$(MAKE) -C tests/fingerprint FLAVOUR=686-pae OUT=/src/build/lab/pae
	$(MAKE) -C tests/storm
	$(MAKE) -C tests/aim
	$(MAKE) -C tests/lab
	$(MAKE) -C tests/trace_dat
	$(MAKE) -C tests/sysenter
	$(MAKE) -C tests/device
	$(MAKE) -C tests/fail
	$(MAKE) -C tests/kvm_intel

.PHONY: all
