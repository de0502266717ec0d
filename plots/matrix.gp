# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Every variant beside the baseline: ratio of medians, and the difference
#
# CSV: row,column,bench,variant,twin,baseline,median,of,ratio,difference,unit,tier. The
# baseline's own column shows its median; = stands where there is no difference. Blue is less than
# the baseline, orange more, full at half and at twice. With many variants or rows the figure takes
# both columns of the page, and a cell has one line, not two. A page is 9 in high: rows that
# do not fit are set closer and smaller.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "row" name "R" nooutput
ROWS = exists("R_max") ? int(R_max) + 1 : 1
stats ARG1 using "column" name "C" nooutput
COLUMNS = exists("C_max") ? int(C_max) + 1 : 0
if (COLUMNS == 1) {
	print "nothing to compare in ".ARG1
	exit status 1
}
LONGEST = 0
WIDEST = 0
WORD = 0
DEEPEST = 1
if (COLUMNS > 0) {
	do for [r = 1:ROWS] {
		X = ""
		stats ARG1 using (column("row") == r - 1 ? (X = strcol("bench"), 1) : NaN) nooutput
		if (strlen(X) > LONGEST) { LONGEST = strlen(X) }
		eval sprintf("ROW%d = X", r)
	}
	do for [c = 1:COLUMNS] {
		X = ""
		stats ARG1 using (column("column") == c - 1 ? (X = strcol("variant"), 1) : NaN) nooutput
		if (strlen(X) > WIDEST) { WIDEST = strlen(X) }
		eval sprintf("COLUMN%d = X", c)
		# A heading on lines of its own words, where its column has room for the longest.
		LINES = ""
		N = 0
		while (strstrt(X, "_") > 0) {
			AT = strstrt(X, "_")
			if (AT > WORD) { WORD = AT }
			LINES = LINES.X[1:AT]."\n"
			N = N + 1
			X = X[AT + 1:*]
		}
		if (strlen(X) > WORD) { WORD = strlen(X) }
		if (N + 1 > DEEPEST) { DEEPEST = N + 1 }
		eval sprintf("LINES%d = LINES.X", c)
	}
}

# In inches: names on the left, the baseline's column as wide as the others.
NARROW = 0.29
ONELINE = 0.145 + LONGEST * 0.047 + COLUMNS * NARROW > 3.33 || ROWS > 30
WIDTH = ONELINE ? 7.0 : 3.33
LEFT = 0.1 + LONGEST * (ONELINE ? 0.051 : 0.047)
CELL = (WIDTH - 0.1 - LEFT) / COLUMNS
LEVEL = WORD * (ONELINE ? 0.055 : 0.051) < CELL
TOP = LEVEL ? 0.16 + DEEPEST * 0.11 : 0.16 + WIDEST * (ONELINE ? 0.051 : 0.047)
STEP = ONELINE ? 0.15 : 0.235
if (TOP + 0.45 + ROWS * STEP > 9) { STEP = (9 - TOP - 0.45) / ROWS }
HEIGHT = TOP + 0.45 + ROWS * STEP
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

# The size of text that a row, or a cell, has room for.
POINTS = ONELINE ? 7 : 6.5
if (ONELINE && POINTS > 72 * 0.67 * STEP) { POINTS = 72 * 0.67 * STEP }
if (ONELINE && POINTS > 72 * CELL / 5.4) { POINTS = 72 * CELL / 5.4 }
SIZE(points) = sprintf(",%.3g", KIND eq "svg" ? points * 13.0 / 8 : points)
SMALL = SIZE(POINTS)
TINY = SIZE(POINTS - (ONELINE ? 0.5 : 1))
unset border
unset grid
unset key
set xrange [-0.5:COLUMNS - 0.5]
set yrange [ROWS - 0.5:-0.5]
unset xtics
unset ytics
set x2range [-0.5:COLUMNS - 0.5]
if (LEVEL) {
	set x2tics () scale 0 noenhanced font SMALL offset 0,-0.3
} else {
	set x2tics () scale 0 rotate by 90 left noenhanced font SMALL offset 0,-0.3
}
set ytics () scale 0 noenhanced font SMALL offset 0.5,0
do for [c = 1:COLUMNS] { eval sprintf("set x2tics add (%s%d %d)", LEVEL ? "LINES" : "COLUMN", c, c - 1) }
do for [r = 1:ROWS] { eval sprintf("set ytics add (ROW%d %d)", r, r - 1) }
set lmargin at screen LEFT / WIDTH
set rmargin at screen 1 - 0.1 / WIDTH
set tmargin at screen 1 - TOP / HEIGHT
set bmargin at screen 1 - (TOP + ROWS * STEP) / HEIGHT

# From white to full as the ratio goes from 1 to 2, or to 1/2.
clip(x) = x > 1 ? 1 : x
strength(r) = r > 0 ? clip(abs(log(r) / log(2))) * 0.75 : 0
mix(white, full, s) = int(white + (full - white) * s)
rgb(R, G, B, s) = mix(255, R, s) * 65536 + mix(255, G, s) * 256 + mix(255, B, s)
shade(r) = r < 1 ? rgb(0, 114, 178, strength(r)) : rgb(230, 120, 0, strength(r))
KNOWN(x) = strlen(strcol("ratio"))
IS_BASE(x) = strcol("variant") eq strcol("baseline")
OTHER(x) = !IS_BASE(0) && column("difference") != 0
SAME(x) = !IS_BASE(0) && column("difference") == 0
# No number is longer than six characters.
short(x, plus) = abs(x) >= 1e7 ? sprintf(plus ? "%+.0fM" : "%.0fM", x / 1e6) : \
	abs(x) >= (plus ? 1e4 : 1e5) ? sprintf(plus ? "%+.0fk" : "%.0fk", x / 1e3) : \
	abs(x) >= 100 || x == int(x) ? sprintf(plus ? "%+.0f" : "%.0f", x) : sprintf(plus ? "%+.3g" : "%.3g", x)
ratio(x) = sprintf(x < 9.995 ? "%.2f" : (x < 99.95 ? "%.1f" : "%.0f"), x)
RIGHT = ONELINE ? "right" : "center"
DX = ONELINE ? -0.05 : 0
DIFFERENCE_X = ONELINE ? 0.47 : 0
plot CSV using "column":"row":(0.5):(0.5):(IS_BASE(0) ? 15658734 : (KNOWN(0) ? shade(column("ratio")) : 16777215)) with boxxyerror fillcolor rgb variable fillstyle solid 1 border rgb "#e4e4e4" linewidth 0.5 dashtype 1, \
	CSV using (IS_BASE(0) ? column("column") : NaN):"row":(short(column("median"), 0)) with labels font SMALL, \
	CSV using (SAME(0) ? column("column") : NaN):"row":("=") with labels font SMALL textcolor rgb "#666666", \
	CSV using (OTHER(0) && KNOWN(0) ? column("column") + DX : NaN):(column("row") - (ONELINE ? 0 : 0.2)):(ratio(column("ratio"))) with labels @RIGHT font SMALL, \
	CSV using (OTHER(0) ? column("column") + DIFFERENCE_X : NaN):(column("row") + (ONELINE ? 0 : 0.24)):(short(column("difference"), 1)) with labels @RIGHT font TINY textcolor rgb "#333333"
