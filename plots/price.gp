# SPDX-License-Identifier: GPL-2.0-or-later
# figure: The cost of recording, drawn by bench/experiments/price: one null hypercall, plain and probed, for each way.
#
# CSV: way,twin,events,unit,tier,insns.
HEIGHT = 2.1
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

WAYS = "compiled_out off batched lttng_switches lttng_all ftrace_switches ftrace_all"
array NAME[7] = ["compiled out", "off", "packed", "LTTng, switches", "LTTng, all", "ftrace, switches", "ftrace, all"]
place(way) = (N = 0, sum [i = 1:words(WAYS)] (word(WAYS, i) eq way ? i : 0))
stats CSV using "insns" name "Y" nooutput

set logscale x
set xrange [Y_min / 1.6:Y_max * 2.4]
set yrange [7.6:0.4]
set ytics () scale 0 nomirror noenhanced
do for [i = 1:7] {
	set ytics add (NAME[i] i)
}
set grid y
set xtics (200, 500, 1000, 2000, 5000, 10000, 20000)
set xlabel "one null hypercall (".UNIT.")" offset 0,XUP
set lmargin at screen 0.29
set rmargin at screen 0.97
set bmargin at screen BOTTOM(2.6)
set tmargin at screen 1 - 0.26/HEIGHT
set key at screen 0.97, screen 1 - 0.03/HEIGHT right top horizontal samplen 1
SMALL = ",".(KIND eq "svg" ? "10" : "6")
PLAIN(x) = strcol("twin") eq "plain" ? x : NaN
plot CSV using (PLAIN(column("insns"))):(place(strcol("way")) - 0.14) with points linetype 1 title "plain", \
	CSV using (strcol("twin") eq "probed" ? column("insns") : NaN):(place(strcol("way")) + 0.14) with points linetype 2 title "probed", \
	CSV using (PLAIN(column("insns"))):(place(strcol("way")) - 0.14):(sprintf("%.0f", column("insns"))) with labels left offset 0.8,0.15 font SMALL notitle, \
	CSV using (strcol("twin") eq "probed" ? column("insns") : NaN):(place(strcol("way")) + 0.14):(sprintf("%.0f", column("insns"))) with labels left offset 0.8,-0.15 font SMALL notitle
