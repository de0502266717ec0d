# SPDX-License-Identifier: GPL-2.0-or-later
# figure: SYSENTER off and on: WRMSRs a switch, and what not writing saves, by how seldom the CPU is left
#
# CSV: variant,by,asked,per_out,insns,saved,wrmsr_per_out,wrmsr,break_even,...,unit,tier: bench/experiments/sweep.
# Above WRMSRs, below what a switch costs less than classic's; left by returns of the Launcher to
# user space, right by how often another process takes the CPU.  A variant saves where its curve
# is above zero; there its break-even is marked.
HEIGHT = 3.4
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

stats CSV using "per_out" name "X" nooutput
if (X_records == 0) {
	print "no data in ".CSV
	exit status 1
}
# Of a variant that never writes there is no point on a logarithmic axis.
stats CSV using (column("wrmsr") > 0 ? column("wrmsr") : NaN) name "W" nooutput
# The variants, in the order in which they come.
NAMES = ""
stats CSV using (strstrt(" ".NAMES." ", " ".strcol("variant")." ") ? 0 : (NAMES = NAMES." ".strcol("variant")), 1) nooutput
N = words(NAMES)
OF(s, way) = strcol("variant") eq word(NAMES, s) && strcol("by") eq way

# What is saved, in whole steps.
stats CSV using "saved" name "Y" nooutput
STEP = Y_max - Y_min > 200 ? 100 : 20
LEAST = STEP * floor((Y_min < -40 ? Y_min : -40) / STEP)
MOST = STEP * ceil((Y_max > 20 ? Y_max : 20) * 1.05 / STEP)

SMALL = ",".(KIND eq "svg" ? "11" : "7")
set multiplot
set logscale x
unset mxtics
set xrange [X_min / 1.4:X_max * 1.5]
set xtics font SMALL
set ytics font SMALL
set grid x y linecolor rgb "#dddddd" linewidth 0.5 linetype 1 dashtype 1
TOP = 1 - 0.40 / HEIGHT
LOW = BOTTOM(2.4)
MID = LOW + (TOP - LOW) * 0.5
GAP = 0.10 / HEIGHT
COL(c) = c == 1 ? 0.155 : 0.605
WAY(c) = c == 1 ? "user_return" : "sched_out"
HEAD(c) = c == 1 ? "by returns to user space" : "by losses of the CPU"
XLAB(c) = c == 1 ? "switches to each return" : "switches to each loss"

do for [c = 1:2] {
	set lmargin at screen COL(c)
	set rmargin at screen COL(c) + 0.365
	# Above: WRMSRs.
	set tmargin at screen TOP
	set bmargin at screen MID + GAP
	set logscale y
	set yrange [W_min / 2:W_max * 2.5]
	set format y "%g"
	set format x ""
	set title HEAD(c) font SMALL offset 0,-0.6
	if (c == 1) { set label 11 "WRMSRs a switch" at screen 0.025, screen (TOP + MID + GAP) / 2 center rotate by 90 font SMALL } else { unset label 11; set format y "" }
	unset xlabel
	unset key
	plot for [s = 1:N] CSV using (OF(s, WAY(c)) ? column("wrmsr_per_out") : NaN):"wrmsr" with linespoints linetype s pointsize 0.6 title word(NAMES, s)
	unset title
	# The caption is set once.
	unset label 9001
	unset label 9002
	# Below: what is saved.
	set tmargin at screen MID - GAP
	set bmargin at screen LOW
	unset logscale y
	set yrange [LEAST:MOST]
	set ytics STEP font SMALL
	set format y "%g"
	set format x "%g"
	if (c == 1) { set label 11 UNIT." saved a switch" at screen 0.025, screen (LOW + MID - GAP) / 2 center rotate by 90 font SMALL noenhanced } else { unset label 11; set format y "" }
	set xlabel XLAB(c) font SMALL offset 0,XUP + 0.2
	set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead linecolor rgb "#555555" linewidth 0.8
	plot for [s = 1:N] CSV using (OF(s, WAY(c)) ? column("per_out") : NaN):"saved" with linespoints linetype s pointsize 0.6 notitle, \
		for [s = 1:N] CSV using (OF(s, WAY(c)) && strlen(strcol("break_even")) && column("break_even") > 1 ? column("break_even") : NaN):(0) with points linetype s pointtype 7 pointsize 0.9 notitle
	unset arrow 1
	unset label 11
	set ytics autofreq
}
# The legend stands over both columns.
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
unset border
unset tics
unset xlabel
unset ylabel
unset grid
set key at screen 0.5, screen 0.995 center top Left reverse horizontal maxrows 1 samplen (KIND eq "svg" ? 1.0 : 1.8) width (KIND eq "svg" ? -4 : 1) font ",".(KIND eq "svg" ? "10" : "7")
unset logscale
set xrange [0:1]
set yrange [0:1]
plot for [s = 1:N] NaN with linespoints linetype s pointsize 0.6 title word(NAMES, s)
unset multiplot
