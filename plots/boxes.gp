# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Samples of each cell as a box plot: quartiles, median, whiskers, outliers
#
# CSV: series,label,...,unit,tier,boots,kind,count,low,p25,median,p75,high,outliers. A line of
# kind box for each cell; one of kind outlier, its value in the column median, for each distinct
# value beyond the whiskers.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "series" name "S" nooutput
N = exists("S_max") ? int(S_max) + 1 : 1
HEIGHT = 0.75 + 0.19 * N
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

array NAME[N]
array MIDDLE[N]
array BEYOND[N]
do for [s = 1:N] {
	X = ""
	Y = 0
	Z = 0
	stats CSV using (column("series") == s - 1 && strcol("kind") eq "box" ? (X = strcol("label"), Y = column("median"), Z = column("outliers"), 1) : NaN) nooutput
	NAME[s] = X
	MIDDLE[s] = Y
	BEYOND[s] = Z
}
stats CSV using (strcol("kind") eq "box" ? column("low") : column("median")) name "L" nooutput
stats CSV using (strcol("kind") eq "box" ? column("high") : column("median")) name "H" nooutput
LEFT = L_min
RIGHT = H_max
if (LEFT > 0 && RIGHT > 8 * LEFT) {
	set logscale x
	LEFT = LEFT / 1.3
	RIGHT = RIGHT * 1.3
} else {
	PAD = RIGHT > LEFT ? 0.05 * (RIGHT - LEFT) : (RIGHT > 0 ? 0.02 * RIGHT : 1)
	LEFT = LEFT - PAD
	RIGHT = RIGHT + PAD
}
LONGEST = 0
do for [s = 1:N] { if (strlen(NAME[s]) > LONGEST) { LONGEST = strlen(NAME[s]) } }
set xrange [LEFT:RIGHT]
set yrange [N - 0.4:-0.6]
if (LEFT > 0 && RIGHT > 8 * LEFT) { call "logtics.gp" LEFT RIGHT }
set format x "%.10g"
unset ytics
set ytics () scale 0 nomirror noenhanced
do for [s = 1:N] { set ytics add (NAME[s] s - 1) }
unset grid
set grid x linecolor rgb "#dddddd" linewidth 0.5 linetype 1 dashtype 1
call "operation.gp"
set xlabel OPERATION offset 0,XUP noenhanced
set lmargin at screen 0.03 + (LONGEST * 0.0165 < 0.45 ? LONGEST * 0.0165 : 0.45)
set rmargin at screen 0.80
set bmargin at screen BOTTOM(2.6)
set tmargin at screen 1 - 0.07/HEIGHT
unset key
# Beside its box are the median and the number of samples beyond the whiskers.
do for [s = 1:N] {
	set label s sprintf(BEYOND[s] > 0 ? "%.10g (%.0f out)" : "%.10g", MIDDLE[s], BEYOND[s]) at graph 1.025, first s - 1 left noenhanced font ",".(KIND eq "svg" ? "11" : "7")
}
IS(k) = strcol("kind") eq k
W = 0.28
plot CSV using (IS("outlier") ? column("median") : NaN):(column("series")) with points pointtype 6 pointsize 0.5 linecolor rgb "#D55E00" linewidth 0.7 notitle, \
	CSV using (IS("box") ? column("low") : NaN):(column("series")):(column("high") - column("low")):(0) with vectors heads size screen 0.008,90 linecolor rgb "#333333" linewidth 0.8 dashtype 1 notitle, \
	CSV using (IS("box") ? column("median") : NaN):(column("series")):"p25":"p75":(column("series") - W):(column("series") + W) with boxxyerror fillcolor rgb "#BBE1F6" fillstyle solid 1 border rgb "#0072B2" linewidth 0.8 dashtype 1 notitle, \
	CSV using (IS("box") ? column("median") : NaN):(column("series") - W):(0):(2 * W) with vectors nohead linecolor rgb "#000000" linewidth 1.6 dashtype 1 notitle
