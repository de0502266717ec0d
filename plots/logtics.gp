# SPDX-License-Identifier: GPL-2.0-or-later
# Tics of a logarithmic x axis from ARG1 to ARG2: 1, 2 and 5 of each decade, or decades alone
# where there are three or more.
unset xtics
set xtics () nomirror out scale 0.5 noenhanced offset 0,0.3
LOGTICS_LOW = real(ARG1)
LOGTICS_HIGH = real(ARG2)
LOGTICS_WIDE = log10(LOGTICS_HIGH / LOGTICS_LOW) > 2.4
do for [LOGTICS_E = int(floor(log10(LOGTICS_LOW))):int(ceil(log10(LOGTICS_HIGH)))] {
	do for [LOGTICS_M = 1:5] {
		if (LOGTICS_M == 1 || (!LOGTICS_WIDE && (LOGTICS_M == 2 || LOGTICS_M == 5))) {
			LOGTICS_X = LOGTICS_M * 10.0 ** LOGTICS_E
			if (LOGTICS_X >= LOGTICS_LOW && LOGTICS_X <= LOGTICS_HIGH) { set xtics add (sprintf("%.10g", LOGTICS_X) LOGTICS_X) }
		}
	}
}
