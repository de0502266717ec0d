# SPDX-License-Identifier: GPL-2.0-or-later
# Part of "run": a made-up run's folder, its figures and page, and damaged traces.
# shellcheck shell=bash

# A run as `bench` and `record` leave it, with numbers that are made up but fixed.
# A sweep as bench/experiments/sweep leaves it.
make_sweep()
{
	awk 'BEGIN {
		OFS = ","
		print "variant", "by", "asked", "per_out", "insns", "saved", "wrmsr_per_out", "wrmsr", "break_even", "calls", "unit", "tier"
		split("classic lazy_sysenter user_return", name, " ")
		split("user_return sched_out", by, " ")
		for (v = 1; v <= 3; v++) for (b = 1; b <= 2; b++) for (n = 1; n <= 1000; n *= 10) {
			saved = v == 1 ? 0 : (v == 2 ? 18 : 11) - 90 * (v - 1) / (n + 1)
			print name[v], by[b], n, n + 1, 250 - saved + 1900 / (n + 1), saved, n + 1, v == 1 ? 2 : 2 / (n + 1), v == 1 ? "" : v == 2 ? 5 : 16.4, 10 * n, "insns", "insns"
		}
	}' >"$1/sysenter.csv"
}

make_run()
{
	run=$tmp/run
	trace calibrated
	mkdir -p "$run"
	bt --component=source.lgtest.synth --params="script=\"$here/run.txt\"" \
		--component=sink.ctf.fs --params="$(ctf_params "$run/trace")" >/dev/null 2>&1
	cp "$here/run.json" "$here/env.json" "$run/"
	make_sweep "$run"
	make_samples >"$run/samples.csv"
	awk -F, -v OFS=, 'NR > 1 { if (++n[$1 $2 $3 $4 $5] <= 20) next; $7 -= 14 } 1' \
		"$run/samples.csv" >"$run/net.csv"
}

# Two variants and twins in two boots, with a slow start and rare slow samples; two sweeps.
make_samples()
{
	awk 'function series(bench, variant, twin, boot, n, base,   i, v) {
		for (i = 0; i < n; i++) {
			x = (x * 16807) % 2147483647
			v = base + (i < 20 ? 40 - i : 0)
			if (x % 1000 < 8)
				v += 1400 + x % 900
			printf "%s,%s,%s,%d,1,insns,%d\n", bench, variant, twin, boot, v
		}
	}
	BEGIN {
		print "bench,variant,twin,boot,run,unit,value"
		x = 1
		for (boot = 1; boot <= 2; boot++) {
			series("null_hypercall", "cr3_only", "probed", boot, 620, 420)
			series("null_hypercall", "classic", "plain", boot, 620, 442)
			series("null_hypercall", "classic", "probed", boot, 620, 540)
			series("null_hypercall", "cr3_only", "plain", boot, 620, 330)
			series("load_tls", "cr3_only", "plain", boot, 120, 700)
			series("load_tls", "classic", "plain", boot, 120, 610)
			for (k = 1; k <= 32; k *= 2) {
				series("async_batch." k, "classic", "plain", boot, 60, 450 + 90 * k)
				series("async_batch." k, "cr3_only", "plain", boot, 60, 340 + 90 * k)
			}
			for (k = 1; k <= 4; k++)
				series("guests_on_cpu." k, "classic", "plain", boot, 60,
				       14 + 5000 * k + 2600 * (k > 1) * k)
		}
	}'
}

# like FROM NAME: another run, a copy
like()
{
	rm -rf "${tmp:?}/$2"
	cp -r "$tmp/$1" "$tmp/$2"
}

# Fonts are embedded, none is of Type 3, the page is a column wide (3.33 in), and all text lies on it.
fonts_good()
{
	pdftotext -bbox "$1" - | awk -F'"' '
		/<page/ { width = $2; height = $4 }
		/<word/ && ($2 < 0.5 || $4 < 0 || $6 > width - 0.5 || $8 > height) { print "cut off:", $0; bad = 1 }
		END { exit bad || !width }' || return 1
	pdfinfo "$1" | awk '/^Page size:/ { n++; good = $3 >= 239 && $3 < 240.5 } END { exit !n || !good }' || return 1
	pdffonts "$1" | awk 'NR > 2 { n++; bad += /Type 3/ || $(NF - 4) != "yes" } END { exit bad || !n }'
}

# opens COMMAND...: the files of the run's trace that the command opens
opens()
{
	rm -f "$tmp/opens"
	OPENS=$tmp/opens LD_PRELOAD=$tools/analysis-test/opens.so "$switchyard" "$@" >/dev/null
	sort "$tmp/opens"
}

# All figures together open the trace no more often than the shortest table.
one_reading_tests()
{
	local status=0
	opens report -t check "$run" >"$tmp/once"
	opens plot "$run" >"$tmp/figures"
	[ -s "$tmp/once" ] && diff "$tmp/once" "$tmp/figures" >"$tmp/why" || status=1
	result "plot: the trace is read once for all figures" $status "$tmp/why"
}

figure_tests()
{
	local figures="cdf ccdf boxes sequence matrix batch guests phases phases_variants timeline misses sysenter"
	local figure status
	expect "plot: a good run" 0 "" "$switchyard" plot run
	for figure in $figures; do
		status=0
		fonts_good "$run/figures/$figure.pdf" >"$tmp/why" 2>&1 || status=1
		result "figure $figure: a column wide, fonts embedded, no Type 3" $status "$tmp/why"
		same "figure $figure: data" "figure-$figure.csv" "$run/csv/$figure.csv"
		"$here/drawing" "$run/figures/$figure.svg" >"$tmp/drawing"
		same "figure $figure: drawing" "figure-$figure.txt" "$tmp/drawing"
		cp "$run/figures/$figure.svg" "$tmp/$figure.svg"
	done
	"$switchyard" plot "$run" >/dev/null 2>&1 || true
	status=0
	for figure in $figures; do
		cmp "$run/figures/$figure.svg" "$tmp/$figure.svg" >"$tmp/why" 2>&1 || status=1
	done
	result "figures: SVG the same byte for byte when drawn again" $status "$tmp/why"
	one_reading_tests
	drawing_tests
	phases_tests
	matrix_tests
	shape_tests
	stale_tests
	answer_tests
	workload_tests
	refusals
	page_tests
}

# boxes_of CSV: those that plots/phases.gp draws
boxes_of()
{
	GNUPLOT_LIB=$top/plots gnuplot -c "$top/plots/phases.gp" "$1" "$tmp/boxes.svg" svg caption "" >&2 &&
		"$here/drawing" "$tmp/boxes.svg" | grep '^box'
}

# The drawing follows the CSV: a box that is made higher is drawn higher, and nothing else moves.
drawing_tests()
{
	local status=0
	awk -F, -v OFS=, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		$at["phase"] == "back in C" && $at["bar"] == 0 { $at["to"] += 20 }
		{ print }' "$run/csv/phases.csv" >"$tmp/higher.csv"
	boxes_of "$run/csv/phases.csv" >"$tmp/as_it_is" || status=1
	boxes_of "$tmp/higher.csv" >"$tmp/higher" || status=1
	diff "$tmp/as_it_is" "$tmp/higher" >"$tmp/why" && status=1
	[ "$(grep -c '^>' "$tmp/why")" = 1 ] || status=1
	result "figure phases: one box is drawn as high as the CSV says" $status "$tmp/why"
}

# bars_of SCRIPT WORDS: what the caption of "phases" says of its bars
bars_of()
{
	local status=0
	like run apart
	rm -r "$tmp/apart/"{trace,figures}
	bt --component=source.lgtest.synth --params="script=\"$1\"" --component=sink.ctf.fs \
		--params="$(ctf_params "$tmp/apart/trace")" >/dev/null 2>&1 || status=1
	"$switchyard" plot "$tmp/apart" phases >"$tmp/why" 2>&1 || status=1
	sed -n 's/.*<text>\([^<]*\)<.*/\1/p' "$tmp/apart/figures/phases.svg" | paste -sd' ' |
		tee -a "$tmp/why" | grep -q "bars are $2" || status=1
	result "figure phases: bars are $2" $status "$tmp/why"
}

# Medians in C need not add up exactly to be drawn, but nearly.
phases_tests()
{
	bars_of "$here/apart.txt" "medians, which add up exactly, in C medians, which add up to within 2.7 %"
	sed 's/c_phase=6/c_phase=9/' "$here/apart.txt" >"$tmp/far_apart.txt"
	bars_of "$tmp/far_apart.txt" "medians, which add up exactly, in C means with 95 % intervals"
}

# A plan for Linux: three workloads in all variants and natively, one that is not native.
workloads_json()
{
	awk 'BEGIN {
		n = split("native classic always_copy reflect_all lazy_fpu lazy_sysenter user_return pge_toggle fast_reentry cr3_only stacked", variant, " ")
		m = split("getppid fork_exec switch_16_64k boot_off", bench, " ")
		printf "{\"tier\":\"insns\",\"unit\":\"insns\",\"void\":null,\"plan\":{\"guest\":\"linux\"},\"results\":["
		for (b = 1; b <= m; b++)
			for (v = bench[b] == "boot_off" ? 2 : 1; v <= n; v++) {
				printf "%s{\"bench\":\"%s\",\"variant\":\"%s\",\"twin\":\"plain\",\"unit\":\"insns\",", comma, bench[b], variant[v]
				printf "\"summary\":{\"median\":%d},\"exits\":", 1000 * b * (v == 1 ? 1 : 0.2 * v)
				if (v == 1)
					printf "null}"
				else
					printf "{\"all\":%d,\"demand_fill\":4,\"privileged\":3,\"privileged.invlpg\":2,\"privileged.mov_to_cr3\":1}}", 8 + v
				comma = ","
			}
		print "]}"
	}'
}

# A workload that takes no exit is no figure: another is shown, or none with a reason.  An interval
# that is alone on a timeline is drawn.
no_exits_tests()
{
	local status=0
	mkdir -p "$tmp/few" "$tmp/none"
	workloads_json | sed 's/fork_exec/fork_exit/g; s/\("bench":"getppid"[^}]*}[^}]*"all":\)[0-9]*/\10/g' >"$tmp/few/run.json"
	workloads_json | sed 's/"all":[0-9]*/"all":0/g' >"$tmp/none/run.json"
	expect "a workload without exits" 0 "" "$switchyard" plot few workloads_exits
	grep -q ',fork_exit,' "$tmp/few/csv/workloads_exits.csv" || status=1
	result "another is shown" $status "$tmp/few/csv/workloads_exits.csv"
	expect "none has any" 2 "needs workloads that take exits" "$switchyard" plot none workloads_exits
	status=0
	sed 2q "$here/golden/figure-timeline.csv" >"$tmp/one.csv"
	(cd "$top/plots" && gnuplot -d -c timeline.gp "$tmp/one.csv" "$tmp/one.svg" svg caption "") \
		>"$tmp/why" 2>&1 || status=1
	result "a timeline of one interval" $status "$tmp/why"
}

# Linux workloads: the ratio to native, exits by class and instruction, and the page of a run that
# holds such a run, or says why it does not.
workload_tests()
{
	local status figure
	mkdir -p "$tmp/linux"
	workloads_json >"$tmp/linux/run.json"
	expect "figures of Linux workloads" 0 "" "$switchyard" plot linux workloads workloads_exits
	for figure in workloads workloads_exits; do
		status=0
		fonts_good "$tmp/linux/figures/$figure.pdf" >"$tmp/why" 2>&1 || status=1
		result "figure $figure: a column wide, fonts embedded, no Type 3" $status "$tmp/why"
	done
	status=0
	grep -q '^1,fork_exec,9,stacked,plain,2000,4400,2.200000,19,' "$tmp/linux/csv/workloads.csv" || status=1
	! grep -q boot_off "$tmp/linux/csv/workloads.csv" || status=1
	result "figure workloads: the ratio, of what was measured natively" $status "$tmp/linux/csv/workloads.csv"
	status=0
	awk -F, 'NR > 1 { sum[$1] += $7; to[$1] = $9 }
		$6 == "privileged" { bad = 1 }
		END { for (b = 0; b < 10; b++) if (sum[b] != 10 + b || to[b] != 10 + b) bad = 1; exit bad }' \
		"$tmp/linux/csv/workloads_exits.csv" || status=1
	result "figure workloads_exits: boxes add up to all exits" $status "$tmp/linux/csv/workloads_exits.csv"
	no_exits_tests
	status=0
	"$switchyard" report "$tmp/linux" -t linux -f csv >"$tmp/why" 2>&1 || status=1
	grep -q '^getppid,stacked,plain,1000,2200,2.20,19.00,4.00,0.00,3.00,' "$tmp/why" || status=1
	grep -q '^boot_off,stacked,plain,,8800,,19.00,' "$tmp/why" || status=1
	result "table linux: native, Guest, ratio, exits" $status "$tmp/why"
	status=0
	like run holds
	cp -r "$tmp/linux" "$tmp/holds/workloads"
	cp "$tmp"/linux/figures/workloads*.svg "$tmp/holds/figures"
	(cd "$tmp" && "$switchyard" report --html holds) >"$tmp/why" 2>&1 || status=1
	grep -q "switchyard plot 'holds/workloads' workloads_exits" "$tmp/holds/report.html" || status=1
	grep -q "Where the exits of fork_exec come from" "$tmp/holds/report.html" || status=1
	rm -r "$tmp/holds/workloads" "$tmp"/holds/figures/workloads*
	echo "linux-guest: no source" >"$tmp/holds/workloads.missing"
	(cd "$tmp" && "$switchyard" report --html holds) >"$tmp/why" 2>&1 || status=1
	grep -q "The Linux workloads are missing: linux-guest: no source" "$tmp/holds/report.html" || status=1
	result "report.html: the workloads of a run within, or why there are none" $status "$tmp/why"
}

# Ten variants of forty-four benchmarks, with names and numbers as long as they come.
many_samples()
{
	awk -v OFS=, 'BEGIN {
		print "bench,variant,twin,boot,run,unit,value"
		n = split("classic always_copy reflect_all lazy_fpu lazy_sysenter user_return pge_toggle fast_reentry cr3_only stacked", variant, " ")
		for (b = 1; b <= 44; b++)
			for (v = 1; v <= n; v++) {
				base = b % 4 ? 100 * b : 4 + b % 5
				value = b % 5 == v % 5 ? base * (v > 7 ? 0.3 : 2.7) + 1234 * (b > 40) : base + (v > 1) * (b % 3) * 17
				for (i = 0; i < 3; i++)
					print (b > 9 ? "trap_reflected.invalid_opcode" : "null_hypercall") "_" b, variant[v], "plain", 1, 1, "insns", int(value)
			}
	}'
}

# The matrix: one variant has none; many take both columns of a page, and no more than a page.
matrix_tests()
{
	local status=0
	like run alone
	sed -i -n '1p; /,classic,plain,/p' "$tmp/alone/net.csv"
	rm -r "$tmp/alone/"{csv,figures}
	expect "matrix: one variant has nothing to compare" 2 "samples of two variants" \
		"$switchyard" plot alone matrix
	[ -z "$(ls "$tmp/alone/csv" "$tmp/alone/figures" | grep matrix)" ] || status=1
	expect "figures of one variant" 0 "" "$switchyard" plot alone
	[ ! -e "$tmp/alone/figures/matrix.svg" ] || status=1
	result "matrix: none is made of one variant" $status
	status=0
	like run many
	many_samples >"$tmp/many/net.csv"
	expect "matrix: ten variants of 44 benchmarks" 0 "" "$switchyard" plot many matrix
	pdfinfo "$tmp/many/figures/matrix.pdf" |
		awk '/^Page size:/ { good = $3 == 504 && $5 <= 650 } END { exit !good }' || status=1
	cp "$tmp/many/figures/matrix.svg" "$tmp/many.svg"
	"$switchyard" plot "$tmp/many" matrix >/dev/null 2>&1 || status=1
	cmp "$tmp/many/figures/matrix.svg" "$tmp/many.svg" || status=1
	[ "$(grep -c '>=<' "$tmp/many.svg")" -gt 20 ] || status=1
	result "matrix: both columns wide, on one page, the same byte for byte" $status
	status=0
	(cd "$tmp" && "$switchyard" report --html many) >"$tmp/why" 2>&1 || status=1
	grep -q 'class="both"' "$tmp/many/report.html" || status=1
	result "report.html: the matrix has the whole width" $status "$tmp/why"
}

# Of one value there is no distribution to draw.
shape_tests()
{
	local status=0
	like run flat
	rm -r "$tmp/flat/"{csv,figures}
	awk -F, -v OFS=, 'FNR > 1 { $7 = 236 } 1' "$tmp/run/net.csv" >"$tmp/flat/net.csv"
	expect "figure cdf: cells of one value" 2 "samples .* that differ" "$switchyard" plot flat cdf
	expect "figures: cells of one value" 0 "" "$switchyard" plot flat
	for figure in cdf ccdf boxes sequence; do
		[ ! -e "$tmp/flat/figures/$figure.svg" ] || status=1
	done
	[ -e "$tmp/flat/figures/phases.svg" ] || status=1
	result "figures: a number is no figure, and the rest is drawn" $status
	# One sample of a cell that differs is none; three of 1200 are a tail.
	awk -F, -v OFS=, 'FNR > 1 && !seen[$1 $2 $3]++ { $7 = 237 } 1' "$tmp/flat/net.csv" >"$tmp/flat.csv"
	cp "$tmp/flat.csv" "$tmp/flat/net.csv"
	expect "figure cdf: one sample of each cell differs" 2 "samples .* that differ" "$switchyard" plot flat cdf
	awk -F, -v OFS=, 'FNR > 1 && seen[$1 $2 $3]++ < 3 { $7 = 237 } 1' "$tmp/flat.csv" >"$tmp/flat/net.csv"
	expect "figure cdf: three samples differ" 0 "" "$switchyard" plot flat cdf
}

# A page has no figure of other data than its own.
stale_tests()
{
	local status=0 page=$tmp/stale/report.html
	like run stale
	"$switchyard" plot "$tmp/stale" >/dev/null 2>&1 || status=1
	expect "report --html: fresh figures" 0 "" "$switchyard" report --html stale
	grep -q '<svg' "$page" && ! grep -q 'drawn from other data' "$page" || status=1
	result "report.html: figures that were drawn of the run as it is" $status
	status=0
	sed -i 's/"warmup":20/"warmup":19/' "$tmp/stale/run.json"
	cmp -s "$tmp/run/run.json" "$tmp/stale/run.json" && status=1
	expect "report --html: stale figures" 0 "" "$switchyard" report --html stale
	grep -q 'The figure cdf was drawn from other data' "$page" && ! grep -q '<svg' "$page" || status=1
	result "report.html: no figure of what run.json was before" $status
	status=0
	"$switchyard" plot "$tmp/stale" cdf phases >/dev/null 2>&1 || status=1
	echo '<!-- edited -->' >>"$tmp/stale/figures/cdf.svg"
	"$switchyard" report --html "$tmp/stale" >/dev/null 2>&1 || status=1
	[ "$(grep -c '<svg' "$page")" = 1 ] && grep -q 'The figure cdf was drawn' "$page" || status=1
	result "report.html: nor one that was changed by hand" $status
}

# What a reader came for stands first, then what shows it, then the machine.
answer_tests()
{
	local status=0 page=$tmp/run/report.html at last=0
	expect "report --html: answers" 0 "" "$switchyard" report --html run
	for heading in 'What does one exit cost' 'Which variant saves' 'What does leaving SYSENTER' Evidence \
		Environment; do
		at=$(grep -n "<h2>$heading" "$page" | cut -d: -f1)
		[ -n "$at" ] && [ "$at" -gt "$last" ] || { status=1; echo "$heading: ${at:-not there}"; }
		last=${at:-0}
	done >"$tmp/why"
	result "report.html: answers, evidence, environment, in this order" $status "$tmp/why"
	status=0
	"$switchyard" report --table best "$tmp/run" 2>&1 | grep -q '^null_hypercall *428 *cr3_only *316 *-112 *0.738' || status=1
	grep -q 'geometric mean' "$page" || status=1
	result "report.html: how the variants compare, in words" $status
}

refusals()
{
	mkdir -p "$tmp/crash"
	printf '#!/bin/sh\nkill -SEGV $$\n' >"$tmp/crash/gnuplot"
	chmod +x "$tmp/crash/gnuplot"
	like run crashed
	rm -r "$tmp/crashed/figures"
	expect "plot: a gnuplot that crashes" 1 "gnuplot was ended by signal 11" \
		env PATH="$tmp/crash:$PATH" "$switchyard" plot crashed cdf
	[ -z "$(ls "$tmp/crashed/figures")" ] && status=0 || status=1
	result "plot: nothing is left of a figure that failed" $status
	like run "a run's \$(echo) \"folder\""
	expect "plot: an odd path" 0 "" "$switchyard" plot "a run's \$(echo) \"folder\""
	expect "report --html: an odd path" 0 "" "$switchyard" report --html "a run's \$(echo) \"folder\""
	expect "plot: no gnuplot" 3 "install the package gnuplot-nox" \
		env PATH=/nowhere "$switchyard" plot run cdf
	like run void
	sed -i 's/"void": null/"void": "a run ended badly"/' "$tmp/void/run.json"
	rm -rf "$tmp/void/figures"
	expect "plot: a void run" 4 "nothing is drawn from a void run" "$switchyard" plot void
	expect "report: a void run" 4 "void" "$switchyard" report void
	like run lossy
	rm -r "$tmp/lossy/trace"
	trace hole
	cp -r "$tmp/hole" "$tmp/lossy/trace"
	expect "plot: a recording with a hole" 4 "nothing is drawn" "$switchyard" plot lossy
	like run empty
	rm "$tmp/empty/net.csv"
	echo "bench,variant,twin,boot,run,unit,value" >"$tmp/empty/net.csv"
	expect "plot: no samples" 2 "figure cdf needs samples" "$switchyard" plot empty cdf
	rm "$tmp/empty/net.csv" "$tmp/empty/samples.csv"
	expect "plot: missing samples" 2 "figure cdf needs samples" "$switchyard" plot empty cdf
	rm -r "$tmp/empty/trace" "$tmp/empty/sysenter.csv"
	expect "plot: nothing at all" 2 "neither a sample nor a trace" "$switchyard" plot empty
	echo "bench,variant" >"$tmp/empty/net.csv"
	expect "plot: samples that cannot be read" 4 "cannot be read" "$switchyard" plot empty cdf
	like run mixed
	sed -i '2s/insns/cycles/' "$tmp/mixed/net.csv"
	expect "plot: mixed units" 4 "never mix" "$switchyard" plot mixed cdf
	sed -i 's/"tier": "insns"/"tier": "cycles"/g' "$tmp/mixed/env.json"
	expect "plot: mixed tiers" 4 "tiers are mixed" "$switchyard" plot mixed
	like run rehearsal
	sed -i 's/"tier": "insns"/"tier": "rehearsal"/g' "$tmp/rehearsal/"{run,env}.json
	expect "plot: a rehearsal for a paper" 3 "not for papers" \
		"$switchyard" plot --for-paper rehearsal
	expect "plot: a rehearsal" 0 "" "$switchyard" plot rehearsal cdf
	status=0
	grep -q REHEARSAL "$tmp/rehearsal/figures/cdf.svg" || status=1
	result "figure cdf: a rehearsal is marked" $status
	warned_tests
	corner_tests
	hash_tests
	status=0
	for figure in $figures; do
		head -n 1 "$run/csv/$figure.csv" >"$tmp/header.csv"
		GNUPLOT_LIB=$top/plots gnuplot -c "$top/plots/$figure.gp" "$tmp/header.csv" \
			"$tmp/header.svg" svg caption "" >"$tmp/why" 2>&1 && status=1
	done
	result "scripts: a CSV without data is refused" $status "$tmp/why"
}

# warned NAME WORDS FORMAT FILE: the file says WORDS, once it is one line
warned()
{
	local status=0
	tr -s ' \n' ' ' <"$4" >"$tmp/why" 2>&1
	grep -q -e "$2" "$tmp/why" || status=1
	result "$1: said in $3" $status "$tmp/why"
}

# Reservations about a run are printed on stderr, in every table and under every figure.
warned_everywhere()
{
	local folder=$1 words=$2 want=$3 mark=$4
	expect "$folder: text" "$want" "warning: .*$words" "$switchyard" report "$folder"
	warned "$folder" "Warning: .*$words" text "$tmp/out"
	expect "$folder: CSV" "$want" "warning: .*$words" "$switchyard" report -f csv -t bench "$folder"
	warned "$folder" "unit,tier,warning .*insns,[a-z]*,.*$words" CSV "$tmp/out"
	expect "$folder: LaTeX" "$want" "warning: .*$words" "$switchyard" report -f latex -t bench "$folder"
	warned "$folder" "multicolumn.*Warning: .*$words.*end{tabular}" LaTeX "$tmp/out"
	expect "$folder: JSON" "$want" "warning: .*$words" "$switchyard" report -f json "$folder"
	warned "$folder" "\"warnings\": .*$words" JSON "$tmp/out"
	expect "$folder: HTML" "$want" "warning: .*$words" "$switchyard" report --html "$folder"
	warned "$folder" "class=\"warn\">.*$words" HTML "$tmp/$folder/report.html"
	expect "$folder: compare" "$want" "warning: .*$words" "$switchyard" compare run "$folder"
	warned "$folder" "Warning: .*$words" compare "$tmp/out"
	expect "$folder: plot" "$want" "warning: .*$words" "$switchyard" plot "$folder" cdf
	"$here/drawing" "$tmp/$folder/figures/cdf.svg" | sed -n 's/^text [^ ]* //p' >"$tmp/words"
	warned "$folder" "warning: .*$words" "the figure's caption" "$tmp/words"
	warned "$folder" "$mark" "the figure itself" "$tmp/words"
}

warned_tests()
{
	like run cut_short
	sed -i 's/"interrupted": *false/"interrupted": true/' "$tmp/cut_short/run.json"
	rm -rf "$tmp/cut_short/figures"
	warned_everywhere cut_short "the run was interrupted: it is not complete" 5 INTERRUPTED
	like run one_boot
	sed -i 's/"interrupted": *false/"part": [2], &/' "$tmp/one_boot/run.json"
	rm -rf "$tmp/one_boot/figures"
	warned_everywhere one_boot "boot 2 of the plan's 2 alone" 5 "PART OF A PLAN"
	expect "plot: a boot alone for a paper" 5 "join its boots first" \
		"$switchyard" plot --for-paper one_boot
	rm -r "$tmp/cut_short/figures"
	expect "plot: an interrupted run for a paper" 5 "an interrupted run is not for papers" \
		"$switchyard" plot --for-paper cut_short
	status=0
	[ ! -e "$tmp/cut_short/figures" ] || status=1
	result "plot: nothing is drawn of it" $status
	expect "paper: an interrupted run" 5 "not for papers" "$top/scripts/paper" cut_paper cut_short
	status=0
	ls -d "$tmp"/cut_paper* >"$tmp/why" 2>&1 && status=1
	result "paper: nothing is made of it" $status "$tmp/why"
	like run changed
	sed -i 's/"dirty": *false/"dirty": true/' "$tmp/changed/run.json"
	warned_everywhere changed "built from a changed work tree" 0 "(dirty)"
	like run noisy
	sed -i 's/"warnings": *\[\]/"warnings": ["one", "two", "a noisy cell", "four", "five"]/' "$tmp/noisy/run.json"
	warned_everywhere noisy "a noisy cell" 0 "; and 2 more warnings"
}

# all_alike NAME VALUE...: a run all of whose samples take these values in turn
all_alike()
{
	local name=$1
	shift
	like run "$name"
	rm -rf "$tmp/$name/"{trace,sysenter.csv,csv,figures}
	awk -F, -v OFS=, -v values="$*" 'BEGIN { n = split(values, value, " ") }
		NR > 1 { $7 = value[NR % n + 1] } 1' "$run/net.csv" >"$tmp/$name/net.csv"
	cp "$tmp/$name/net.csv" "$tmp/$name/samples.csv"
	expect "figures of samples that are all of: $*" 0 "" "$switchyard" plot "$name"
	[ -s "$tmp/err" ] && status=1 || status=0
	result "and gnuplot says nothing: $*" $status "$tmp/err"
}

# Values of 0 or below are on every axis, or the figure says what it leaves out.
corner_tests()
{
	local status name figure
	all_alike zero 0
	all_alike below -5 -4
	all_alike nearly 0 0 0 0 0 0 0 0 0 -1
	all_alike wide -3 0 10 1000
	for name in zero below nearly; do
		status=0
		grep -q 'not shown' "$tmp/$name"/figures/*.svg && status=1
		[ $name = zero ] ||
			"$here/drawing" "$tmp/$name/figures/ccdf.svg" | tee "$tmp/why" | grep -q '^line' || status=1
		result "figure ccdf: all is shown of $name" $status "$tmp/why"
		for figure in batch guests; do
			status=0
			"$here/drawing" "$tmp/$name/figures/$figure.svg" >"$tmp/why"
			awk '/^page/ { height = $3 } /^marks/ { n++; split($3, low, ","); split($4, high, ",")
				bad += low[2] < 0 || high[2] > height } END { exit bad || !n }' "$tmp/why" || status=1
			result "figure $figure: its points are on the page, of $name" $status "$tmp/why"
		done
	done
	status=0
	"$here/drawing" "$tmp/wide/figures/ccdf.svg" >"$tmp/why"
	grep -q '5[01] % ≤ 0, not shown' "$tmp/why" || status=1
	result "figure ccdf: the figure says what a logarithmic axis leaves out" $status "$tmp/why"
}

# hashed: the run, as `bench` leaves it: run.json has the hash of what lies beside it
hashed()
{
	local name record=''
	like run "$1"
	rm -rf "$tmp/$1/figures"
	for name in samples.csv net.csv; do
		record="$record, \"$name\": \"$(sha256sum <"$run/$name" | cut -d' ' -f1)\""
	done
	sed -i "0,/{/s//{\"data\": {${record#, }},/" "$tmp/$1/run.json"
}

# A file beside run.json with another hash makes the run void.
hash_tests()
{
	local file words change status
	hashed whole
	expect "plot: a run whose files have their hashes" 0 "" "$switchyard" plot whole cdf
	for file in net.csv samples.csv; do
		for change in 'rm' 'truncate -s -200' 'sed -i $s/[0-9]*$/1234567/'; do
			words="$file is not the file that the run was written with"
			[ "$change" != rm ] || words="$file is missing"
			hashed other
			$change "$tmp/other/$file"
			expect "report: $file, ${change%% *}" 4 "the run is void: $words" "$switchyard" report other
			expect "plot: $file, ${change%% *}" 4 "drawn from a void run: $words" "$switchyard" plot other
			expect "compare: $file, ${change%% *}" 4 "is void: $words" "$switchyard" compare run other
			status=0
			[ ! -e "$tmp/other/figures" ] || status=1
			result "nothing is drawn: $file, ${change%% *}" $status
		done
	done
}

page_tests()
{
	local status=0 page=$run/report.html
	expect "report --html" 0 "" "$switchyard" report --html run
	grep -q '<svg' "$page" && grep -q 'table-exits' "$page" && grep -q 'table-bench' "$page" &&
		grep -q '6.1.0-40-686' "$page" || status=1
	result "report.html: tables, figures, environment" $status
	status=0
	grep -qE '<script|src=|@import|https?://[^w]|url\([^#]' "$page" && status=1
	result "report.html: nothing is fetched or run" $status
	expect "report --html: a void run" 4 "void" "$switchyard" report --html void
	status=0
	grep -q 'class="void"' "$tmp/void/report.html" || status=1
	grep -q '<svg' "$tmp/void/report.html" && status=1
	result "report.html: a void run says so and has no figure" $status
	looks_right "$page" desktop 1280 "$tmp/many.svg"
	looks_right "$page" phone 390
}

# looks_right PAGE NAME WIDTH [SVG]: in a browser of that width nothing is printed in the console,
# no part of the page is wider than the window, and each figure is drawn; in none of them, nor in
# SVG, does a text lie on another (slanted ones are not looked at) or leave the picture.  A frame
# measures it from outside.
looks_right()
{
	local browser status=0 want
	browser=$(command -v chromium || command -v chromium-browser || true)
	if [ -z "$browser" ]; then
		echo "ok $((n += 1)) - report.html in a browser, $2 # SKIP no chromium"
		return
	fi
	want=$(grep -c '<svg' "$1")
	cat >"$tmp/frame.html" <<END
<!doctype html><body style="margin:0"><iframe id="f" src="file://$1" width="$3" height="900"></iframe><script>
var bad = "";
function inspect(svg) {
	var frame = svg.getBoundingClientRect(), boxes = [], all = svg.querySelectorAll("text");
	all.forEach(function (text) {
		var box = text.getBoundingClientRect(), turn = /rotate\\((-?[0-9.]+)/.exec(text.parentNode.getAttribute("transform") + text.getAttribute("transform"));
		if (!text.textContent.trim() || (turn && turn[1] % 90)) return;
		if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
			bad += "; cut off: " + text.textContent.trim();
		boxes.forEach(function (other) {
			var across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
			var down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
			if (across > 1 && down > 0.4 * Math.min(box.height, other.height))
				bad += "; " + text.textContent.trim() + " lies on " + other.text;
		});
		boxes.push({left: box.left, right: box.right, top: box.top, bottom: box.bottom, height: box.height, text: text.textContent.trim()});
	});
}
document.getElementById("f").onload = function () {
	var page = this.contentDocument, root = page.documentElement, drawn = 0;
	page.querySelectorAll("svg").forEach(function (svg) { drawn += svg.getBoundingClientRect().width > 200; inspect(svg); });
	document.querySelectorAll("svg").forEach(inspect);
	document.body.append("measured " + root.scrollWidth + " in " + root.clientWidth + ", drawn " + drawn + bad + "!");
};</script>
END
	[ -z "${4:-}" ] || sed -n '/<svg/,$p' "$4" >>"$tmp/frame.html"
	timeout 60 "$browser" --headless --no-sandbox --disable-gpu --enable-logging=stderr \
		--user-data-dir="$tmp/browser" --window-size="$3",900 --allow-file-access-from-files \
		--dump-dom "file://$tmp/frame.html" >"$tmp/dom" 2>"$tmp/console" || status=1
	grep 'CONSOLE' "$tmp/console" >"$tmp/why" && status=1
	grep -o 'measured [0-9]* in [0-9]*, drawn.*!' "$tmp/dom" | tee -a "$tmp/why" |
		awk -v want="$want!" -v width="$3" '{ good = $2 <= $4 + 0 && $4 + 20 > width && $6 == want }
			END { exit !good }' || status=1
	result "report.html in a browser, $2: nothing in its console, no overflow, all figures, texts apart" \
		$status "$tmp/why"
}

# The phases in which two traces differ, those of one side alone too.  A void trace is not compared.
compare_tests()
{
	local side status=0
	for side in base new; do
		bt --component=source.lgtest.synth --params="script=\"$here/where-$side.txt\"" \
			--component=sink.ctf.fs --params="$(ctf_params "$tmp/where_$side")" >/dev/null 2>&1 || status=1
	done
	result "compare: two traces are made" $status
	expect "compare: two traces" 0 "" "$switchyard" compare where_base where_new
	same "compare: the phases that differ" where.report "$tmp/out"
	expect "compare: two traces, CSV" 0 "" "$switchyard" compare -f csv where_new where_base
	same "compare: the phases that differ, CSV" where.csv "$tmp/out"
	trace hole
	expect "compare: a void trace" 4 "'hole' is void: .*missing" "$switchyard" compare hole where_new
	expect "compare: the other is void" 4 "'hole' is void: .*missing" "$switchyard" compare where_base hole
}

# Everything again from the raw data, twice, and nothing from a run that no paper may show.
# Settings of a user's that gnuplot would follow.
foreign_paper()
{
	local status=0

	mkdir -p "$tmp/home"
	printf 'set title "mine"\nset decimalsign ","\nset size 0.5,0.5\n' >"$tmp/home/.gnuplot"
	expect "paper: among a user's own settings" 0 "" env HOME="$tmp/home" GNUTERM=dumb \
		TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$top/scripts/paper" foreign run
	diff -rq "$tmp/first" "$tmp/foreign" >"$tmp/why" 2>&1 || status=1
	result "paper: the same bytes whatever the user's settings" $status "$tmp/why"
}

# What the user put into a paper's folder, or beside it, is still there after the next one.
users_files()
{
	local status=0

	mkdir "$tmp/second.part" "$tmp/second/mine"
	echo beside >"$tmp/second.part/notes"
	echo within >"$tmp/second/run/a note"
	expect "paper: again into a folder with the user's files" 0 "" "$top/scripts/paper" second run
	[ "$(cat "$tmp/second.part/notes" "$tmp/second/run/a note")" = "$(printf 'beside\nwithin')" ] &&
		[ -d "$tmp/second/mine" ] || status=1
	rm -r "$tmp/second/mine" "$tmp/second/run/a note"
	diff -rq "$tmp/first" "$tmp/second" >"$tmp/why" 2>&1 || status=1
	result "paper: it keeps them, and makes the same beside them" $status "$tmp/why"
	echo mine >>"$tmp/second/provenance.txt"
	expect "paper: a file that was changed since" 2 "provenance.txt was changed since" \
		"$top/scripts/paper" second run
	tail -n 1 "$tmp/second/provenance.txt" | grep -qx mine && status=0 || status=1
	result "paper: which stays as it is" $status
}

paper_tests()
{
	local status=0
	expect "paper: a good run" 0 "" "$top/scripts/paper" first run
	expect "paper: the same again" 0 "" "$top/scripts/paper" second run
	diff -rq "$tmp/first" "$tmp/second" >"$tmp/why" 2>&1 || status=1
	[ "$(find "$tmp/first" -name '*.svg' | wc -l)" = 12 ] || status=1
	[ "$(find "$tmp/first" -name '*.tex' | wc -l)" -ge 6 ] || status=1
	result "paper: every file the same byte for byte" $status "$tmp/why"
	foreign_paper
	users_files
	status=0
	(cd "$tmp/first" && sha256sum --quiet -c made.sha256 && cd .. &&
		sha256sum --quiet -c first/raw.sha256) >"$tmp/why" 2>&1 || status=1
	grep -q 'trace/synth/metadata' "$tmp/first/raw.sha256" && grep -q 'run/sysenter.csv' "$tmp/first/raw.sha256" || status=1
	result "paper: the manifests hold" $status "$tmp/why"
	like run no_classic
	rm -r "$tmp/no_classic/"{trace,sysenter.csv,csv,figures}
	sed -i 's/\bclassic\b/other/g' "$tmp/no_classic/"{run.json,samples.csv,net.csv}
	expect "paper: a run without the baseline" 0 "" "$top/scripts/paper" without no_classic
	expect "paper: a void run" 4 "nothing is drawn" "$top/scripts/paper" third run void
	expect "paper: a rehearsal" 3 "not for papers" "$top/scripts/paper" third rehearsal
	expect "paper: no run" 2 "is no run" "$top/scripts/paper" third nothing
	expect "paper: a folder of somebody else" 2 "did not make it" "$top/scripts/paper" nothing run
	status=0
	ls -d "$tmp"/third* >"$tmp/why" 2>&1 && status=1
	result "paper: nothing is left of what was refused" $status "$tmp/why"
}

# Commands that write to a device without room.
full_tests()
{
	local command

	for command in "report run" "report --format csv run" "list" "--version" "--help" \
		"compare run run" "plot --out drawn run cdf"; do
		expect "a full disk: $command" 3 "cannot write" \
			sh -c "'$switchyard' $command >/dev/full"
	done
}

# A pipe represents everything that is not a regular file.
pipe_tests()
{
	local status=0

	mkfifo "$tmp/pipe"
	timeout 20 cat "$tmp/pipe" >"$tmp/through" &
	bt "$tmp/run/trace" --component=sink.lg.exits --params="path=\"$tmp/pipe\"" >"$tmp/why" 2>&1 || status=1
	wait $! && [ -p "$tmp/pipe" ] && [ -s "$tmp/through" ] || status=1
	result "the plugin writes into a pipe and leaves it one" $status "$tmp/why"
	status=0
	timeout 20 cat "$tmp/pipe" >"$tmp/through" &
	"$switchyard" check --no-boot --save="$tmp/pipe" >"$tmp/why" 2>&1 || :
	wait $! && [ -p "$tmp/pipe" ] && [ -s "$tmp/through" ] || status=1
	result "check --save writes into a pipe and leaves it one" $status "$tmp/why"
}

# Files that exist but cannot be read, even by root.
unread_tests()
{
	like run folder_json
	rm "$tmp/folder_json/run.json"
	mkdir "$tmp/folder_json/run.json"
	expect "run.json that cannot be read" 3 "cannot read 'folder_json/run.json'" \
		"$switchyard" report folder_json
	expect "a folder as plan" 2 "cannot read the plan '/': it is a folder" \
		"$switchyard" bench --plan / -o none
	expect "a device without end as plan" 2 "/dev/zero: line 1: not text" \
		timeout 20 "$switchyard" bench --plan /dev/zero -o none
}

# The programs as they are installed: away from the checkout, and gone without a trace.
install_tests()
{
	local status=0 there=$tmp/installed/usr switchyard_there=$tmp/installed/usr/bin/switchyard

	DESTDIR=$tmp/installed PREFIX=/usr "$top/scripts/install" >"$tmp/why" 2>&1 || status=1
	result "make install" $status "$tmp/why"
	# shellcheck disable=SC2016
	expect "what is installed has the lists" 0 "" \
		sh -c '"$1" list workloads | grep "^fork_exec "' sh "$switchyard_there"
	expect "and draws figures" 0 "" "$switchyard_there" plot --out "$tmp/drawn_there" "$tmp/run" cdf
	result "in the folder that it was told" "$([ -s "$tmp/drawn_there/figures/cdf.pdf" ]; echo $?)" "$tmp/why"
	expect "and says what wants a checkout" 3 'run from a checkout' "$switchyard_there" bench -o "$tmp/none"
	# shellcheck disable=SC2016
	expect "babeltrace2 has the plugin" 0 "" \
		sh -c 'babeltrace2 --plugin-path "$1" list-plugins | grep "sink.lg.exits"' sh \
		"$(dirname "$(find "$there/lib" -name 'babeltrace-plugin-lg.so')")"
	status=0
	for command in $("$switchyard_there" --help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p'); do
		grep -q "^switchyard-$command .- " "$there/share/man/man1/switchyard-$command.1" ||
			{ status=1; echo "$command"; }
	done >"$tmp/why"
	result "each command has a man page" $status "$tmp/why"
	status=0
	bash -c '. "$1"; COMP_WORDS=("$2" plot wor) COMP_CWORD=2; _switchyard; echo "${COMPREPLY[*]}"
		COMP_WORDS=("$2" record --workload fork_) COMP_CWORD=3; _switchyard; echo "${COMPREPLY[*]}"
		COMP_WORDS=("$2" report --htm) COMP_CWORD=2; _switchyard; echo "${COMPREPLY[*]}"' sh \
		"$there/share/bash-completion/completions/switchyard" "$switchyard_there" >"$tmp/why" 2>&1
	printf '%s\n' "workloads workloads_exits" "fork_exit fork_exec" "--html" | cmp -s - "$tmp/why" || status=1
	result "bash completes figures, workloads and options" $status "$tmp/why"
	# An older version that had a figure more, over which this one is installed.
	touch "$there/lib/switchyard/plots/older.gp"
	echo /usr/lib/switchyard/plots/older.gp >>"$there/lib/switchyard/installed"
	DESTDIR=$tmp/installed PREFIX=/usr "$top/scripts/install" >"$tmp/why" 2>&1 && status=0 || status=1
	[ ! -e "$there/lib/switchyard/plots/older.gp" ] && [ -x "$switchyard_there" ] || status=1
	result "what only an older one had is gone" $status "$tmp/why"
	touch "$there/share/of_another"
	DESTDIR=$tmp/installed PREFIX=/usr "$top/scripts/install" --remove >"$tmp/why" 2>&1
	find "$tmp/installed" ! -type d >"$tmp/why"
	status=0
	[ "$(cat "$tmp/why")" = "$there/share/of_another" ] || status=1
	result "make uninstall takes that away, and nothing else" $status "$tmp/why"
	expect "once" 3 'nothing is installed' env "DESTDIR=$tmp/installed" PREFIX=/usr "$top/scripts/install" --remove
}

# A gnuplot that waits, and a terminal that closes meanwhile.
hangup_tests()
{
	local status=0 pid

	mkdir "$tmp/slow"
	printf '#!/bin/sh\n: >"%s/slow/began"\nexec sleep 30\n' "$tmp" >"$tmp/slow/gnuplot"
	chmod +x "$tmp/slow/gnuplot"
	PATH=$tmp/slow:$PATH env --default-signal=HUP "$switchyard" plot --out "$tmp/hung" "$tmp/run" cdf >"$tmp/why" 2>&1 &
	pid=$!
	# However long a machine under load takes to get there.
	for _ in $(seq 600); do
		[ ! -e "$tmp/slow/began" ] || break
		sleep 0.1
	done
	kill -HUP $pid
	wait $pid || status=$?
	[ $status = 130 ] && [ -z "$(find "$tmp/hung/figures" -type f)" ] && status=0 || status=1
	result "a closed terminal ends as an interrupt does, and leaves no part" $status "$tmp/why"
	expect "a folder for temporary files that is not there" 3 "name another place in TMPDIR" \
		env TMPDIR="$tmp/nowhere" "$switchyard" compare run run
}

# Bytes written over a trace: any answer of the front end will do but a crash or a good one
# that hides a fault; 0 is right if the table is unchanged in its number of exits.
fuzz_tests()
{
	local i status bad=0 size offset stream=$tmp/fuzzed/synth/stream
	trace good
	size=$(stat -c %s "$tmp/good/synth/stream")
	: >"$tmp/why"
	for i in $(seq 1 60); do
		like good fuzzed
		offset=$(((i * 7919 + 13) % size))
		printf "\\x$(printf %x $(((i * 37) % 256)))" |
			dd of="$stream" bs=1 seek="$offset" conv=notrunc status=none
		status=0
		"$switchyard" report "$tmp/fuzzed" >"$tmp/out" 2>"$tmp/err" || status=$?
		case $status in
		0|2|4) ;;
		*) bad=1; echo "offset $offset: status $status" >>"$tmp/why" ;;
		esac
	done
	result "60 traces with a byte written over: no crash" $bad "$tmp/why"
	status=0
	mkdir -p "$tmp/mutant"
	"$tools/analysis-test/trace_fuzz" "$here/real" "$tmp/mutant" "$TRACES" 2 >"$tmp/why" 2>&1 || status=1
	result "$(tail -n 1 "$tmp/why")" $status "$tmp/why"
}

# xpath EXPRESSION: values of the XML analysis, one a line
xpath()
{
	xmllint --xpath "$1" "$xml" 2>/dev/null | sed -n 's/^ *[a-zA-Z]*="\(.*\)"$/\1/p' | sort -u
}

# The XML analysis names only events, fields and labels that a trace of ours has, and its views
# only what its provider makes.  Trace Compass itself is not used.
compass_tests()
{
	local xml=$top/analysis/tracecompass/switchyard.xml status=0 event field name value path
	if ! command -v xmllint >/dev/null; then
		echo "ok $((n += 1)) - Trace Compass analysis # SKIP no xmllint"
		return
	fi
	xmllint --noout --schema "$here/tracecompass.xsd" "$xml" >"$tmp/why" 2>&1 || status=1
	result "Trace Compass analysis: elements and attributes" $status "$tmp/why"
	status=0
	: >"$tmp/why"
	make_cpu_state "$here/real" cpu_state || status=1
	babeltrace2 -o ctf-metadata "$here/real" >"$tmp/metadata" 2>/dev/null || status=1
	cat "$tmp/cpu_state/metadata" >>"$tmp/metadata" || status=1
	for event in $(xpath '//eventHandler/@eventName'); do
		sed -n "/name = \"$event\";/,/^};/p" "$tmp/metadata" >"$tmp/class"
		[ -s "$tmp/class" ] || { echo "no event $event"; status=1; }
		for field in $(xpath "//eventHandler[@eventName='$event']//*[@type='eventField']/@value |
			//location[@id = //eventHandler[@eventName='$event']//*[@type='location']/@value]//*[@type='eventField']/@value"); do
			[ "$field" = cpu ] || grep -qE "[ }] ?_?$field;" "$tmp/class" ||
				{ echo "$event has no field $field"; status=1; }
		done
	done >>"$tmp/why"
	sed -n '/name = "lg_exit";/,/^};/p' "$tmp/metadata" >"$tmp/class"
	for value in $(xpath "//timeGraphView[@id='switchyard.view.handling']/definedValue/@value"); do
		name=$(xpath "//timeGraphView[@id='switchyard.view.handling']/definedValue[@value='$value']/@name")
		grep -q "\"$name\" = $value," "$tmp/class" ||
			{ echo "vector $value is not $name"; status=1; }
	done >>"$tmp/why"
	for path in $(xpath '//xyView/entry/@path | //timeGraphView/entry/@path'); do
		[ -n "$(xpath "//stateProvider//stateAttribute[@type='constant' and @value='${path%%/*}']/@value")" ] ||
			{ echo "nothing makes $path"; status=1; }
	done >>"$tmp/why"
	[ "$(xpath '//analysis/@id')" = "$(xpath '//stateProvider/@id')" ] || status=1
	[ ! -s "$tmp/why" ] || status=1
	result "Trace Compass analysis: events, fields, vectors and paths are those of a trace" \
		$status "$tmp/why"
	same_cpu_states "$here/real" cpu_state
	make_cpu_state "$run/trace" run_cpu_state || true
	same_cpu_states "$run/trace" run_cpu_state
	mkdir "$tmp/no_cpu_state"
	trace hole
	expect "cpu_state: of a void recording there is no trace" 1 "void" \
		bt "$tmp/hole" --component=sink.lg.cpu_state --params="path=\"$tmp/no_cpu_state/x\""
	expect "cpu_state: the folder must be named" 1 "path= must name" bt "$tmp/good" --component=sink.lg.cpu_state
	expect "cpu_state: nothing is written over" 1 "already exists" \
		bt "$tmp/good" --component=sink.lg.cpu_state --params="path=\"$tmp/cpu_state\""
	status=0
	[ -z "$(ls "$tmp/no_cpu_state")" ] || status=1
	result "cpu_state: nothing is left of what was refused" $status
}

# make_cpu_state TRACE NAME: where its CPUs are, as a trace $tmp/NAME
make_cpu_state()
{
	bt "$1" --component=sink.lg.cpu_state --params="path=\"$tmp/$2\"" >>"$tmp/why" 2>&1
}

# What an event of that name does, from the XML analysis: lines of a path and a value, in which
# {FIELD} stands for a field of the event.
rules()
{
	local change="//eventHandler[@eventName='$1']/stateChange" i j type value path
	for i in $(seq "$(xmllint --xpath "count($change)" "$xml")"); do
		path=
		for j in $(seq "$(xmllint --xpath "count(${change}[$i]/stateAttribute)" "$xml")"); do
			type=$(xpath "${change}[$i]/stateAttribute[$j]/@type")
			value=$(xpath "${change}[$i]/stateAttribute[$j]/@value")
			case $type in
			constant) path=$path/$value ;;
			eventField) path=$path/{$value} ;;
			location) path=$path/$(places "$value") ;;
			esac
		done
		type=$(xpath "${change}[$i]/stateValue/@type")
		value=$(xpath "${change}[$i]/stateValue/@value")
		[ "$type" != eventField ] || value={$value}
		case $value in
		'$'*) value=$(xpath "//stateProvider/definedValue[@name='${value#?}']/@value") ;;
		esac
		echo "${path#/} $value"
	done
}

# The path of a location.
places()
{
	local at="//location[@id='$1']/stateAttribute" j value path=
	for j in $(seq "$(xmllint --xpath "count($at)" "$xml")"); do
		value=$(xpath "${at}[$j]/@value")
		[ "$(xpath "${at}[$j]/@type")" = constant ] || value={$value}
		path=$path/$value
	done
	echo "${path#/}"
}

# same_cpu_states TRACE NAME: the states that the XML analysis gives a CPU from the trace $tmp/NAME are
# the boxes of the figure "timeline": the same worlds, the same lengths, one behind the other.
same_cpu_states()
{
	local status=0
	rules lg_world >"$tmp/rules"
	rm -rf "$tmp/lanes"
	mkdir "$tmp/lanes"
	cp "$here/env.json" "$here/run.json" "$tmp/lanes/"
	cp -r "$1" "$tmp/lanes/trace"
	"$switchyard" plot "$tmp/lanes" timeline >"$tmp/why" 2>&1 || status=1
	bt "$tmp/$2" --clock-cycles --no-delta 2>>"$tmp/why" | awk '
		NR == FNR { path[NR] = $1; value[NR] = $2; n = NR; next }
		function filled(text,    name) {
			while (match(text, /\{[a-z_]*\}/)) {
				name = substr(text, RSTART + 1, RLENGTH - 2)
				text = substr(text, 1, RSTART - 1) field[name] substr(text, RSTART + RLENGTH)
			}
			return text
		}
		{
			time = substr($1, 2) + 0
			delete field
			text = $0
			while (match(text, /[a-z_]+ = (\( "[^"]*" : container = )?[0-9]+/)) {
				part = substr(text, RSTART, RLENGTH)
				text = substr(text, RSTART + RLENGTH)
				split(part, word, " ")
				sub(/.*= /, "", part)
				field[word[1]] = part
			}
			for (i = 1; i <= n; i++) {
				at = filled(path[i])
				if (at !~ /^CPUs\/[0-9]+\/World$/)
					continue
				if (at in state && state[at] != filled(value[i]) && time > from[at]) {
					split(at, word, "/")
					print word[2], state[at], time - from[at]
				}
				if (!(at in state) || state[at] != filled(value[i])) {
					state[at] = filled(value[i])
					from[at] = time
				}
			}
		}' "$tmp/rules" - >"$tmp/states"
	awk -F, -v OFS=' ' '
		BEGIN { number["host"] = number["recording"] = 1; number["switcher"] = 2
			number["guest"] = 3; number["switcher_or_guest"] = 4 }
		NR > 1 { world = number[$2]
			if (world == last[$1] && $7 == to[$1]) { to[$1] = $8; next }
			if (last[$1]) print $1, last[$1], to[$1] - from[$1]
			last[$1] = world; from[$1] = $7; to[$1] = $8 }' "$tmp/lanes/csv/timeline.csv" >"$tmp/boxes"
	# The first box of each CPU may be cut off by the edge.
	awk 'NR == FNR { all[$1] = all[$1] " " $2 ":" $3; next }
		seen[$1]++ { some[$1] = some[$1] " " $2 ":" $3; n++ }
		END {
			for (cpu in some)
				if (!index(all[cpu] " ", some[cpu] " ")) { print "CPU " cpu ":" some[cpu]; bad = 1 }
			exit bad || n < 8
		}' "$tmp/states" "$tmp/boxes" >>"$tmp/why" 2>&1 || status=1
	result "Trace Compass analysis: its states are those of the timeline ($2)" $status "$tmp/why"
}
