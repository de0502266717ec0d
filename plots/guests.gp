# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Cost of one turn of a Guest against how many Guests take turns on one CPU
#
# CSV: as for batch; a turn is an OUT to the Launcher, which yields the CPU, and the way back.
XLABEL = "Guests in turn on one CPU"
YLABEL = "one turn"
call "batch.gp" ARG1 ARG2 ARG3 ARG4 ARG5
