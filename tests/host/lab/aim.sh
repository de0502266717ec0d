# SPDX-License-Identifier: GPL-2.0-or-later
# machine: --profile counted
# debug: it aims at instructions of a kernel without checks, by their count
# An NMI at every instruction of the Switcher, for each text that differs, and a timer
# interrupt aimed at each (C9): the Guest's registers are right after it.  What cannot be
# met: a stub up to its `int`, since the CPU holds NMIs back until an iret, and what serves
# machine checks, which is the same text.

debugfs=/sys/kernel/debug
switches=guests/demos/switches
must="enter_guest exit_to_host nested_2_back stub_31 answer_call reflect_syscall reflect answer_gp answer_begin answer_end answer_pf"

# One blob of each text: `VARIANT TWIN`.
different_texts()
{
	awk '{ blob = $1 " " $2; if (!(blob in text)) order[++n] = blob; text[blob] = text[blob] $3 $4 " " }
		END { for (i = 1; i <= n; i++) if (!seen[text[order[i]]]++) print order[i] }' insns.list
}

# Where the text of this blob lies.
page_of()
{
	awk -v name="$1" -v twin="$2" '$1 == "stubs" && $3 == name && $4 == twin {
		print substr($2, 1, length($2) - 3) "000" }' $debugfs/switchyard/layout
}

# aim VARIANT TWIN [WORD]...: a Guest of these under the shots; what came of them in /tmp/aimed.
aim()
{
	local variant=$1 twin=$2 page status=0 stays=0

	shift 2
	page=$(page_of "$variant" "$twin")
	# A Guest stays in for longer where the Switcher answers.
	grep -q "^$variant $twin answer_call " insns.list && stays=1 && set -- upto=2000 "$@"
	insmod lg_aim.ko from=$((0x$page)) to=$((0x$page + 4096)) late=$((${sweep:-1} - 1)) "$@" || return
	./lg --variant "$variant" --twin "$twin" $switches count=$((stays ? count * 2 : count)) stays=$stays || status=$?
	cat $debugfs/lg_aim >/tmp/aimed
	rmmod lg_aim || status=$?
	head -3 /tmp/aimed
	return $status
}

# What of the text has been met so far, by the sweeps in /tmp/sweeps; in /tmp/met how many.
count_met()
{
	awk -v variant="$1" -v twin="$2" -v must="$must" '
		BEGIN { split(must, parts); for (i in parts) wanted[parts[i]] }
		FNR == NR { if ($1 == "hit") hit[$2]; count[$1] += $2; next }
		$1 == variant && $2 == twin && $3 in wanted {
			n++
			if (!($4 in hit)) { print "never at", $3, $4; missed++ }
		}
		END {
			print n - missed, "of", n, "instructions met by", count["shots"] + count["seconds"], "NMIs"
			exit !n || missed
		}' /tmp/sweeps insns.list >/tmp/met
}

# Every instruction that can be met was.  The Host's own way to the Switcher is not always
# as long, so that two shots of a sweep can arrive at one instruction and none at the next:
# then the sweep is made again from an entry later, at most 23 times more, each with registers
# right.
each_met()
{
	local sweep status=1

	: >/tmp/sweeps
	for sweep in $(seq 24); do
		aim "$1" "$2" || return
		cat /tmp/aimed >>/tmp/sweeps
		count_met "$1" "$2" && status=0 && break
	done
	cat /tmp/met
	return $status
}

none_met()
{
	aim "$1" "$2" irq=1 || return
	! grep '^hit' /tmp/aimed
}

load
count=6000
while read -r variant twin; do
	check "$variant $twin: an NMI at each instruction" "each_met $variant $twin" 0 ' 0 wrong'
	sed "s,^,# ," /tmp/met
	check "$variant $twin: an irq aimed at each waits" "count=1000 none_met $variant $twin" 0 'shots ([3-9][0-9][0-9]|[1-9][0-9]{3})$'
done < <(different_texts)
unload
