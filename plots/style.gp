# SPDX-License-Identifier: GPL-2.0-or-later
# The one style of all figures: a column of a paper wide, text of 8 points, Okabe-Ito
# colours that differ in dashes too. A figure's script loads it first, having set WIDTH = 7.0 if it
# needs both columns of the page, HEIGHT if not 2.5; arguments of every script:
#	gnuplot -c FIGURE.gp CSV OUTPUT pdf|svg|png CAPTION MARK
# MARK is written across the figure, and empty for a measurement.

if (ARGC < 4) {
	print "usage: gnuplot -c FIGURE.gp CSV OUTPUT pdf|svg|png CAPTION [MARK]"
	exit status 1
}
CSV = ARG1
OUT = ARG2
KIND = ARG3
CAPTION = ARG4
MARK = ARG5

if (!exists("WIDTH")) WIDTH = 3.33
if (!exists("HEIGHT")) HEIGHT = 2.5
FACE = "Liberation Sans"

# gnuplot 6 draws ticks of no length, too: with round ends they would be dots.
CAPS = GPVAL_VERSION >= 6 ? "butt" : "rounded"

# One point is as large on the page in all three kinds.
if (KIND eq "pdf") {
	set terminal pdfcairo color enhanced size WIDTH*1in,HEIGHT*1in font FACE.",8" fontscale 0.75 linewidth 0.9 pointscale 0.5 @CAPS
} else { if (KIND eq "svg") {
	set terminal svg enhanced dynamic size 120*WIDTH,120*HEIGHT font FACE.",13" fontscale 1 linewidth 1.3 @CAPS background rgb "white"
} else { if (KIND eq "png") {
	set terminal pngcairo color enhanced size 300*WIDTH,300*HEIGHT font FACE.",8" fontscale 3.125 linewidth 3.5 pointscale 2 @CAPS background rgb "white"
} else {
	print "not a kind of figure: ".KIND
	exit status 1
} } }
set output OUT

set datafile separator comma
set datafile columnheaders
set encoding utf8

# Every CSV has the columns unit and tier; if one of them has several values nothing is drawn.
UNIT = ""
TIER = ""
MIXED = 0
stats CSV using (MIXED = MIXED || (strlen(UNIT) && (UNIT ne strcol("unit") || TIER ne strcol("tier"))), UNIT = strcol("unit"), TIER = strcol("tier"), 1) nooutput
if (UNIT eq "") {
	print "no data in ".CSV
	exit status 1
}
if (MIXED) {
	print "tiers are mixed in ".CSV
	exit status 1
}

array COLOUR[10] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C7F00", "#7F7F7F", "#7A3E9D"]
do for [i = 1:10] {
	set linetype i linecolor rgb COLOUR[i] linewidth 1.5 dashtype i pointtype i
}
set linetype 1 dashtype 1
set linetype 2 dashtype (6,3)
set linetype 3 dashtype (2,2)
set linetype 4 dashtype (8,3,2,3)
set linetype 5 dashtype (12,3)
set linetype 6 dashtype (4,2,1,2,1,2)
set linetype 7 dashtype (1,2)
set linetype 8 dashtype (10,2,2,2)
set linetype 9 dashtype (3,4)
set linetype 10 dashtype (14,2,2,2)

set border 3 linewidth 0.7 linecolor rgb "#333333"
set tics nomirror out scale 0.5
set grid y linecolor rgb "#dddddd" linewidth 0.5 linetype 1 dashtype 1
set key noenhanced samplen 2.2 spacing 1.05
# How much nearer the label of an x axis is than gnuplot's default.
XUP = KIND eq "svg" ? 0.95 : 0.5
set xtics noenhanced offset 0,0.3
set ytics noenhanced

# A legend of lines from the top down, one row each, since gnuplot's key would choose columns.
# Its text is smaller if LEGEND_LONGEST, the number of characters of the longest line, requires it.
LEGEND_LONGEST = 0
LEGEND_POINTS(x) = x > 50 ? 7.5 * 50 / x : 7.5
LEGEND_ROW = KIND eq "svg" ? 0.155 : 0.135
legend(s, text) = sprintf("set arrow %d from screen 0.03, screen %f to screen 0.115, screen %f nohead linetype %d front; set label %d '%s' at screen 0.13, screen %f left noenhanced font ',%.3g'", 9100 + s, 1 - (0.07 + LEGEND_ROW * (s - 0.5)) / HEIGHT, 1 - (0.07 + LEGEND_ROW * (s - 0.5)) / HEIGHT, s, 9100 + s, text, 1 - (0.07 + LEGEND_ROW * (s - 0.5)) / HEIGHT, LEGEND_POINTS(LEGEND_LONGEST) * (KIND eq "svg" ? 1.6 : 1))
LEGEND_TOP(n) = 1 - (0.14 + LEGEND_ROW * n) / HEIGHT

# Under the figure: unit and tier, n, commit, kernel, QEMU; lines end at spaces.
LINES = 1
START = 1
SPACE = 0
do for [i = 1:strlen(CAPTION)] {
	if (CAPTION[i:i] eq " ") { SPACE = i }
	if (i - START >= 24.5 * WIDTH && SPACE > START) {
		CAPTION = CAPTION[1:SPACE - 1]."\n".CAPTION[SPACE + 1:]
		START = SPACE + 1
		LINES = LINES + 1
	}
}
CAPTION_LINE = KIND eq "svg" ? 0.122 : 0.1
CAPTION_HEIGHT = (LINES * CAPTION_LINE + 0.03) / HEIGHT
set label 9001 CAPTION at screen 0.012, screen CAPTION_HEIGHT - 0.045/HEIGHT left noenhanced font ",".(KIND eq "svg" ? "9.75" : "6") textcolor rgb "#333333" front
if (strlen(MARK)) {
	set label 9002 MARK at screen 0.55, screen 0.55 center rotate by 28 noenhanced font ",".(KIND eq "svg" ? "46" : "28") textcolor rgb "#d8d8d8" back
}
# Room for the caption, in screen units; the axis label stands above it.
BOTTOM(lines) = CAPTION_HEIGHT + (lines * (KIND eq "svg" ? 0.16 : 0.125) + 0.03) / HEIGHT
