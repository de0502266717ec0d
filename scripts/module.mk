# SPDX-License-Identifier: GPL-2.0
#
# Builds the test module $(name).ko in a mirror of its source, because kbuild writes
# beside it.  Included by the Makefile of its folder, which is run inside the base.

FLAVOUR ?= 686
top := $(abspath $(CURDIR)/../..)
OUT ?= $(top)/build/lab
mirror := $(top)/build/lab-obj/$(name)-$(FLAVOUR)
KERNEL ?= $(wildcard /lib/modules/*-$(FLAVOUR))/build

all:
	mkdir -p $(mirror) $(OUT)
	cp -u --preserve=timestamps $(name).c $(mirror)
	echo 'obj-m := $(name).o' > $(mirror)/Kbuild
	$(MAKE) -C $(KERNEL) M=$(mirror) modules
	cmp -s $(mirror)/$(name).ko $(OUT)/$(name).ko || \
		cp $(mirror)/$(name).ko $(OUT)/$(name).ko

.PHONY: all
