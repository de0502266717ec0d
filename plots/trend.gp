# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Medians over runs, as ratios to the first, of cells that changed; drawn by 'switchyard trend'
#
# CSV: series,run,label,environment,bench,variant,twin,median,relative,against,verdict,how,changed,unit,tier;
# a line for each cell and run. series is the number of the curve, -1 where no curve is drawn; environment
# is the first run that was made in the same. Curves of two environments are not joined, and a line
# stands between them. A ring is a change.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "series" name "S" nooutput
N = exists("S_max") ? int(S_max) + 1 : 0
HEIGHT = 1.9 + 0.14 * (N > 0 ? N : 1)
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

stats CSV using "run" name "R" nooutput
RUNS = int(R_max)
LEGEND_LONGEST = 0
array TITLE[N + 1]
TITLE[1] = "no cell changed"
do for [s = 1:N] {
	T = ""
	stats CSV using (column("series") == s - 1 ? (T = strcol("bench")." ".strcol("variant")." ".strcol("twin"), 1) : NaN) nooutput
	TITLE[s] = T
}
do for [s = 1:(N > 0 ? N : 1)] { if (strlen(TITLE[s]) > LEGEND_LONGEST) { LEGEND_LONGEST = strlen(TITLE[s]) } }
do for [s = 1:(N > 0 ? N : 1)] { eval legend(s, TITLE[s]) }

SHOWN(s) = column("series") == s
Y_LOW = 1
Y_HIGH = 1
stats CSV using (column("series") >= 0 && strlen(strcol("relative")) ? (X = column("relative"), Y_LOW = X < Y_LOW ? X : Y_LOW, Y_HIGH = X > Y_HIGH ? X : Y_HIGH, 1) : NaN) nooutput
PAD = Y_HIGH > Y_LOW ? 0.08 * (Y_HIGH - Y_LOW) : 0.05
set xrange [0.6:RUNS + 0.4]
set yrange [Y_LOW - PAD:Y_HIGH + PAD]
set format y "%.4g"
set ylabel "median / first" offset (KIND eq "svg" ? 1.4 : 0.5),0
set lmargin at screen 0.18
set rmargin at screen 0.965
set bmargin at screen BOTTOM(2.6)
set tmargin at screen LEGEND_TOP(N > 0 ? N : 1)
unset key
# As many labels as have room: one has about seven to nine letters.
WIDEST = 0
do for [r = 1:RUNS] {
	T = ""
	E = 0
	stats CSV using (column("run") == r ? (T = strcol("label"), E = column("environment"), 1) : NaN) nooutput
	if (strlen(T) > WIDEST) { WIDEST = strlen(T) }
	eval sprintf("LABEL%d = T", r)
	eval sprintf("PLACE%d = E", r)
}
EACH = ceil(RUNS * WIDEST / 40.0)
EACH = EACH < 1 ? 1 : EACH
set xtics () nomirror noenhanced
do for [r = 1:RUNS:EACH] { eval sprintf("set xtics add (LABEL%d %d)", r, r) }
do for [r = 2:RUNS] {
	eval sprintf("NEW = PLACE%d != PLACE%d", r, r - 1)
	if (NEW) { set arrow r from r - 0.5, graph 0 to r - 0.5, graph 1 nohead linecolor rgb "#7f7f7f" linewidth 0.7 dashtype 3 }
}
set xlabel "run" offset 0,XUP
set arrow 9000 from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb "#7f7f7f" linewidth 0.7 dashtype 1 back
IN(s, e) = SHOWN(s) && column("environment") == e && strlen(strcol("relative"))
set datafile missing NaN
if (N == 0) {
	plot CSV using "run":(1) with points linetype 1 notitle
} else {
	plot for [e = 1:RUNS] for [s = 1:N] CSV using (IN(s - 1, e) ? column("run") : NaN):(column("relative")) with linespoints linetype s pointsize 0.6 notitle, \
		for [s = 1:N] CSV using (SHOWN(s - 1) && column("changed") == 1 ? column("run") : NaN):(column("relative")) with points linetype s pointtype 6 pointsize 1.4 notitle
}
