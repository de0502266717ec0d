# SPDX-License-Identifier: GPL-2.0-or-later
#T:533
# figure: Cost of one call in the async ring against how many are drained by one hypercall
#
# CSV: series,variant,twin,number,n,p25,median,p75,unit,tier; the values are of one of `number`.
HEIGHT = 2.3
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

if (!exists("XLABEL")) XLABEL = "calls in the ring at each hypercall"
if (!exists("YLABEL")) YLABEL = "one call"
stats CSV using "series" name "S" nooutput
N = int(S_max) + 1
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
if (X_max >= 16) {
	set logscale x 2
	set xrange [X_min / 1.15:X_max * 1.15]
} else {
	set xrange [X_min - 0.3:X_max + 0.3]
	set xtics 1
}
if (Z_min > 0 && Y_max > 8 * Z_min) {
	set logscale y
	set yrange [Z_min / 1.4:Y_max * 1.4]
} else {
	set yrange [0:Y_max * 1.08]
}
set format x "%.10g"
set format y "%.10g"
set xlabel XLABEL offset 0,XUP
set ylabel YLABEL." (".UNIT.")" offset (KIND eq "svg" ? 1.0 : 0.2),0 noenhanced
set lmargin at screen 0.165
set rmargin at screen 0.965
set bmargin at screen BOTTOM(2.6)
ROWS = (N + 2) / 3
set tmargin at screen 1 - (0.07 + (N > 1 ? 0.145 * ROWS : 0)) / HEIGHT
if (N > 1) {
	set key at screen 0.05, screen 1 - 0.03/HEIGHT left top Left reverse horizontal maxcols 3 samplen 1.6 font ",".(KIND eq "svg" ? "11" : "7")
} else {
	unset key
}
plot for [s = 1:N] CSV using (column("series") == s - 1 ? column("number") : NaN):"median":"p25":"p75" with yerrorbars linetype (s - 1) % 8 + 1 dashtype 1 linewidth 0.8 pointsize 0.5 notitle, \
	for [s = 1:N] CSV using (column("series") == s - 1 ? column("number") : NaN):"median" with linespoints linetype (s - 1) % 8 + 1 pointsize 0.5 title TITLE[s]
