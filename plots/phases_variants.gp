# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Where a world switch goes in each variant: phases of the commonest exit
#
# CSV: as for phases, of one class of exits and several variants.
BY = "variant"
call "phases.gp" ARG1 ARG2 ARG3 ARG4 ARG5
