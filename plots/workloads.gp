# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Linux workloads in a Guest: ratio to the same program on the lab machine's own kernel
#
# CSV: place,bench,series,variant,twin,native,median,ratio,exits,unit,tier. A row is a workload, a
# point a variant; left of the line at 1 the Guest takes less. On the right is its native time.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "place" name "R" nooutput
ROWS = exists("R_max") ? int(R_max) + 1 : 1
stats ARG1 using "series" name "S" nooutput
SERIES = exists("S_max") ? int(S_max) + 1 : 1
stats ARG1 using "ratio" name "Q" nooutput
STEP = 0.145
TOP = 0.22 + 0.13 * ((SERIES + 2) / 3)
HEIGHT = TOP + ROWS * STEP + 0.62
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

array NAME[SERIES]
do for [s = 1:SERIES] {
	X = ""
	stats CSV using (column("series") == s - 1 ? (X = strcol("variant").(strcol("twin") eq "plain" ? "" : ", ".strcol("twin")), 1) : NaN) nooutput
	NAME[s] = X
}
SMALL = ",".(KIND eq "svg" ? "11.5" : "7")
TINY = ",".(KIND eq "svg" ? "10" : "6")
count(x) = x < 1e4 ? sprintf("%.0f", x) : (x < 1e6 ? sprintf("%.3gk", x / 1e3) : sprintf("%.3gM", x / 1e6))

set logscale x 2
LOW = Q_min < 0.5 ? Q_min / 1.15 : 0.45
HIGH = Q_max > 2 ? Q_max * 1.15 : 2.2
set xrange [LOW:HIGH]
set yrange [ROWS - 0.5:-0.5]
set xtics (0.0625, 0.125, 0.25, 0.5, 0.7, 1, 1.4, 2, 4, 8, 16, 32, 64) format "%g"
set ytics () scale 0 noenhanced font SMALL offset 0.5,0
set xlabel "ratio to native (".UNIT.")" offset 0,XUP noenhanced
set lmargin at screen 0.245
set rmargin at screen 0.875
set tmargin at screen 1 - TOP / HEIGHT
set bmargin at screen BOTTOM(2.6)
# The legend is drawn by hand, three to a row.
unset key
set arrow 1 from 1, graph 0 to 1, graph 1 nohead linecolor rgb "#333333" linewidth 0.9 dashtype 1 back
set label 1 "native" at screen 0.88, screen 1 - (TOP - 0.06) / HEIGHT left font TINY textcolor rgb "#333333"
array DOT[10] = [7, 5, 9, 13, 11, 6, 4, 8, 12, 10]
POINT = KIND eq "svg" ? 0.55 : 1
LEGEND_X(s) = 0.03 + 0.32 * ((s - 1) % 3)
LEGEND_Y(s) = 1 - (0.11 + 0.13 * ((s - 1) / 3)) / HEIGHT
do for [s = 1:SERIES] {
	set label 9100 + s NAME[s] at screen LEGEND_X(s), screen LEGEND_Y(s) left offset 0.8,0 noenhanced font SMALL point linecolor rgb COLOUR[s] pointtype DOT[s] linewidth 0.8 pointsize POINT
}
DODGE(s) = SERIES > 1 ? ((s - 1.0) / (SERIES - 1) - 0.5) * 0.5 : 0
plot CSV using (column("series") == 0 ? HIGH : NaN):"place":yticlabels(strcol("bench")) with points pointtype -1 notitle, \
	for [s = 1:SERIES] CSV using (column("series") == s - 1 ? column("ratio") : NaN):(column("place") + DODGE(s)) with points linecolor rgb COLOUR[s] pointtype DOT[s] linewidth 0.8 pointsize POINT notitle, \
	CSV using (column("series") == 0 ? HIGH : NaN):"place":(count(column("native"))) with labels left offset 0.3,0 font TINY textcolor rgb "#333333" notitle
