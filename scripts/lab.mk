# SPDX-License-Identifier: GPL-2.0-or-later
#
# The i386 part, made in the base (scripts/in-base), where the project is /src.
# The LTTng probe needs the module's generated headers and its symbols.

all: module module-pae lttng hold op-costs launcher guests programs

module:
	$(MAKE) -C kmod

# For the kernel with PAE, so that what refuses to load there is the module
# itself and not a difference of versions.  (It never gets as far as a page-table
# entry, which has twice the bits there.)
module-pae:
	$(MAKE) -C kmod FLAVOUR=686-pae OUT=/src/build/lab/pae KCFLAGS=-Wno-overflow

lttng: module
	$(MAKE) -C tracepoints/lttng

hold:
	$(MAKE) -C vm/hold

op-costs:
	$(MAKE) -C bench/op_costs

launcher:
	$(MAKE) -C launcher

guests:
	$(MAKE) -C guests

programs:
	$(MAKE) -f scripts/programs.mk lab

.PHONY: all module module-pae lttng hold op-costs launcher guests programs
