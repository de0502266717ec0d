# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Cumulative distribution of the cost of one operation, a curve for each variant and twin
#
# CSV: series,label,...,unit,tier,...,value,count,below,upto; one line for each distinct value,
# after one of count 0 that opens the curve. Where nearly all samples are equal the curve is a
# step, so the legend says where it stands and how high it is, else
# where the median is; the axis ends at the
# 99.5th percentile, or at the 98th if that shows twice as much; the figure says how much is left
# out.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "series" name "S" nooutput
N = exists("S_max") ? int(S_max) + 1 : 1
HEIGHT = 2.2 + 0.14 * N
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

stats CSV using "value" name "V" nooutput
stats CSV using (column("below") < 0.98 ? column("value") : NaN) name "Q" nooutput
stats CSV using (column("below") < 0.995 ? column("value") : NaN) name "H" nooutput
LO = V_min
HI = H_max - LO > 2 * (Q_max - LO) ? Q_max : H_max
stats CSV using "count" name "C" nooutput
stats CSV using (column("value") > HI ? column("count") : 0) name "B" nooutput
BEYOND = B_sum / C_sum


array TITLE[N]
array STEP[N]
array HEIGHTS[N]
do for [s = 1:N] {
	T = ""
	MODE = 0
	MOST = 0
	SUM = 0
	stats CSV using (column("series") == s - 1 ? (T = strcol("label"), SUM = SUM + column("count"), column("count") > MOST ? (MOST = column("count"), MODE = column("value")) : 0, 1) : NaN) nooutput
	STEP[s] = MODE
	HEIGHTS[s] = 1.0 * MOST / SUM
	SHARE = 100.0 * MOST / SUM
	stats CSV using (column("series") == s - 1 && column("upto") >= 0.5 ? column("value") : NaN) name "M" nooutput
	TITLE[s] = SHARE < 20 ? sprintf("%s: median %.10g %s", T, M_min, UNIT) : \
		sprintf(SHARE > 99.9 && MOST < SUM ? "%s: %.10g %s in %.2f %%" : "%s: %.10g %s in %.1f %%", T, MODE, UNIT, SHARE)
}

# A curve that has ended goes on at 1 to the edge.
array END[N]
do for [s = 1:N] {
	stats CSV using (column("series") == s - 1 ? column("value") : NaN) name "E" nooutput
	END[s] = E_max
}

PAD = (HI - LO) * 0.1
if (PAD < HI * 0.01) { PAD = HI * 0.01 }
if (PAD < 2) { PAD = 2 }
LEFT = LO - PAD
RIGHT = HI + PAD
if (LO > 0 && HI > 8 * LO) {
	set logscale x
	LEFT = LO / 1.2
	RIGHT = HI * 1.2
	call "logtics.gp" LEFT RIGHT
}
set xrange [LEFT:RIGHT]
set yrange [0:1.03]
set ytics 0, 0.25, 1
set format y "%g"
call "operation.gp"
set xlabel OPERATION.(BEYOND > 0 ? sprintf("; %.2g %% lie beyond, up to %.10g", 100 * BEYOND, V_max) : "") offset 0,XUP noenhanced
set ylabel "share of samples up to x" offset (KIND eq "svg" ? 1.4 : 0.5),0
set lmargin at screen 0.165
set rmargin at screen 0.965
set bmargin at screen BOTTOM(2.6)
set tmargin at screen LEGEND_TOP(N)
unset key
do for [s = 1:N] { if (strlen(TITLE[s]) > LEGEND_LONGEST) { LEGEND_LONGEST = strlen(TITLE[s]) } }
do for [s = 1:N] { eval legend(s, TITLE[s]) }
# The number is beside its step if the step is most of the curve, to its left near the edge.
do for [s = 1:N] {
	if (N < 4 && HEIGHTS[s] > 0.5 && STEP[s] < RIGHT) {
		if (STEP[s] > LEFT + 0.8 * (RIGHT - LEFT)) {
			set label s sprintf("%.10g", STEP[s]) at STEP[s], 0.62 right offset -0.5,0 textcolor linetype s noenhanced
		} else {
			set label s sprintf("%.10g", STEP[s]) at STEP[s], 0.62 left offset 0.5,0 textcolor linetype s noenhanced
		}
	}
}
do for [s = 1:N] {
	if (END[s] < RIGHT) {
		set arrow s from (END[s]), 1 to (RIGHT), 1 nohead linetype s
	}
}
plot for [s = 1:N] CSV using (column("series") == s - 1 ? column("value") : NaN):"upto" with steps linetype s notitle
