# SPDX-License-Identifier: GPL-2.0-or-later
# figure: Entries whose copy of Guest state was stale, over time, by reason
#
# CSV: bin,from,to,reason,count,bytes,entries,low_percent,high_percent,unit,tier; misses of a bin
# are stacked, hits have no box.
HEIGHT = 2.2
call "style.gp" ARG1 ARG2 ARG3 ARG4 ARG5

REASONS = "first_run other_guest other_cpu bits always"
REASON_COLOURS = "#0072B2 #D55E00 #009E73 #E69F00 #CC79A7"
stats CSV using "to" name "T" nooutput
stats CSV using (strlen(strcol("high_percent")) ? column("high_percent") : 0) name "H" nooutput
SCALE = T_max >= 1e10 ? 1e9 : T_max >= 1e7 ? 1e6 : (T_max >= 1e4 ? 1e3 : 1)
PREFIX = SCALE == 1e9 ? "billions of " : SCALE == 1e6 ? "millions of " : (SCALE == 1e3 ? "thousands of " : "")
TOP = H_max > 0 ? H_max : 1
set xrange [0:T_max / SCALE]
set yrange [0:TOP * 1.06]
set format y "%g"
set format x "%g"
set xlabel "time since the first entry (".PREFIX.UNIT.")" offset 0,XUP noenhanced
set ylabel "entries that miss (%)" offset (KIND eq "svg" ? 1.7 : 0.9),0
set lmargin at screen 0.14
set rmargin at screen 0.965
set bmargin at screen BOTTOM(2.6)
set tmargin at screen 1 - 0.4/HEIGHT
set key at screen 0.06, screen 1 - 0.03/HEIGHT left top Left reverse horizontal maxcols 3 samplen 1 font ",".(KIND eq "svg" ? "11" : "7")

# Reasons that occur, in the order of the list; those unknown to it come after, in grey.
FOUND = ""
do for [i = 1:words(REASONS)] {
	X = 0
	stats CSV using (strcol("reason") eq word(REASONS, i) ? (X = X + column("count"), 1) : NaN) nooutput
	if (X > 0) { FOUND = FOUND.sprintf(" %d", i) }
}
KNOWN(r) = strstrt(" ".REASONS." hit ", " ".r." ") > 0
BOXED(r) = strlen(strcol("high_percent")) && strcol("reason") eq r && column("count") > 0
plot for [i in FOUND] CSV using (BOXED(word(REASONS, int(i))) ? column("from") / SCALE : NaN):"high_percent":(column("from") / SCALE):(column("to") / SCALE):"low_percent":"high_percent" with boxxyerror fillcolor rgb word(REASON_COLOURS, int(i)) fillstyle solid 1 border rgb "#333333" linewidth 0.3 dashtype 1 title word(REASONS, int(i)), \
	CSV using (!KNOWN(strcol("reason")) && strlen(strcol("high_percent")) && column("count") > 0 ? column("from") / SCALE : NaN):"high_percent":(column("from") / SCALE):(column("to") / SCALE):"low_percent":"high_percent" with boxxyerror fillcolor rgb "#999999" fillstyle solid 1 border rgb "#333333" linewidth 0.3 dashtype 1 notitle
