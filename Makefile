# SPDX-License-Identifier: GPL-2.0-or-later
#
# What to ask for.  Each target runs scripts/build.mk under this checkout's
# lock; the work is described there and in the folders' own Makefiles.

targets := build setup base lab linux-guest tools test lint test-mutants \
	test-debug test-debian13 test-linux-debian test-native test-packages deb soak install uninstall report figures bench-counts \
	bench-analysis price paper journey clean distclean

all: build

$(targets):
	@scripts/locked $(MAKE) --no-print-directory -f scripts/build.mk $@

help:
	@sed -n 's/^#: //p' scripts/build.mk

.PHONY: all help $(targets)
