# SPDX-License-Identifier: GPL-2.0-or-later
# figure: A few world switches on each CPU: when the Host, the Switcher and the Guest run; one enlarged
#
# CSV: cpu,world,guest,variant,twin,exit,from,to,unit,tier. A box is an interval; each CPU has a
# row for each world. The cost of recording an event is pale, at the beginning of the Host's
# interval. Without stamps Switcher and Guest cannot be distinguished: they share a box, and no
# switch is enlarged.
set datafile separator comma
set datafile columnheaders
stats ARG1 using "cpu" name "C" nooutput
FIRST = exists("C_min") ? int(C_min) : 0
LAST = exists("C_max") ? int(C_max) : 0
CPUS = LAST - FIRST + 1
stats ARG1 using (strcol("world") eq "guest" ? 1 : NaN) name "G" nooutput
ZOOM = exists("G_records") && G_records > 0
HEIGHT = 0.83 + 0.55 * CPUS + (ZOOM ? 0.95 : 0)
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5
# gnuplot 5.4 reads address 0 if the only point of a plot with labels is undefined.
stats CSV using "from" name "ALL" nooutput
LABELS(plot) = ALL_records > 1 ? ", ".plot : ""

# The row of a world: 0 the Host, 1 the Switcher, 2 the Guest.
ROW(w) = w eq "host" || w eq "recording" ? 0 : (w eq "guest" ? 2 : 1)
Y(c, w) = 3.7 * (c - FIRST) + ROW(w)
IS(w) = strcol("world") eq w
stats CSV using "to" name "T" nooutput
SCALE = T_max >= 1e7 ? 1e6 : (T_max >= 1e4 ? 1e3 : 1)
PREFIX = SCALE == 1e6 ? "millions of " : (SCALE == 1e3 ? "thousands of " : "")
SMALL = ",".(KIND eq "svg" ? "11" : "7")
TINY = ",".(KIND eq "svg" ? "9.75" : "6")
# The manual's short name, where there is one.
LONG = "divide_error invalid_opcode device_not_available general_protection page_fault breakpoint"
SHORT = "#DE #UD #NM #GP #PF #BP"
short(x) = (SHORT_AT = 0, sum [i = 1:words(LONG)] (word(LONG, i) eq x ? (SHORT_AT = i) : 0), SHORT_AT ? word(SHORT, SHORT_AT) : x)
H = 0.38

# The switch that is enlarged: of the first CPU the second, or the first.
if (ZOOM) {
	C0 = -1
	COUNT = 0
	stats CSV using (C0 = C0 < 0 && IS("guest") ? column("cpu") : C0, 1) nooutput
	stats CSV using (IS("guest") && column("cpu") == C0 && COUNT < 2 ? (COUNT = COUNT + 1, G_FROM = column("from"), G_TO = column("to"), G_EXIT = short(strcol("exit")), 1) : NaN) nooutput
	Z_FROM = G_FROM
	Z_TO = G_TO
	stats CSV using (IS("switcher") && column("cpu") == C0 && column("to") == G_FROM ? (Z_FROM = column("from"), 1) : NaN) nooutput
	stats CSV using (IS("switcher") && column("cpu") == C0 && column("from") == G_TO ? (Z_TO = column("to"), 1) : NaN) nooutput
	PAD = 0.14 * (Z_TO - Z_FROM)
}

unset grid
set key off
unset ytics
set border 1
LEFT = CPUS > 1 ? 0.205 : 0.16
PANEL = ZOOM ? 0.95 / HEIGHT : 0
# The class of an exit is printed at its end, for equal ones in a row only at the first, if there
# is room.
array LASTEXIT[CPUS]
array FREE[CPUS]
do for [c = 1:CPUS] {
	LASTEXIT[c] = ""
	FREE[c] = 0
}
INCH = T_max / ((0.955 - LEFT) * WIDTH)
label(c, at, x) = (NOW = short(x), END = at + INCH * 0.05 * (strlen(NOW) + 1), NOW eq LASTEXIT[c] || at < FREE[c] || END > T_max + 0.15 * INCH ? "" : (LASTEXIT[c] = NOW, FREE[c] = END, NOW))
TRIP(x) = IS("guest") || IS("switcher_or_guest")
set multiplot

# All of them.
set xrange [0:T_max / SCALE]
set yrange [3.7 * CPUS - 1.0:-0.75]
set format x "%.10g"
set xtics nomirror font SMALL
set ytics () scale 0 nomirror noenhanced font SMALL
do for [c = FIRST:LAST] {
	set ytics add ((CPUS > 1 ? sprintf("CPU %d Host", c) : "Host") Y(c, "host"))
	set ytics add ("Switcher" Y(c, "switcher"))
	set ytics add ("Guest" Y(c, "guest"))
}
set xlabel "time (".PREFIX.UNIT.")" offset 0,XUP + 0.2 noenhanced font SMALL
set lmargin at screen LEFT
set rmargin at screen 0.955
set bmargin at screen BOTTOM(2.5) + PANEL
set tmargin at screen 1 - 0.06/HEIGHT
GREY = ZOOM && Z_TO - Z_FROM < 0.02 * T_max ? 0.01 * T_max : 0
if (ZOOM) { set object 1 rectangle from (Z_FROM - GREY) / SCALE, Y(C0, "host") + H to (Z_TO + GREY) / SCALE, Y(C0, "guest") + 0.7 fillcolor rgb "#cccccc" fillstyle solid 1 noborder behind }
ORIGIN = 0
rows(w, of, top, bottom, colour) = sprintf("CSV using (IS('%s')%s ? (column('from') - ORIGIN) / SCALE : NaN):(Y(column('cpu'), '%s')):((column('from') - ORIGIN) / SCALE):((column('to') - ORIGIN) / SCALE):(Y(column('cpu'), '%s') - H):(Y(column('cpu'), '%s') + H) with boxxyerror fillcolor rgb '%s' fillstyle solid 1 border rgb '%s' linewidth 0.4 dashtype 1 notitle", w, of, top, top, bottom, colour, colour)
boxes(of) = rows("recording", of, "host", "host", "#B8D6E8").", ".rows("host", of, "host", "host", "#0072B2").", ".rows("switcher", of, "switcher", "switcher", "#D55E00").", ".rows("guest", of, "guest", "guest", "#009E73").", ".rows("switcher_or_guest", of, "switcher", "guest", "#CC79A7")
eval "plot ".boxes("").LABELS("CSV using (TRIP(0) ? column('to') / SCALE : NaN):(Y(column('cpu'), 'host') - 0.68):(TRIP(0) ? label(int(column('cpu')) - FIRST + 1, column('to'), strcol('exit')) : '') with labels left font TINY noenhanced textcolor rgb '#333333' notitle")

# One of them, with how long each part took.
if (ZOOM) {
	unset label 9001
	unset label 9002
	unset object 1
	ORIGIN = Z_FROM
	SCALE = Z_TO - Z_FROM >= 1e7 ? 1e6 : (Z_TO - Z_FROM >= 1e4 ? 1e3 : 1.0)
	PREFIX = SCALE == 1e6 ? "millions of " : (SCALE == 1e3 ? "thousands of " : "")
	set xrange [-PAD / SCALE:(Z_TO - Z_FROM + PAD) / SCALE]
	set yrange [Y(C0, "guest") + 0.75:Y(C0, "host") - 0.75]
	set ytics () scale 0 nomirror noenhanced font SMALL
	set ytics add ("Host" Y(C0, "host"))
	set ytics add ("Switcher" Y(C0, "switcher"))
	set ytics add ("Guest" Y(C0, "guest"))
	set xlabel "the grey switch".(CPUS > 1 ? sprintf(" on CPU %d", C0) : "").": ".G_EXIT." (".PREFIX.UNIT.")"
	set bmargin at screen BOTTOM(2.5)
	set tmargin at screen BOTTOM(2.5) + 0.58 / HEIGHT
	PART(x) = column("cpu") == C0 && !IS("host") && !IS("recording") && column("from") >= Z_FROM && column("to") <= Z_TO
	eval "plot ".boxes(" && column('cpu') == C0").LABELS("CSV using (PART(0) ? (0.5 * (column('from') + column('to')) - ORIGIN) / SCALE : NaN):(Y(C0, strcol('world'))):(sprintf('%.10g', column('to') - column('from'))) with labels font TINY textcolor rgb '#000000' notitle")
}
unset multiplot
