# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Cost of one call in the async ring against how many are drained by one hypercall
#
# CSV: series,variant,twin,number,n,p25,median,p75,unit,tier; the values are of one of `number`.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "series" name "S" nooutput
N = exists("S_max") ? int(S_max) + 1 : 1
ROWS = (N + 2) / 3
HEIGHT = 2.2 + 0.145 * ROWS
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

if (!exists("XLABEL")) XLABEL = "calls in the ring at each hypercall"
if (!exists("YLABEL")) YLABEL = "one call"
TWINS = 0
FIRSTTWIN = ""
stats CSV using (TWINS = TWINS || (strlen(FIRSTTWIN) && FIRSTTWIN ne strcol("twin")), FIRSTTWIN = strcol("twin"), 1) nooutput
array TITLE[N]
do for [s = 1:N] {
	X = ""
	stats CSV using (column("series") == s - 1 ? (X = strcol("variant").(TWINS ? " ".strcol("twin") : ""), 1) : NaN) nooutput
	TITLE[s] = X
}
stats CSV using "number" name "X" nooutput
stats CSV using "p75" name "Y" nooutput
stats CSV using "p25" name "Z" nooutput
if (X_max >= 16 && X_min > 0) {
	set logscale x 2
	set xrange [X_min / 1.15:X_max * 1.15]
} else {
	set xrange [X_min - 0.3:X_max + 0.3]
	if (X_max < 16) { set xtics 1 }
}
if (Z_min > 0 && Y_max > 8 * Z_min) {
	set logscale y
	set yrange [Z_min / 1.4:Y_max * 1.4]
	set ytics () scale 0.5 nomirror noenhanced
	do for [e = int(floor(log10(Z_min))):int(ceil(log10(Y_max)))] {
		do for [m in "1 2 5"] { set ytics add (sprintf("%.10g", m * 10.0 ** e) m * 10.0 ** e) }
	}
} else {
	BASE = Z_min < 0 ? Z_min * 1.08 : 0
	set yrange [BASE:Y_max > 0 ? Y_max * 1.08 : BASE < 0 ? 0 : 1]
}
set format x "%.10g"
set format y "%.10g"
set xlabel XLABEL offset 0,XUP
set ylabel YLABEL." (".UNIT.")" offset (KIND eq "svg" ? 1.0 : 0.2),0 noenhanced
set lmargin at screen 0.165
set rmargin at screen 0.965
set bmargin at screen BOTTOM(2.6)
set tmargin at screen 1 - (0.07 + (N > 1 ? 0.145 * ROWS + 0.04 : 0)) / HEIGHT
if (N > 1) {
	set key at screen 0.05, screen 1 - 0.03/HEIGHT left top Left reverse vertical maxrows ROWS samplen 1.6 font ",".(KIND eq "svg" ? "11" : "7")
} else {
	unset key
}
plot for [s = 1:N] CSV using (column("series") == s - 1 ? column("number") : NaN):"median":"p25":"p75" with yerrorbars linetype (s - 1) % 10 + 1 dashtype 1 linewidth 0.8 pointsize 0.5 notitle, \
	for [s = 1:N] CSV using (column("series") == s - 1 ? column("number") : NaN):"median" with linespoints linetype (s - 1) % 10 + 1 pointsize 0.5 title TITLE[s]
