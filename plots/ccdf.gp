# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Complementary distribution of the cost of one operation: how rare the slow ones are
#
# CSV: as for cdf. Both axes are logarithmic, and a curve ends at its largest sample, at the bottom.
# The x axis is linear, with all values on it, if those above 0 lie close or there are none;
# otherwise values of 0 or below are left out, and the axis says how many.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "series" name "S" nooutput
N = exists("S_max") ? int(S_max) + 1 : 1
HEIGHT = 2.2 + 0.14 * N
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

stats CSV using "value" name "A" nooutput
V_min = A_max > 0 ? A_max : 1
stats CSV using (column("value") > 0 && column("value") < V_min ? (V_min = column("value"), 1) : 1) nooutput
stats CSV using "count" name "C" nooutput
stats CSV using (column("value") > 0 ? 0 : column("count")) name "B" nooutput
array TITLE[N]
MOST = 0
do for [s = 1:N] {
	T = ""
	SUM = 0
	TOP = 0
	stats CSV using (column("series") == s - 1 ? (T = strcol("label"), SUM = SUM + column("count"), TOP = column("value"), 1) : NaN) nooutput
	if (SUM > MOST) { MOST = SUM }
	stats CSV using (column("series") == s - 1 && column("upto") >= 0.99 ? column("value") : NaN) name "P" nooutput
	stats CSV using (column("series") == s - 1 && column("upto") >= 0.999 ? column("value") : NaN) name "Q" nooutput
	TITLE[s] = sprintf("%s: p99 %.10g, p99.9 %.10g, max %.10g", T, P_min, Q_min, TOP)
}
FLOOR = 0.5 / MOST
set logscale xy
LEFT = V_min / 1.3
RIGHT = A_max > 0 ? A_max * 1.1 : LEFT
set yrange [FLOOR:1.4]
set format x "%.10g"
set format y "10^{%L}"
set ytics enhanced
set mxtics default
LOG = RIGHT / LEFT >= 12
if (LOG) {
	set xrange [LEFT:RIGHT]
	call "logtics.gp" LEFT RIGHT
} else {
	unset logscale x
	PAD = 0.05 * (A_max - A_min) > 2 ? 0.05 * (A_max - A_min) : 2
	set xrange [A_min - PAD:A_max + PAD]
}
call "operation.gp"
HIDDEN = LOG ? 100.0 * B_sum / C_sum : 0
set xlabel OPERATION.(HIDDEN > 0 ? sprintf("; %.2g %% ≤ 0, not shown", HIDDEN) : "") offset 0,XUP noenhanced
set ylabel "share of samples above x" offset (KIND eq "svg" ? 1.4 : 0.7),0
set lmargin at screen 0.165
set rmargin at screen 0.965
set bmargin at screen BOTTOM(2.6)
set tmargin at screen LEGEND_TOP(N)
unset key
do for [s = 1:N] { if (strlen(TITLE[s]) > LEGEND_LONGEST) { LEGEND_LONGEST = strlen(TITLE[s]) } }
do for [s = 1:N] { eval legend(s, TITLE[s]) }
ABOVE(x) = 1 - x > FLOOR ? 1 - x : FLOOR
plot for [s = 1:N] CSV using (column("series") == s - 1 && (!LOG || column("value") > 0) ? column("value") : NaN):(ABOVE(column("upto"))) with steps linetype s notitle
