# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Where in the Guest the exits of a recorded workload come from, by function and class
#
# CSV: bar,function,place,class,exits,from,to,unit,tier. A bar is a function of the Guest's kernel, or
# all programs together; boxes lie in the order of their sum over all bars; `other` is the last.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "bar" name "B" nooutput
BARS = int(B_max) + 1
stats ARG1 using "place" name "P" nooutput
CLASSES = int(P_max) + 1
LEGEND = 0.13 * ((CLASSES + 2) / 3)
HEIGHT = 0.12 + LEGEND + BARS * 0.17 + 0.62
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

array NAME[BARS]
array CLASS[CLASSES]
array SIZE[CLASSES]
do for [b = 1:BARS] {
	X = ""
	stats CSV using (column("bar") == b - 1 ? (X = strcol("function"), 1) : NaN) nooutput
	NAME[b] = X
}
do for [c = 1:CLASSES] {
	X = ""
	Y = 0
	stats CSV using (column("place") == c - 1 ? (X = strcol("class"), Y = Y + column("exits"), 1) : NaN) nooutput
	CLASS[c] = X
	SIZE[c] = Y
}
array FILL[10] = ["#0072B2", "#E69F00", "#009E73", "#56B4E9", "#D55E00", "#CC79A7", "#F0E442", "#999933", "#BBBBBB", "#DDDDDD"]
if (CLASSES <= 10) { FILL[CLASSES] = "#DDDDDD" }
SMALL = ",".(KIND eq "svg" ? "11.5" : "7")
TINY = ",".(KIND eq "svg" ? "10" : "6")

stats CSV using "to" name "T" nooutput
set xrange [0:T_max * 1.12]
set yrange [BARS - 0.4:-0.6]
set ytics () scale 0 noenhanced font TINY
do for [b = 1:BARS] { set ytics add (NAME[b] b - 1) }
unset grid
set grid x linecolor rgb "#dddddd" linewidth 0.5 linetype 1 dashtype 1
set xlabel "exits" offset 0,XUP noenhanced
set lmargin at screen 0.37
set rmargin at screen 0.965
set tmargin at screen 1 - (0.1 + LEGEND) / HEIGHT
set bmargin at screen BOTTOM(2.6)
# The legend is drawn by hand, three to a row; a class without exits is not in it.
unset key
LEGEND_X(c) = 0.02 + 0.33 * ((c - 1) % 3)
LEGEND_Y(c) = 1 - (0.08 + 0.13 * ((c - 1) / 3)) / HEIGHT
AT = 0
do for [c = 1:CLASSES] {
	if (SIZE[c] > 0) {
		AT = AT + 1
		set object c rectangle from screen LEGEND_X(AT), screen LEGEND_Y(AT) - 0.036 / HEIGHT to screen LEGEND_X(AT) + 0.035, screen LEGEND_Y(AT) + 0.036 / HEIGHT fillcolor rgb FILL[c] fillstyle solid 1 border linecolor rgb "#333333" linewidth 0.5
		set label 9200 + c CLASS[c] at screen LEGEND_X(AT) + 0.048, screen LEGEND_Y(AT) left noenhanced font SMALL
	}
}
number(x) = x < 9.95 ? sprintf("%.1f", x) : sprintf("%.0f", x)
H = 0.34
plot for [c = 1:CLASSES] CSV using (column("place") == c - 1 && column("exits") > 0 ? column("from") : NaN):"bar":"from":"to":(column("bar") - H):(column("bar") + H) with boxxyerror fillcolor rgb FILL[c] fillstyle solid 1 border rgb "#333333" linewidth 0.5 dashtype 1 notitle, \
	CSV using (column("place") == CLASSES - 1 ? column("to") : NaN):"bar":(number(column("to"))) with labels left offset 0.4,0 font TINY notitle
