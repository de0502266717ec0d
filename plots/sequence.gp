# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Samples in the order in which they were taken: warm-up, drift, modes
#
# CSV: series,label,...,unit,tier,boots,boot,run,from,to,warmup,low,median,high; a line for each
# stretch of the runs of a cell, laid end to end. A bar goes from its smallest to its largest
# sample, a dot is its median; warm-up is pale, and a line divides runs.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "series" name "S" nooutput
N = exists("S_max") ? int(S_max) + 1 : 1
HEIGHT = 0.75 + 0.6 * N
if (HEIGHT < 1.6) { HEIGHT = 1.6 }
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

array NAME[N]
array LEAST[N]
array MOST[N]
do for [s = 1:N] {
	X = ""
	stats CSV using (column("series") == s - 1 ? (X = strcol("label"), 1) : NaN) nooutput
	NAME[s] = X
	stats CSV using (column("series") == s - 1 ? column("low") : NaN) name "L" nooutput
	stats CSV using (column("series") == s - 1 ? column("high") : NaN) name "H" nooutput
	LEAST[s] = L_min
	MOST[s] = H_max
}
stats CSV using "to" name "T" nooutput
MARGIN = BOTTOM(2.6)
TOP = 1 - 0.05/HEIGHT
ROW = (TOP - MARGIN) / N
SMALL = ",".(KIND eq "svg" ? "10" : "6.5")
set lmargin at screen 0.14
set rmargin at screen 0.94
set xrange [0:T_max]
call "operation.gp"
unset key
set multiplot
do for [s = 1:N] {
	L_min = LEAST[s]
	H_max = MOST[s]
	unset logscale y
	PAD = H_max > L_min ? 0.12 * (H_max - L_min) : (H_max > 0 ? 0.01 * H_max : 1)
	LOW = L_min - PAD
	HIGH = H_max + 2.2 * PAD
	if (L_min > 0 && H_max > 8 * L_min) {
		set logscale y
		LOW = L_min / 1.3
		HIGH = H_max * (H_max / L_min) ** 0.2
	}
	set yrange [LOW:HIGH]
	set tmargin at screen TOP - (s - 1) * ROW - 0.015/HEIGHT
	set bmargin at screen TOP - s * ROW + 0.055/HEIGHT
	set format y "%.10g"
	set ytics autofreq nomirror font SMALL noenhanced
	unset ytics
	if (H_max > L_min) {
		set ytics nomirror (L_min, H_max) font SMALL noenhanced
	} else {
		set ytics nomirror (L_min) font SMALL noenhanced
	}
	if (s == N) {
		set format x "%.10g"
		set xtics autofreq nomirror
		LABEL = (OPERATION_ONE ? OPERATION_NAME.": " : "")."samples as taken, boots end to end"
		# So many characters are as wide as the figure.
		LABEL_FONT = strlen(LABEL) > 52 ? SMALL : ""
		set xlabel LABEL offset 0,XUP noenhanced font LABEL_FONT
	} else {
		set format x ""
		unset xlabel
	}
	set label 1 NAME[s]." (".UNIT.")" at graph 0.01, graph 0.9 left noenhanced font SMALL front
	IN(w) = column("series") == s - 1 && column("warmup") == w
	FIRST(c) = column("series") == s - 1 && (c != column("boot") * 1000 + column("run"))
	C = 0
	plot CSV using (column("series") == s - 1 ? (D = C, C = column("boot") * 1000 + column("run"), D != C && D != 0 ? column("from") : NaN) : NaN):(LOW):(0):(HIGH - LOW) with vectors nohead linecolor rgb "#bbbbbb" linewidth 0.5 dashtype 1, \
		CSV using (IN(1) ? 0.5 * (column("from") + column("to")) : NaN):"low":(0):(column("high") - column("low")) with vectors nohead linecolor rgb "#E69F00" linewidth 0.7 dashtype 1, \
		CSV using (IN(1) ? 0.5 * (column("from") + column("to")) : NaN):"median" with points pointtype 7 pointsize 0.16 linecolor rgb "#E69F00", \
		CSV using (IN(0) ? 0.5 * (column("from") + column("to")) : NaN):"low":(0):(column("high") - column("low")) with vectors nohead linecolor rgb COLOUR[1] linewidth 0.7 dashtype 1, \
		CSV using (IN(0) ? 0.5 * (column("from") + column("to")) : NaN):"median" with points pointtype 7 pointsize 0.16 linecolor rgb COLOUR[1]
	unset label 9001
	unset label 9002
}
unset multiplot
