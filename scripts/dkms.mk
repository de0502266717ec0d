# SPDX-License-Identifier: GPL-2.0
#
# The modules for one kernel, from the folder that scripts/dkms-source has made; dkms calls it there
# (debian/switchyard-dkms.dkms).
#
#   make -f scripts/dkms.mk KERNEL=FOLDER RELEASE=NAME [LTTNG=FOLDER TRACER=FOLDER]
#
# KERNEL is the kernel's build tree and RELEASE its name.  With LTTNG, the source of lttng-modules, and
# TRACER, the folder of the modules that were made from it for that kernel, our probe and clock too.

all: module op-costs $(if $(LTTNG),lttng)

module:
	$(MAKE) -C kmod KERNEL=$(KERNEL)

op-costs:
	$(MAKE) -C bench/op_costs KERNEL=$(KERNEL)

# As tracepoints/lttng/ wants it: the source with the symbols of what was made from it.  LTTng's scripts write to
# include/generated.
tree := $(CURDIR)/build/lttng-modules

lttng: module
	mkdir -p $(tree)/src $(tree)/include
	ln -sfn $(LTTNG)/scripts $(wildcard $(LTTNG)/extra_version) $(tree)/
	ln -sfn $(filter-out %/generated,$(wildcard $(LTTNG)/include/*)) $(tree)/include/
	ln -sfn $(LTTNG)/src/Kbuild.common $(tree)/src/
	scripts/symvers $$(find $(TRACER) -name 'lttng-*.ko' ! -name 'lttng-*-lg.ko') >$(tree)/src/Module.symvers
	$(MAKE) -C tracepoints/lttng release=$(RELEASE) LTTNG_MODULES=$(tree)

.PHONY: all module op-costs lttng
