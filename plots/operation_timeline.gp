# SPDX-License-Identifier: GPL-2.0-or-later
# figure: When the exits of one operation of a recorded workload happen, and where they come from
#
# CSV: lane,name,time,length,function,program,unit,tier. A mark is an exit; a lane is an instruction, or
# a class of exits that are not the instruction's own; `program` is 1 where a program of the Guest ran.
set datafile separator comma
set datafile columnheaders
WIDTH = 7.0
stats ARG1 using "lane" name "L" nooutput
LANES = int(L_max) + 1
HEIGHT = 0.75 + LANES * 0.17
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

array NAME[LANES]
array EXITS[LANES]
do for [l = 1:LANES] {
	X = ""
	Y = 0
	stats CSV using (column("lane") == l - 1 ? (X = strcol("name"), Y = Y + 1, 1) : NaN) nooutput
	NAME[l] = X
	EXITS[l] = Y
}
stats CSV using "length" name "T" nooutput
SMALL = ",".(KIND eq "svg" ? "11.5" : "7")
set xrange [0:T_max]
set yrange [LANES - 0.4:-0.6]
set ytics () scale 0 noenhanced font SMALL
do for [l = 1:LANES] { set ytics add (sprintf("%s  %d", NAME[l], EXITS[l]) l - 1) }
unset grid
set grid x linecolor rgb "#dddddd" linewidth 0.5 linetype 1 dashtype 1
set xlabel UNIT." since its beginning" offset 0,XUP noenhanced
set format x "%.0s%c"
set lmargin at screen 0.2
set rmargin at screen 0.955
set tmargin at screen 1 - 0.27 / HEIGHT
set bmargin at screen BOTTOM(2.6)
set key at screen 0.955, screen 1 - 0.09 / HEIGHT horizontal right samplen 1
H = 0.36
plot CSV using (column("program") == 0 ? column("time") : NaN):(column("lane") - H):(0):(2 * H) with vectors nohead linecolor rgb "#0072B2" linewidth 1.2 dashtype 1 title "in the Guest's kernel", \
	CSV using (column("program") == 1 ? column("time") : NaN):(column("lane") - H):(0):(2 * H) with vectors nohead linecolor rgb "#D55E00" linewidth 1.2 dashtype 1 title "in a program"
