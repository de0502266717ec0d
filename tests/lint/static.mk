# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs other programs that check the sources.  From the project's root, with -k so that one finding
# does not hide the next:
#
#	make -k -j -f tests/lint/static.mk cppcheck shellcheck checkpatch headers analyzer-tools
#	scripts/in-base make -k -j -f tests/lint/static.mk kmod-headers analyzer-lab
#
# Objects and marks go to build/lint, so what has not changed is not checked again.

include scripts/programs.mk

cflags = $(COMMON) -fanalyzer -Werror -DSWITCHYARD_ARCH='"lint"' -DVERSION_LTTNG='"0"' -MMD -MP

# Two of its warnings are left out: it takes a pointer that is stored in an element of an array that
# realloc() has grown for lost, and the element for uninitialised.
cflags += -Wno-analyzer-malloc-leak -Wno-analyzer-use-of-uninitialized-value

tools_lint := $(patsubst %.c,build/lint/tools/%.o,$(sort $(cmd) $(plugin) $(stats) $(emulator)))
lab_lint := $(patsubst %.c,build/lint/lab/%.o,$(sort $(filter-out $(cmd),$(agent) $(ops)) \
	bench/experiments/misses.c bench/experiments/kvm.c))
launcher_lint := $(patsubst launcher/%.c,build/lint/launcher/%.o,$(wildcard launcher/*.c launcher/*/*.c))

analyzer-tools: $(tools_lint)
analyzer-lab: $(lab_lint) $(launcher_lint)

build/lint/tools/%.o: %.c scripts/programs.mk tests/lint/static.mk
	@mkdir -p $(@D)
	@$(CC) $(cflags) $$(pkg-config --cflags jansson babeltrace2 libelf gsl libtracecmd) -c -o $@ $<

build/lint/lab/%.o: %.c scripts/programs.mk tests/lint/static.mk
	@mkdir -p $(@D)
	@$(CC) $(cflags) -c -o $@ $<

build/lint/launcher/%.o: launcher/%.c tests/lint/static.mk
	@mkdir -p $(@D)
	@$(CC) $(filter-out -D_GNU_SOURCE,$(cflags)) -Ilauncher -c -o $@ $<

# Each header of a program includes what it needs.
headers := $(wildcard include/lg/*.h util/*.h bench/*.h bench/data/*.h analysis/*/*.h \
	report/*.h report/*/*.h cmd/*.h agent/*.h tracepoints/session/*.h vm/plugin/*.h \
	launcher/*.h launcher/*/*.h guests/lib/*.h)
header_marks := $(patsubst %,build/lint/headers/%.o,$(headers))
headers: $(header_marks)
build/lint/headers/launcher/%: alone := -Ilauncher
build/lint/headers/guests/%: alone := -m32 -ffreestanding -mgeneral-regs-only -Iguests/lib
build/lint/headers/%.h.o: %.h tests/lint/static.mk
	@mkdir -p $(@D)
	@echo '#include "$<"' | $(CC) $(COMMON) -Werror -MMD -MP -MT $@ -MF $@.d \
		$(alone) $$(pkg-config --cflags jansson babeltrace2 libelf gsl libtracecmd) -x c -c -o $@ -

# The kernel's own build compiles those of the module, in a mirror of its sources: each is all of a
# file there.  (switcher/steps.h is assembly.)
kernel_headers := $(wildcard kmod/*.h) switcher/layout.h
kernel_mirror := build/lab-obj/686
kmod-headers:
	@$(MAKE) -s -C kmod
	@for header in $(kernel_headers); do \
		printf '#include "%s"\n' "$(CURDIR)/$(kernel_mirror)/$$header" \
			>$(kernel_mirror)/kmod/alone-$$(basename $$header .h).c; \
	done
	@$(MAKE) -s -C $(wildcard /lib/modules/*-686/build) M=$(CURDIR)/$(kernel_mirror)/kmod \
		$(patsubst %.h,alone-%.o,$(notdir $(kernel_headers)))

-include $(tools_lint:.o=.d) $(lab_lint:.o=.d) $(launcher_lint:.o=.d) $(addsuffix .d,$(header_marks))

.PHONY: analyzer-tools analyzer-lab headers kmod-headers
