# SPDX-License-Identifier: GPL-2.0
#
# Builds the module $(name).ko in a mirror of its source, because kbuild writes beside it:
# of $(name).c, or of $(sources).  Included by the Makefile of its folder, which is run inside the
# base.

FLAVOUR ?= 686
sources ?= $(name).c
objects := $(filter-out $(name).o,$(addsuffix .o,$(basename $(filter %.c %.S,$(sources)))))
top := $(abspath $(CURDIR)/../..)
OUT ?= $(top)/build/lab
mirror := $(top)/build/lab-obj/$(name)-$(FLAVOUR)
KERNEL ?= $(wildcard /lib/modules/*-$(FLAVOUR))/build

all:
	mkdir -p $(mirror) $(OUT)
	cp -u --preserve=timestamps $(sources) $(mirror)
	printf '%s\n' 'obj-m := $(name).o' \
		$(if $(objects),'$(name)-y := $(objects)') > $(mirror)/Kbuild
	$(MAKE) -C $(KERNEL) M=$(mirror) modules
	cmp -s $(mirror)/$(name).ko $(OUT)/$(name).ko || \
		cp $(mirror)/$(name).ko $(OUT)/$(name).ko

.PHONY: all
