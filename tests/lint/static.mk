# SPDX-License-Identifier: GPL-2.0-or-later
#
# What other programs find in the sources.  From the project's root, with -k so that one finding
# does not hide the next:
#
#	make -k -j -f tests/lint/static.mk cppcheck shellcheck checkpatch headers analyzer-tools
#	scripts/in-base make -k -j -f tests/lint/static.mk kmod-headers analyzer-lab
#
# Objects and marks go to build/lint, so what has not changed is not checked again.

include scripts/programs.mk

cflags = $(COMMON) -O1 -fanalyzer -Werror -DSWITCHYARD_ARCH='"lint"' -DVERSION_LTTNG='"0"' -MMD -MP

# -fanalyzer follows jansson's reference counts no further than their inline functions, where it
# takes a borrowed reference for the last one.
json_silent := -Wno-analyzer-use-after-free -Wno-analyzer-double-free

tools_lint := $(patsubst %.c,build/lint/tools/%.o,$(sort $(cmd) $(plugin) $(stats) $(emulator)))
lab_lint := $(patsubst %.c,build/lint/lab/%.o,$(sort $(filter-out $(cmd),$(agent) $(ops)) \
	bench/experiments/misses.c bench/experiments/kvm.c $(call in,launcher launcher/devices launcher/testdev)))

analyzer-tools: $(tools_lint)
analyzer-lab: $(lab_lint)

build/lint/tools/%.o: %.c scripts/programs.mk tests/lint/static.mk
	@mkdir -p $(@D)
	@$(CC) $(cflags) $$(pkg-config --cflags jansson babeltrace2 libelf gsl) -c -o $@ $<

build/lint/lab/%.o: %.c scripts/programs.mk tests/lint/static.mk
	@mkdir -p $(@D)
	@$(CC) $(cflags) -c -o $@ $<

# Each header of a program includes what it needs.
headers := $(filter-out include/lg/record.h,$(wildcard include/lg/*.h util/*.h bench/*.h bench/data/*.h analysis/*/*.h \
	report/*.h report/*/*.h cmd/*.h agent/*.h tracepoints/session/*.h))
header_marks := $(patsubst %,build/lint/headers/%.o,$(headers))
headers: $(header_marks)
build/lint/headers/%.h.o: %.h tests/lint/static.mk
	@mkdir -p $(@D)
	@echo '#include "$<"' | $(CC) $(COMMON) -Werror -MMD -MP -MT $@ -MF $@.d \
		$$(pkg-config --cflags jansson babeltrace2 libelf gsl) -x c -c -o $@ -

-include $(tools_lint:.o=.d) $(lab_lint:.o=.d) $(addsuffix .d,$(header_marks))

.PHONY: analyzer-tools analyzer-lab headers
