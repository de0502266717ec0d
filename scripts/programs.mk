# SPDX-License-Identifier: GPL-2.0-or-later
#
# Our programs in user space, except the Launcher and the Guests.  From the project's root:
#
#   make -f scripts/programs.mk tools	for this machine, in build/tools: switchyard (cmd/),
#					switchyard-stats, the plugin for babeltrace2 (analysis/), the
#					emulator's (vm/plugin/), and what joins terminals for vm/lab
#   make -f scripts/programs.mk lab	for i386, in build/lab: switchyard (agent/), ops, and what
#					experiments run; through scripts/in-base
#   make -f scripts/programs.mk readers	of those for this machine what reads runs and traces
#   make -f scripts/programs.mk native	for i386, the agent alone, where no base is needed
#   make -f scripts/programs.mk unit	the unit tests of util/, bench/ and tracepoints/session/
#   make -f scripts/programs.mk version	build/gen/version.h, lg-events.h and lg-commands.h, made before all of them
#					and outside the base, because git is there
#
# A file names what it includes from the root ("util/file.h"), and a neighbour by its name
# alone; tests/lint/includes checks who may know whom (docs/layout.md).

MAKEFLAGS += --no-builtin-rules
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
	-Wno-format-nonliteral
COMMON = -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 $(WARN) -I. -Iinclude -Ibuild/gen \
	$(CPPFLAGS) $(CFLAGS) $(EXTRA_CFLAGS)
# What --version names; the lab machine's programs are i386 wherever they are made.
arch := $(shell dpkg --print-architecture)

in = $(wildcard $(addsuffix /*.c,$(1)))
stats := analysis/stats/main.c analysis/stats/compare.c
bench := $(call in,util bench bench/data)
analysis := $(filter-out $(stats),$(call in,analysis/decode analysis/model analysis/stats analysis/table))

cmd := $(bench) $(analysis) $(call in,report report/figures cmd)
plugin := $(filter-out analysis/decode/ftrace.c,$(analysis)) $(call in,analysis/plugin)
agent := $(bench) $(call in,tracepoints/session) $(filter-out agent/ops.c,$(call in,agent))
emulator := $(call in,vm/plugin)
ops := agent/ops.c bench/ops_map.c

tools_obj = $(patsubst %.c,build/obj/%.o,$(1))
lab_obj = $(patsubst %.c,build/lab-obj/programs/%.o,$(1))

.PHONY: version tools readers lab native unit
version:
	@scripts/version-header build/gen/version.h
	@scripts/events names >build/gen/lg-events.new
	@cmp -s build/gen/lg-events.new build/gen/lg-events.h || mv build/gen/lg-events.new build/gen/lg-events.h
	@sed -n 's/^COMMAND(\([a-z_0-9]*\), \(".*"\), .*/X(\1, \2)/p' cmd/*.c >build/gen/lg-commands.new
	@cmp -s build/gen/lg-commands.new build/gen/lg-commands.h || mv build/gen/lg-commands.new build/gen/lg-commands.h
tools: readers build/tools/vm/ops.so build/tools/vm/join
readers: build/tools/switchyard build/tools/switchyard-stats build/tools/plugins/babeltrace-plugin-lg.so
native: build/lab/switchyard
lab: build/lab/switchyard build/lab/ops build/lab/misses/misses build/lab/kvm/row

# A program gets its name when it is complete.
define link
@mkdir -p $(@D)
$(CC) $(CFLAGS) $(EXTRA_CFLAGS) $(LDFLAGS) $(1) -o $@.part $^ $(2)
@mv $@.part $@
endef

build/tools/switchyard: $(call tools_obj,$(cmd))
	$(call link,,$$(pkg-config --libs jansson babeltrace2 libelf libtracecmd) -lZydis -lm)

build/tools/switchyard-stats: $(call tools_obj,$(stats))
	$(call link,,$$(pkg-config --libs gsl))

build/tools/plugins/babeltrace-plugin-lg.so: $(call tools_obj,$(plugin))
	$(call link,-shared -Wl$(comma)-z$(comma)defs -Wl$(comma)-z$(comma)start-stop-visibility=hidden,\
		$$(pkg-config --libs babeltrace2) -lm)

build/tools/vm/ops.so: $(call tools_obj,$(emulator))
	$(call link,-shared,-lZydis)

build/tools/vm/join: $(call tools_obj,vm/join.c)
	$(call link)

build/lab/switchyard: $(call lab_obj,$(agent))
	$(call link,-pthread,$$(pkg-config --libs jansson libkmod lttng-ctl libelf) -lm)

build/lab/ops: $(call lab_obj,$(ops))
	$(call link)

build/lab/misses/misses: $(call lab_obj,bench/experiments/misses.c)
	$(call link)

build/lab/kvm/row: $(call lab_obj,bench/experiments/kvm.c)
	$(call link)

comma := ,

# What is linked into a plugin exports no symbols except the plugin's own.
build/obj/analysis/%.o build/obj/vm/plugin/%.o: EXTRA_CFLAGS += -fPIC -fvisibility=hidden -fno-plt

build/obj/%.o: %.c scripts/programs.mk
	@mkdir -p $(@D)
	$(CC) $(COMMON) -MMD -MP -DSWITCHYARD_ARCH='"$(arch)"' $$(pkg-config --cflags jansson babeltrace2 libelf gsl libtracecmd) -c -o $@ $<

build/lab-obj/programs/%.o: %.c scripts/programs.mk
	@mkdir -p $(@D)
	$(CC) $(COMMON) -MMD -MP -DSWITCHYARD_ARCH='"i386"' -DVERSION_LTTNG='"$(lttng_version)"' -c -o $@ $<

lab native: lttng_version = $(shell pkg-config --modversion lttng-ctl)

# Unit tests run with every check that the compiler can add.
unit_with := $(call in,util bench/data) bench/schedule.c bench/functions.c bench/ops.c bench/rows.c \
	bench/symbols.c bench/prepare.c bench/job.c bench/recording.c bench/lists.c tracepoints/session/event_size.c tracepoints/session/streams.c
unit: build/tests/unit/bench build/tests/unit/join
	build/tests/unit/bench
	build/tests/unit/join
build/tests/unit/bench: tests/unit/bench.c $(unit_with)
build/tests/unit/join: tests/unit/join.c $(bench)
build/tests/unit/bench build/tests/unit/join: $(wildcard util/*.h bench/*.h bench/data/*.h)
	@mkdir -p $(@D)
	$(CC) $(COMMON) -DSWITCHYARD_ARCH='"$(arch)"' -fsanitize=address,undefined \
		-fno-sanitize-recover=all -o $@ $(filter %.c,$^) $$(pkg-config --cflags --libs cmocka jansson libelf) -lm

-include $(patsubst %.o,%.d,$(call tools_obj,$(cmd) $(plugin) $(stats) $(emulator) vm/join.c) $(call lab_obj,$(agent) $(ops) \
	bench/experiments/misses.c bench/experiments/kvm.c))
