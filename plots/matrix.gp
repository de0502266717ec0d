# SPDX-License-Identifier: GPL-2.0-or-later
#T:532
# figure: Every variant beside the baseline: ratio of medians, and the difference below it
#
# CSV: row,column,bench,variant,twin,baseline,median,of,ratio,difference,unit,tier. The
# baseline's own column shows its median. Blue is less than the baseline, orange more, full at
# half and at twice.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "row" name "R" nooutput
ROWS = exists("R_max") ? int(R_max) + 1 : 1
HEIGHT = 1.0 + 0.235 * ROWS
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

stats CSV using "column" name "C" nooutput
COLUMNS = int(C_max) + 1
LONGEST = 0
do for [r = 1:ROWS] {
	X = ""
	stats CSV using (column("row") == r - 1 ? (X = strcol("bench"), 1) : NaN) nooutput
	if (strlen(X) > LONGEST) { LONGEST = strlen(X) }
	eval sprintf("ROW%d = X", r)
}
BASE = ""
stats CSV using (BASE = strcol("baseline"), 1) nooutput
WIDEST = 0
do for [c = 1:COLUMNS] {
	X = ""
	stats CSV using (column("column") == c - 1 ? (X = strcol("variant"), 1) : NaN) nooutput
	if (strlen(X) > WIDEST) { WIDEST = strlen(X) }
	eval sprintf("COLUMN%d = X", c)
}
SMALL = ",".(KIND eq "svg" ? "9.5" : "6")
TINY = ",".(KIND eq "svg" ? "7.6" : "4.8")
unset border
unset grid
unset key
set xrange [-0.5:COLUMNS - 0.5]
set yrange [ROWS - 0.5:-0.5]
unset xtics
unset ytics
set x2range [-0.5:COLUMNS - 0.5]
set x2tics () scale 0 rotate by 90 left noenhanced font SMALL offset 0,-0.3
set ytics () scale 0 noenhanced font SMALL offset 0.5,0
do for [c = 1:COLUMNS] { eval sprintf("set x2tics add (COLUMN%d %d)", c, c - 1) }
do for [r = 1:ROWS] { eval sprintf("set ytics add (ROW%d %d)", r, r - 1) }
set lmargin at screen 0.03 + LONGEST * 0.0155
set rmargin at screen 0.965
set bmargin at screen BOTTOM(0.4)
set tmargin at screen 1 - (0.1 + 0.05 * WIDEST) / HEIGHT

# From white to full as the ratio goes from 1 to 2, or to 1/2.
clip(x) = x > 1 ? 1 : x
strength(r) = r > 0 ? clip(abs(log(r) / log(2))) * 0.75 : 0
mix(white, full, s) = int(white + (full - white) * s)
rgb(R, G, B, s) = mix(255, R, s) * 65536 + mix(255, G, s) * 256 + mix(255, B, s)
shade(r) = r < 1 ? rgb(0, 114, 178, strength(r)) : rgb(230, 120, 0, strength(r))
KNOWN(x) = strlen(strcol("ratio"))
IS_BASE(x) = strcol("variant") eq strcol("baseline")
plot CSV using "column":"row":(0.5):(0.5):(IS_BASE(0) ? 15658734 : (KNOWN(0) ? shade(column("ratio")) : 16777215)) with boxxyerror fillcolor rgb variable fillstyle solid 1 border rgb "#ffffff" linewidth 1 dashtype 1, \
	CSV using (IS_BASE(0) ? column("column") : NaN):"row":(sprintf("%.10g", column("median"))) with labels font SMALL, \
	CSV using (!IS_BASE(0) && KNOWN(0) ? column("column") : NaN):(column("row") - 0.19):(sprintf("%.2f", column("ratio"))) with labels font SMALL, \
	CSV using (!IS_BASE(0) ? column("column") : NaN):(column("row") + 0.24):(sprintf("%+.10g", column("difference"))) with labels font TINY textcolor rgb "#444444"
