# SPDX-License-Identifier: GPL-2.0-or-later
#
# How everything is made: this machine's part here, the i386 part by lab.mk in
# the base.  Called by the Makefile of the project, from its folder.
#
#: make               build everything (missing packages are installed, and named)
#: make report        build, run the default experiment, write results/<run>/report.html
#: make test          build, run all tests, end with "N passed, N failed, N skipped"
#: make lint          check the sources alone: cppcheck, gcc -fanalyzer, shellcheck, checkpatch, style
#: make test-mutants  knock out each rule of containment in turn: some attack must notice
#: make test-debug    the host part and the Guests on a kernel that checks itself (docs/testing.md)
#: make test-linux-debian  Debian's own config of a 686 as a Guest (docs/linux.md)
#: make test-debian13  set-up, build and some of the tests in a tree of Debian 13 (docs/lab.md)
#: make soak          10^7 switches a variant, 10^4 lifetimes, 3*10^7 random operations: hours; goes
#:                    on where it was (STEPS=REGEX, AGAIN=y), and writes docs/soak.md
#: make install       the programs that read runs and traces, their man pages and babeltrace2's plugin,
#:                    to DESTDIR and PREFIX (/usr/local); make uninstall takes them away
#: make deb           the Debian packages for i386 machines, in build/deb (docs/packages.md)
#: make test-native    docs/native.md, typed at the console of an emulated PC with a whole Debian
#: make test-packages  build them, install them in a tree of Debian 12, measure there, purge them
#: make figures       draw the figures of the latest run again (RUN=FOLDER for another)
#: make paper         all tables and figures of RUNS (results/latest) from raw data, in results/paper
#: make bench-counts  instructions of each operation, as a table (VARIANTS=all, WRITE=y)
#: make bench-analysis  speed and memory of the analysis beside those of babeltrace2's own sinks
#: make price         the cost of recording, as a table and a figure (WRITE=y)
#: make journey       print the commentary in reading order; with the code beside it: build/journey.html
#: make setup         only install the Debian packages that are missing
#: make base          only make the i386 tree and the disk of the lab machine
#: make lab           only the i386 part: module, Switcher, Launcher, Guests, tools
#: make linux-guest   a Linux kernel from Debian's source and an initrd: build/lab/linux (docs/linux.md)
#: make tools         only this machine's part: analysis, front end
#: make clean         remove what was built (not the base, not the results)
#: make distclean     remove build/ whole (the cached base and the results stay)
#:
#: vm/lab -- CMD         run CMD in the lab machine (vm/lab --help)
#: scripts/in-base CMD   run CMD in the i386 tree, the project at /src

jobs := $(shell nproc)

build: lab tools

setup:
	@scripts/setup

setup-test:
	@scripts/setup test

base: setup
	@vm/base

# The version header is written here, since git is not in the base; and the lists of what there is
# to choose from.
names:
	@mkdir -p build/lab
	@scripts/build-id >build/build-id.new
	@cmp -s build/build-id.new build/build-id || cp build/build-id.new build/build-id
	@rm build/build-id.new
	@$(MAKE) -s -f scripts/programs.mk version
	@scripts/lists build/lab

lab: base names
	@scripts/in-base make -s -j$(jobs) -f scripts/lab.mk

linux-guest: base
	@scripts/linux-guest

tools: setup names
	@$(MAKE) -s -j$(jobs) -f scripts/programs.mk tools

test: setup-test build
	@tests/run

lint: setup-test build
	@tests/run lint

test-mutants: setup-test build
	@tests/mutants/run

test-debug: setup-test build
	@tests/debug/run

test-debian13:
	@tests/debian13/run

install:
	@scripts/install

uninstall:
	@scripts/install --remove

deb: setup
	@scripts/deb

test-linux-debian: setup-test build
	@tests/linux/debian

test-native: setup
	@scripts/setup test
	@tests/native/run

test-packages: setup
	@tests/packages/run

soak: setup-test build
	@AGAIN=$(AGAIN) tests/soak/whole $(if $(STEPS),'$(STEPS)')

report: build
	@scripts/report

figures: tools
	@build/tools/switchyard plot $(or $(RUN),results/latest)

# The same raw data always give the same files, byte for byte.
paper: tools
	@scripts/paper $(or $(PAPER),results/paper) $(or $(RUNS),results/latest)

# VARIANTS=all for all of them; WRITE=y also renews docs/counts.md.
bench-counts: build
	@VARIANTS="$(VARIANTS)" bench/experiments/counts $(if $(WRITE),--write)

# WRITE=y also renews docs/measuring.md and its figure.
price: build
	@bench/experiments/price $(if $(WRITE),--write)

# Synthetic traces: no lab machine is needed.
bench-analysis: setup-test tools
	@tests/analysis/speed

journey:
	@scripts/journey build/journey.html

clean:
	@rm -rf build/lab build/lab-obj build/tools build/obj build/gen build/tests build/logs build/debug build/deb \
		build/build-id

distclean:
	@rm -rf build

.PHONY: build setup setup-test base names lab linux-guest tools test lint test-mutants \
	test-debug test-debian13 test-linux-debian deb test-native test-packages soak install uninstall report figures bench-counts bench-analysis price paper journey clean distclean
