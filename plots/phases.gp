# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Where a world switch goes, by class of exit: the trip from the far call to back in C, and in C from there to the next enter
#
# CSV: variant,twin,exit,place,phase,...,p50,...,kind,bar,bar_of,from,to,unit,tier. A phase is a box
# from one cumulated median to the next where medians add up, else from mean to mean; then the
# whisker on top is the 95 % interval of the mean of the whole. Phases in C lie on those of the trip
# in time, but in a panel of their own, whose axis is another; without stamps of C there is none.
# A pair of phases that moves the same state has one colour: full on the way out, pale on the way back.
set datafile separator comma
set datafile columnheaders
array PART[2] = ["phase", "phase_in_c"]
array WHOLE[2] = ["sum", "sum_in_c"]
array ROWS[2] = [0, 0]
# The places of boxes, panel by panel.
PLACES = ""
do for [q = 1:2] {
	undefine P_*
	stats ARG1 using (strcol("kind") eq PART[q] && strlen(strcol("bar")) && column("to") > column("from") ? column("place") : NaN) name "P" nooutput
	if (exists("P_records") && P_records > 0) {
		do for [p = int(P_min):int(P_max)] {
			undefine Q_*
			stats ARG1 using (strcol("kind") eq PART[q] && strlen(strcol("bar")) && column("to") > column("from") && column("place") == p ? 1 : NaN) name "Q" nooutput
			if (exists("Q_records") && Q_records > 0) {
				ROWS[q] = ROWS[q] + 1
				PLACES = PLACES.sprintf(" %d", p)
			}
		}
	}
}
PANELS = ROWS[2] > 0 ? 2 : 1
# Inches of the upper panel with its legend.
UPPER = PANELS < 2 ? 0 : 0.3 + 0.165 * (ROWS[2] > 8 ? ROWS[2] : 8)
HEIGHT = (ROWS[1] > 16 ? 0.4 + 0.165 * ROWS[1] : 3.0) + UPPER
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

stats CSV using (strcol("kind") eq "sum" && strlen(strcol("bar")) ? column("bar") : NaN) name "S" nooutput
if (!exists("S_records") || S_records == 0 || ROWS[1] == 0) {
	print "no phases in ".CSV
	exit status 1
}
N = int(S_max) + 1

# Bars are named by the class of exit, or by the variant.
if (!exists("BY")) BY = "exit"
array NAME[N]
LONGEST = 0
# A long name stands in two lines where that fits, and is turned only where it does not.
CUT(x) = strstrt(x, "_")
PART_OF(x) = CUT(x) > strlen(x) - CUT(x) ? CUT(x) : strlen(x) - CUT(x)
LONGEST_PART = 0
do for [b = 1:N] {
	X = ""
	stats CSV using (strcol("kind") eq "sum" && strcol("bar") eq sprintf("%d", b - 1) ? (X = strcol(BY), 1) : NaN) nooutput
	NAME[b] = X
	if (strlen(X) > LONGEST) { LONGEST = strlen(X) }
	if (PART_OF(X) > LONGEST_PART) { LONGEST_PART = PART_OF(X) }
}
IN_TWO = N * LONGEST > 26 && N * LONGEST_PART <= 31
SLANTED = N * LONGEST > 26 && !IN_TWO
BAR_FONT = IN_TWO ? ",".(KIND eq "svg" ? "11" : "6.5") : ""
# Known phases have colours of their own; those of another build get other colours in turn.
array NAMED[22] = ["Host saved", "Host tables left", "Guest TR", "Guest CR3 (claimed)", "Guest registers (claimed)", "in the Guest (claimed)", "Host CR3", "Host tables", "Host TR", "Host registers", "back in C", "way out recorded", "fast re-entry", "levers back", "Host interrupts", "ring", "handling", "Launcher", "interrupts", "levers", "copy-in", "Host CPU ready"]
array NAMED_FILL[22] = ["#E69F00", "#56B4E9", "#F0E442", "#D55E00", "#009E73", "#eeeeee", "#EFBF99", "#BBE1F6", "#F9F4B3", "#F5D999", "#777777", "#ffffff", "#44AA99", "#E8C9DB", "#882255", "#DDCC77", "#0072B2", "#C5B9E0", "#AA4466", "#CC79A7", "#999933", "#4D4D4D"]
array OTHER_FILL[11] = ["#CC79A7", "#332288", "#E8C9DB", "#882255", "#44AA99", "#DDCC77", "#0072B2", "#999933", "#AA4466", "#C5B9E0", "#4D4D4D"]
OTHERS = 0

NUMBER(x) = x < 1000 ? sprintf("%.4g", x) : sprintf("%.0f", x)
STAT(q) = word(STATS, q)
BOX(q, p) = strcol("kind") eq PART[q] && strlen(strcol("bar")) && column("place") == p && column("to") > column("from")
IS_SUM(q) = strcol("kind") eq WHOLE[q] && strlen(strcol("bar"))
HAS_ERROR(q) = STAT(q) eq "mean" && IS_SUM(q) && strlen(strcol("avg_half_width_95")) && column("avg_half_width_95") > 0
# The number on a bar: a median of the whole is that of the table.
ALL(q) = STAT(q) eq "mean" ? column("to") : column("p50")

array TOP[2]
STATS = ""
do for [q = 1:PANELS] {
	stats CSV using (IS_SUM(q) ? (X = strcol("bar_of"), 1) : NaN) nooutput
	STATS = STATS.X." "
	stats CSV using (IS_SUM(q) ? column("to") + (HAS_ERROR(q) ? column("avg_half_width_95") : 0) : NaN) name "U" nooutput
	TOP[q] = U_max
}
# The boxes of a panel, from the bottom up, are OF(q, 1) to OF(q, ROWS[q]).
OF(q, k) = k + (q == 1 ? 0 : ROWS[1])
array PLACE[ROWS[1] + ROWS[2]]
array PHASE[ROWS[1] + ROWS[2]]
array FILL[ROWS[1] + ROWS[2]]
LEGEND_Y(q, k) = 1 - (0.16 + (q == 1 ? UPPER : 0) + (ROWS[q] - k) * 0.165) / HEIGHT
CLAIMED_N = 0
CLAIMED_Y = 0
do for [q = 1:PANELS] {
	do for [k = 1:ROWS[q]] {
		PLACE[OF(q, k)] = int(word(PLACES, OF(q, k)))
		stats CSV using (BOX(q, PLACE[OF(q, k)]) ? (X = strcol("phase"), Z = column("to") - column("from"), 1) : NaN) nooutput
		# With one bar the legend has room for the numbers.
		# Claimed phases are adjacent, with the word beside all of them.
		AT = strstrt(X, " (claimed)")
		if (AT) {
			CLAIMED_N = CLAIMED_N + 1
			CLAIMED_Y = CLAIMED_Y + LEGEND_Y(q, k)
		}
		PHASE[OF(q, k)] = (AT ? X[1:AT - 1] : X).(N == 1 ? ": ".NUMBER(Z) : "")
		AT = sum [i = 1:22] (NAMED[i] eq X ? i : 0)
		if (AT) { FILL[OF(q, k)] = NAMED_FILL[AT] } else {
			FILL[OF(q, k)] = OTHER_FILL[OTHERS % 11 + 1]
			OTHERS = OTHERS + 1
		}
	}
}

set xrange [-0.6:N - 0.4]
set format y "%.10g"
# Room for the longest numbers of an axis.
DIGITS = strlen(sprintf("%.0f", 1.1 * (PANELS == 2 && TOP[2] > TOP[1] ? TOP[2] : TOP[1])))
set lmargin at screen 0.15 + (DIGITS > 3 ? 0.022 * (DIGITS - 3) : 0)
set rmargin at screen 0.60
# The legend is drawn by hand, in the order of the stack: gnuplot's key would split it into columns.
unset key
set style fill solid 1 border rgb "#333333"
W = N < 3 ? 0.3 : 0.38
SMALL = ",".(KIND eq "svg" ? "10" : "6")
BIG(q, p) = BOX(q, p) && column("to") - column("from") > 0.045 * TOP[q] && N < 7
IS_DARK(fill) = strstrt(" #777777 #332288 #882255 #0072B2 #AA4466 #4D4D4D ", fill)
if (SLANTED) {
	set xtics () scale 0 nomirror noenhanced rotate by 60 right offset 0.4,0.1 font ",".(KIND eq "svg" ? "11" : "7")
} else {
	set xtics () scale 0 nomirror noenhanced offset 0,0.3 font BAR_FONT
}
do for [b = 1:N] {
	X = NAME[b]
	set xtics add ((IN_TWO && CUT(X) ? X[1:CUT(X)]."\n".X[CUT(X) + 1:*] : X) b - 1)
}

set multiplot
do for [q = 1:PANELS] {
	set yrange [0:TOP[q] * (q == 1 ? 1.08 : 1.12)]
	set ylabel STAT(q).(PANELS == 1 ? " of a switch (" : q == 1 ? " of the trip (" : " in C (").UNIT.")" offset (KIND eq "svg" ? 1.4 : 0.2),0 noenhanced
	set tmargin at screen 1 - (0.08 + (q == 1 ? UPPER : 0)) / HEIGHT
	if (q == 1) {
		set bmargin at screen BOTTOM(SLANTED ? 0.7 + (KIND eq "svg" ? 0.28 : 0.36) * LONGEST : IN_TWO ? 2.4 : 1.55)
	} else {
		# The caption is set once.
		unset label 9001
		unset label 9002
		unset xtics
		set bmargin at screen 1 - (UPPER - 0.1) / HEIGHT
	}
	do for [k = 1:ROWS[q]] {
		set object k rectangle from screen 0.625, screen LEGEND_Y(q, k) - 0.036 / HEIGHT to screen 0.668, screen LEGEND_Y(q, k) + 0.036 / HEIGHT fillcolor rgb FILL[OF(q, k)] fillstyle solid 1 border linecolor rgb "#333333" linewidth 0.5
		set label 9200 + k PHASE[OF(q, k)] at screen 0.685, screen LEGEND_Y(q, k) left noenhanced font ",".(KIND eq "svg" ? "11" : "7")
	}
	if (q == 1 && CLAIMED_N) {
		set label 9100 "claimed" at screen 0.6125, screen CLAIMED_Y / CLAIMED_N center rotate by 90 font ",".(KIND eq "svg" ? "8.5" : "5.5")
	}
	plot for [k = 1:ROWS[q]] CSV using (BOX(q, PLACE[OF(q, k)]) ? column("bar") : NaN):"to":(column("bar") - W):(column("bar") + W):"from":"to" with boxxyerror fillcolor rgb FILL[OF(q, k)] fillstyle solid 1 border rgb "#333333" linewidth 0.5 dashtype 1 notitle, \
		for [k = 1:ROWS[q]] CSV using (BIG(q, PLACE[OF(q, k)]) ? column("bar") : NaN):(0.5 * (column("from") + column("to"))):(NUMBER(column("to") - column("from"))) with labels font SMALL textcolor rgb (IS_DARK(FILL[OF(q, k)]) ? "#ffffff" : "#000000") notitle, \
		CSV using (HAS_ERROR(q) ? column("bar") : NaN):(column("to") - column("avg_half_width_95")):(0):(2 * column("avg_half_width_95")) with vectors heads size screen 0.012,90 linecolor rgb "#000000" linewidth 0.8 dashtype 1 notitle, \
		CSV using (IS_SUM(q) ? column("bar") : NaN):(column("to") + (HAS_ERROR(q) ? column("avg_half_width_95") : 0)):(NUMBER(ALL(q))) with labels offset 0,0.6 font (N < 7 ? "" : (N < 9 ? SMALL : ",".(KIND eq "svg" ? "8.5" : "5.3"))) notitle
	unset for [k = 1:ROWS[q]] object k
	unset for [k = 1:ROWS[q]] label 9200 + k
	unset label 9100
}
unset multiplot
