# SPDX-License-Identifier: GPL-2.0-or-later
#T:540
# figure: A few world switches on each CPU: when the Host, the Switcher and the Guest run
#
# CSV: cpu,world,guest,variant,twin,exit,from,to,unit,tier. A box is an interval; each CPU has a
# row for each world. Without stamps Switcher and Guest cannot be told apart, and share a box.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "cpu" name "C" nooutput
FIRST = exists("C_min") ? int(C_min) : 0
LAST = exists("C_max") ? int(C_max) : 0
CPUS = LAST - FIRST + 1
HEIGHT = 0.95 + 0.55 * CPUS
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

# The row of a world: 0 the Host, 1 the Switcher, 2 the Guest.
ROW(w) = w eq "host" ? 0 : (w eq "guest" ? 2 : 1)
Y(c, w) = 3.4 * (c - FIRST) + ROW(w)
stats CSV using "to" name "T" nooutput
SCALE = T_max >= 1e4 ? 1e3 : 1
set xrange [0:T_max / SCALE]
set yrange [3.4 * CPUS - 0.75:-0.65]
set format x "%.10g"
unset ytics
set ytics () scale 0 nomirror noenhanced
do for [c = FIRST:LAST] {
	P = CPUS > 1 ? sprintf("CPU %d Host", c) : "Host"
	set ytics add (P Y(c, "host"))
	set ytics add ("Switcher" Y(c, "switcher"))
	set ytics add ("Guest" Y(c, "guest"))
}
unset grid
set xlabel "time (".(SCALE > 1 ? "thousands of " : "").UNIT.")" offset 0,XUP noenhanced
set lmargin at screen CPUS > 1 ? 0.205 : 0.16
set rmargin at screen 0.955
set bmargin at screen BOTTOM(2.6)
set tmargin at screen 1 - 0.2/HEIGHT
# Each exit's class stands above the moment it happens; of a row of equal ones the first.
SMALL = ",".(KIND eq "svg" ? "10" : "6.5")
set key off
LASTEXIT = ""
EXIT(x) = LASTEXIT eq x ? "" : (LASTEXIT = x, x)
IS(w) = strcol("world") eq w
H = 0.38
plot CSV using (IS("switcher_or_guest") ? column("from") / SCALE : NaN):(Y(column("cpu"), "switcher")):(column("from") / SCALE):(column("to") / SCALE):(Y(column("cpu"), "switcher") - H):(Y(column("cpu"), "guest") + H) with boxxyerror fillcolor rgb "#CC79A7" fillstyle solid 1 border rgb "#CC79A7" linewidth 0.4 dashtype 1 notitle, \
	CSV using (IS("host") ? column("from") / SCALE : NaN):(Y(column("cpu"), "host")):(column("from") / SCALE):(column("to") / SCALE):(Y(column("cpu"), "host") - H):(Y(column("cpu"), "host") + H) with boxxyerror fillcolor rgb "#0072B2" fillstyle solid 1 border rgb "#0072B2" linewidth 0.4 dashtype 1 notitle, \
	CSV using (IS("switcher") ? column("from") / SCALE : NaN):(Y(column("cpu"), "switcher")):(column("from") / SCALE):(column("to") / SCALE):(Y(column("cpu"), "switcher") - H):(Y(column("cpu"), "switcher") + H) with boxxyerror fillcolor rgb "#D55E00" fillstyle solid 1 border rgb "#D55E00" linewidth 0.4 dashtype 1 notitle, \
	CSV using (IS("guest") ? column("from") / SCALE : NaN):(Y(column("cpu"), "guest")):(column("from") / SCALE):(column("to") / SCALE):(Y(column("cpu"), "guest") - H):(Y(column("cpu"), "guest") + H) with boxxyerror fillcolor rgb "#009E73" fillstyle solid 1 border rgb "#009E73" linewidth 0.4 dashtype 1 notitle, \
	CSV using (IS("guest") || IS("switcher_or_guest") ? column("to") / SCALE : NaN):(Y(column("cpu"), "host") - 0.62):(IS("guest") || IS("switcher_or_guest") ? EXIT(strcol("exit")) : "") with labels left font SMALL offset 0,0.3 noenhanced textcolor rgb "#333333" notitle
