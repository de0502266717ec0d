# SPDX-License-Identifier: GPL-2.0-or-later
#T:520
# figure: Where a world switch goes: each phase from the far call to back in C, by class of exit
#
# CSV: variant,twin,exit,place,phase,...,kind,bar,bar_of,from,to,unit,tier. A phase is a box from one
# cumulated median to the next where medians add up exactly, else from mean to mean; then the
# whisker on top is the 95 % interval of the mean of the whole.
# A pair of phases that moves the same state has one colour: full on the way out, pale on the way back.
set datafile separator comma
set datafile columnheaders
stats ARG1 using (strcol("kind") eq "phase" && strlen(strcol("bar")) ? column("place") : NaN) name "P" nooutput
M = exists("P_records") && P_records > 0 ? int(P_max) : 1
HEIGHT = M > 16 ? 0.4 + 0.165 * M : 3.0
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

stats CSV using (strcol("kind") eq "sum" && strlen(strcol("bar")) ? column("bar") : NaN) name "S" nooutput
if (!exists("S_records") || S_records == 0) {
	print "no phases in ".CSV
	exit status 1
}
N = int(S_max) + 1
stats CSV using (strcol("kind") eq "sum" && strcol("bar_of") eq "mean" ? column("to") + column("avg_half_width_95") : NaN) name "T" nooutput
stats CSV using (strcol("kind") eq "sum" && strlen(strcol("bar")) ? column("to") : NaN) name "U" nooutput
TOP = U_max
if (exists("T_max") && T_records > 0 && T_max > TOP) { TOP = T_max }

STAT = ""
stats CSV using (strcol("kind") eq "sum" && strlen(strcol("bar")) ? (STAT = strcol("bar_of"), 1) : NaN) nooutput

# Bars are named by the class of exit, or by the variant.
if (!exists("BY")) BY = "exit"
array NAME[N]
LONGEST = 0
do for [b = 1:N] {
	X = ""
	stats CSV using (strcol("kind") eq "sum" && strcol("bar") eq sprintf("%d", b - 1) ? (X = strcol(BY), 1) : NaN) nooutput
	NAME[b] = X
	if (strlen(X) > LONGEST) { LONGEST = strlen(X) }
}
SLANTED = N * LONGEST > 26
# Those of the Switcher have colours of their own; others take some that none of these has, in turn.
array FILL[M]
array NAMED[11] = ["Host saved", "Host tables left", "Guest TR", "Guest CR3", "Guest registers", "in the Guest", "Host CR3", "Host tables", "Host TR", "Host registers", "back in C"]
array NAMED_FILL[11] = ["#E69F00", "#56B4E9", "#F0E442", "#D55E00", "#009E73", "#eeeeee", "#EFBF99", "#BBE1F6", "#F9F4B3", "#F5D999", "#777777"]
array OTHER_FILL[11] = ["#CC79A7", "#332288", "#E8C9DB", "#882255", "#44AA99", "#DDCC77", "#0072B2", "#999933", "#AA4466", "#C5B9E0", "#4D4D4D"]
OTHERS = 0
array PHASE[M]
do for [p = 1:M] {
	X = ""
	Z = 0
	stats CSV using (strcol("kind") eq "phase" && column("place") == p && strlen(strcol("bar")) ? (X = strcol("phase"), Z = column("to") - column("from"), 1) : NaN) nooutput
	AT = sum [i = 1:11] (NAMED[i] eq X ? i : 0)
	if (AT) { FILL[p] = NAMED_FILL[AT] } else {
		FILL[p] = OTHER_FILL[OTHERS % 11 + 1]
		OTHERS = OTHERS + 1
	}
	# With one bar the legend has room for the numbers.
	PHASE[p] = N == 1 ? sprintf("%s: %.4g", X, Z) : X
}

set xrange [-0.6:N - 0.4]
set yrange [0:TOP * 1.08]
set format y "%.10g"
set ylabel STAT." of a switch (".UNIT.")" offset (KIND eq "svg" ? 1.4 : 0.2),0 noenhanced
unset xtics
if (SLANTED) {
	set xtics () scale 0 nomirror noenhanced rotate by 60 right offset 0.4,0.1 font ",".(KIND eq "svg" ? "11" : "7")
} else {
	set xtics () scale 0 nomirror noenhanced offset 0,0.3
}
do for [b = 1:N] {
	set xtics add (NAME[b] b - 1)
}
set lmargin at screen 0.15
set rmargin at screen 0.60
set bmargin at screen BOTTOM(SLANTED ? 0.7 + (KIND eq "svg" ? 0.28 : 0.36) * LONGEST : 1.55)
set tmargin at screen 1 - 0.08/HEIGHT
# The legend is drawn by hand, in the order of the stack: the key would break it in columns.
unset key
LEGEND_STEP = 0.165 / HEIGHT
do for [p = 1:M] {
	LEGEND_Y = 1 - 0.16 / HEIGHT - (M - p) * LEGEND_STEP
	set object p rectangle from screen 0.625, screen LEGEND_Y - 0.036 / HEIGHT to screen 0.668, screen LEGEND_Y + 0.036 / HEIGHT fillcolor rgb FILL[p] fillstyle solid 1 border linecolor rgb "#333333" linewidth 0.5
	set label 9200 + p PHASE[p] at screen 0.685, screen LEGEND_Y left noenhanced font ",".(KIND eq "svg" ? "11" : "7")
}
set style fill solid 1 border rgb "#333333"
W = N < 3 ? 0.3 : 0.38
OK(p) = strcol("kind") eq "phase" && strlen(strcol("bar")) && column("place") == p
BIG(p) = OK(p) && column("to") - column("from") > 0.045 * TOP && N < 7
SMALL = ",".(KIND eq "svg" ? "10" : "6")
IS_SUM(b) = strcol("kind") eq "sum" && strlen(strcol("bar"))
HAS_ERROR(b) = STAT eq "mean" && IS_SUM(b) && strlen(strcol("avg_half_width_95")) && column("avg_half_width_95") > 0
plot for [p = 1:M] CSV using (OK(p) ? column("bar") : NaN):"to":(column("bar") - W):(column("bar") + W):"from":"to" with boxxyerror fillcolor rgb FILL[p] fillstyle solid 1 border rgb "#333333" linewidth 0.5 dashtype 1 notitle, \
	for [p = 1:M] CSV using (BIG(p) ? column("bar") : NaN):(0.5 * (column("from") + column("to"))):(sprintf("%.4g", column("to") - column("from"))) with labels font SMALL textcolor rgb (strstrt(" #777777 #332288 #882255 #0072B2 #AA4466 #4D4D4D ", FILL[p]) ? "#ffffff" : "#000000") notitle, \
	CSV using (HAS_ERROR(0) ? column("bar") : NaN):(column("to") - column("avg_half_width_95")):(0):(2 * column("avg_half_width_95")) with vectors heads size screen 0.012,90 linecolor rgb "#000000" linewidth 0.8 dashtype 1 notitle, \
	CSV using (IS_SUM(0) ? column("bar") : NaN):(column("to") + (HAS_ERROR(0) ? column("avg_half_width_95") : 0)):(sprintf("%.4g", column("to"))) with labels offset 0,0.6 font (N < 7 ? "" : (N < 9 ? SMALL : ",".(KIND eq "svg" ? "8.5" : "5.3"))) notitle
