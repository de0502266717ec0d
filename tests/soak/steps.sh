# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the soak consists of, for inside, which does it, and whole, which keeps what came of it.
# Both set `share` and `variants` before.
: "${share:?}" "${variants[0]:?}"

random=guests/attacks/random

# part N: this share of N, and at least one.
part()
{
	local n=$(($1 * share / 1000))

	echo $((n > 0 ? n : 1))
}

# Files of tests/host/lab that do what make test does of them, some times over.
soak_files="device fail memory storms"
# In a small soak they would be the whole of it, and Linux is a part of the tests by itself.
is_large()
{
	[ "$share" -ge 100 ]
}

# The steps, a command a line, the long ones first.
steps()
{
	local n v twin requests what

	requests=$(part 10000)
	[ "$requests" -ge 100 ] || requests=100
	! is_large || echo function_step "'Linux Guests'" "'3 Guests'" linux_guests
	echo function_step "'lifetimes'" "'lifetimes\$'" lifetimes "$(part 10000)"
	echo step "'requests that end a Guest'" "'of them ended'" tests/device fuzz 33 fatal \
		"$(part 100000)"
	for n in "${!variants[@]}"; do
		v=${variants[n]}
		echo step "'fatal operations: $v'" "'PASS: .* ended by what they did'" \
			./lg --mem 2 --test-devices=all --variant "$v" $random seed="$n" \
			fatal="$(part $((100000 / ${#variants[@]})))"
		what="count=$(part 10000000)"
		# Its null hypercall is no switch; with stays=1 there are three in each turn.
		[ "$v" != resident ] || what="count=$(part 3400000) stays=1"
		echo step "'switches: $v'" "', 0 wrong'" ./lg --variant "$v" guests/demos/switches \
			"$what"
	done
	echo step "'Launchers killed'" "'Launchers killed'" tests/device killed 1 "$(part 512)"
	for n in $(seq 32); do
		v=${variants[n % ${#variants[@]}]}
		twin=plain
		[ $((n / ${#variants[@]} % 2)) = 0 ] || twin=probed
		echo step "'seed $n: operations of a Guest, $v $twin'" "'PASS: .* operations'" \
			./lg --mem 2 --test-devices=all --variant "$v" --twin $twin $random \
			seed="$n" ops="$(part 1000000)"
		echo step "'seed $n: requests of a Launcher'" "'operations'" \
			tests/device fuzz "$n" "$requests"
	done
}

# The names of all steps, a line each.
step_names()
{
	local name

	echo loads
	steps | sed "s/^[a-z_]* '\([^']*\)'.*/\1/"
	for name in $soak_files; do
		! is_large || echo "$name"
	done
}
