# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What vm/lab does differently for the profile `bochs`.  Sourced by it, never run.
#
# GRUB boots a disk made for this one boot: GRUB itself, the kernel, and the root with
# payload and command in it.  No file system is needed: GRUB gets the numbers of the sectors.  The
# console and the three channels are serial lines; files leave by the parallel port.

# A second of Bochs's clock is this many instructions.
BOCHS_IPS=200000000

bochs_programs()
{
	local program

	for program in bochs grub-mkimage; do
		command -v "$program" >/dev/null || die "$program is missing: run 'make setup'"
	done
	[ -e /usr/lib/grub/i386-pc/boot.img ] || die "GRUB's images are missing: run 'make setup'"
	[ -e "$base/initrd-bochs" ] || die "the base has nothing for Bochs: run 'make base'"
	case $append in
	*"'"*) bad_usage "--append must not have a quote with --profile bochs" ;;
	esac
}

# The shared libraries that programs name, and that those name in turn.
bochs_libraries()
{
	local folder=$base/root/usr/lib/i386-linux-gnu more=("$@") name
	local -A seen=()

	while [ ${#more[@]} -gt 0 ]; do
		mapfile -t names < <(readelf -d "${more[@]}" 2>/dev/null |
			sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u)
		more=()
		for name in ${names[@]+"${names[@]}"}; do
			[ -z "${seen[$name]:-}" ] && [ -e "$folder/$name" ] || continue
			seen[$name]=1
			more+=("$folder/$name")
		done
	done
	[ ${#seen[@]} = 0 ] || printf "$folder/%s\n" "${!seen[@]}"
}

# What is added to the root: /lab and its libraries, what lies in /out, the command and
# lab-init.  Modules lose what only a debugger reads, most of their size.
bochs_add()
{
	local add=$work/root file

	mkdir -p "$add/run/lab" "$add/usr/lib/i386-linux-gnu"
	cp "$top/vm/bochs/init" "$add/init"
	cp "$top/vm/lab-init" "$work/add/command" "$add/run/lab/"
	cp -r "$payload" "$add/lab"
	[ -z "$out" ] || cp -r "$out" "$add/out"
	touch "$add/run/lab/old"
	find "$add" -path "$add/lab" -prune -o -exec touch -hd @0 {} +
	find "$add/lab" -name '*.ko' -exec strip --strip-debug {} +
	mapfile -t files < <(find "$add/lab" -type f -perm -100 ! -path '*/guests/*')
	[ ${#files[@]} = 0 ] || bochs_libraries "${files[@]}" | while read -r file; do
		cp -L "$file" "$add/usr/lib/i386-linux-gnu/"
	done
	cat "$base/initrd-bochs"
	(cd "$add" && find . -mindepth 1 | cpio -o -H newc -R 0:0 --quiet)
	rm -rf "$add"
}

sectors()
{
	echo $((($(stat -c %s "$1") + 511) / 512))
}

# The disk: GRUB, from 1 MiB the kernel, then the root.
bochs_disk()
{
	local kernel_at=2048 kernel_long root_at root_long word

	kernel_long=$(sectors "$base/unpacked-$kernel")
	root_at=$((kernel_at + kernel_long))
	root_long=$(sectors "$work/initrd")
	{
		printf 'linux (hd0)%d+%d' "$kernel_at" "$kernel_long"
		for word; do
			printf " '%s'" "$word"
		done
		printf '\ninitrd (hd0)%d+%d\nboot\n' "$root_at" "$root_long"
	} >"$work/grub.cfg"
	grub-mkimage -O i386-pc -p / -c "$work/grub.cfg" -o "$work/grub" biosdisk linux
	cat /usr/lib/grub/i386-pc/boot.img "$work/grub" >"$work/disk"
	dd if="$base/unpacked-$kernel" of="$work/disk" bs=512 seek="$kernel_at" status=none
	dd if="$work/initrd" of="$work/disk" bs=512 seek="$root_at" status=none
	rm "$work/initrd"
	# A whole number of cylinders, so that the geometry is found.
	truncate -s %516096 "$work/disk"
}

bochs_configuration()
{
	cat <<-END
		plugin_ctrl: unmapped=1, biosdev=1, extfpuirq=1, parallel=1, serial=1, speaker=0, gameport=0, iodebug=0
		display_library: term
		romimage: file=/usr/share/bochs/BIOS-bochs-latest, options=fastboot
		vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
		cpu: model=$cpu, count=$cpus, ips=$BOCHS_IPS, reset_on_triple_fault=0
		memory: guest=$mem, host=$mem
		clock: sync=none, time0=utc
		ata0-master: type=disk, path=disk, mode=flat
		boot: disk
		com1: enabled=1, mode=file, dev=console
		com2: enabled=1, mode=file, dev=output.fifo
		com3: enabled=1, mode=file, dev=errors.fifo
		com4: enabled=1, mode=file, dev=status
		parport1: enabled=1, file=files
		log: bochs.log
		panic: action=fatal
		error: action=report
		info: action=ignore
		debug: action=ignore, unmapped=report
	END
}

bochs_arrange()
{
	local words="console=ttyS0 quiet panic=-1 oops=panic panic_on_warn=1 reboot=t lab.serial"

	words+=" watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120 randomize_kstack_offset=off"
	# Skip what a boot does not need, and give what is known beforehand: that leaves 4e8 of 4e9
	# instructions.
	words+=" cryptomgr.notests initcall_blacklist=load_system_certificate_list noisapnp"
	words+=" io_delay=none tsc=reliable random.trust_cpu=on lpj=$((BOCHS_IPS / 250))"
	[ -z "$out" ] || words+=" lab.out"
	bochs_add >"$work/initrd"
	# shellcheck disable=SC2086
	bochs_disk $words $append
	bochs_configuration >"$work/bochsrc"
	# The file of commands of Bochs's debugger, which Debian's build has in it.
	printf 'c\nq\n' >"$work/commands"
	ln -s "$(realpath "$log")" "$work/console"
	for fd in 5 6; do
		[ $fd = 5 ] && channel=output || channel=errors
		mkfifo "$work/$channel.fifo"
		cat "$work/$channel.fifo" >&$fd &
		readers+=($!)
		exec {held}>"$work/$channel.fifo"
		writers+=("$held")
	done
	emulator=(bochs "$(bochs --help 2>&1 | sed -n 's/^ *\(Bochs x86 Emulator .*\)/\1/p')")
	said=(bochs "$(grep -E '^(cpu|memory|clock):' "$work/bochsrc" | paste -sd ' ')" "$words $append")
}

# Bochs draws its screen on a pseudo-terminal that it opens itself and names, and stops when nobody
# reads it.
bochs_screen()
{
	local screen

	while kill -0 "$1" 2>/dev/null; do
		screen=$(sed -n 's/.*connected to screen "\(.*\)".*/\1/p' "$work/bochs.said")
		[ -z "$screen" ] || exec cat "$screen"
		sleep 0.2
	done
}

bochs_on()
{
	: >"$work/bochs.log"
	: >"$work/bochs.said"
	rm -f "$work/files" "$work/disk.lock"
	(cd "$work" && TERM=linux exec setsid setpriv --pdeathsig KILL \
		bochs -f bochsrc -rc commands) </dev/null >"$work/bochs.said" 2>&1 &
	pid=$! began=$SECONDS
	bochs_screen "$pid" >/dev/null 2>&1 5>&- 6>&- &
}

# Bochs has no device at port 0xf4, and logs writes to ports without one.
bochs_escaped()
{
	grep -q 'UNM.*8-bit write to 00f4 = 5a' "$work/bochs.log"
}

# Print what went wrong with the machine itself, if anything did.
bochs_trouble()
{
	sed -n 's/^[0-9]*p\[.*>>PANIC<< //p' "$work/bochs.log" |
		grep -v 'ACPI control: soft power off' |
		sed 's/.*3rd .*exception with no resolution.*/a triple fault/; q'
}

# The error that Bochs printed before the first instruction.
bochs_refused()
{
	[ ! -s "$log" ] || return 0
	sed -n 's/^00000000000p\[.*>>PANIC<< //p' "$work/bochs.log" | head -n 1
	tr -d '\r' <"$work/bochs.said" | grep -a -A1 'exiting with the following message' | sed -n '2p'
}

bochs_files()
{
	if [ -n "$out" ] && [ -s "$work/files" ]; then
		(cd "$out" && cpio -idmu --quiet --no-absolute-filenames <"$work/files") || :
	fi
}
