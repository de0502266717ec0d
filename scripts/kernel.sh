# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# What scripts/linux-guest and scripts/debug-kernel share: a kernel is built from Debian's own
# source without a change, once, and kept in the user's cache.  Sourced, after scripts/lib.sh.

package=linux-source-6.1
# The kernel must not contain the time, place or user of the build.
settings="ARCH=i386 KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=lg KBUILD_BUILD_HOST=lg"

scratch=
cleanup()
{
	[ -z "$scratch" ] || rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# need_source: the packages are installed.
need_source()
{
	"$top/scripts/setup" linux
	[ -r "/usr/src/$package.tar.xz" ] ||
		die "/usr/src/$package.tar.xz is missing: reinstall the package $package"
}

# make in the source, quietly.
kernel()
{
	# The settings are a list of words.
	# shellcheck disable=SC2086
	nice -n 10 make -C "$scratch/$package" -s $settings "$@"
}

# refused CONFIG TREE: those options of the config that the kernel's own rules have not let in.
refused()
{
	local line

	grep -E '^CONFIG_' "$1" | while IFS= read -r line; do
		case $line in
		*=n) ! grep -q "^${line%=n}=" "$2/.config" || echo "$line" ;;
		*) grep -qxF "$line" "$2/.config" || echo "$line" ;;
		esac
	done
}

# let_in CONFIG TREE: all are; otherwise which are not is printed.
let_in()
{
	local missing

	missing=$(refused "$@")
	[ -z "$missing" ] || { echo "not in the kernel's config:"; echo "$missing"; return 1; }
}

# cached KIND KEY SPACE COST BUILD: set $made to the cache's folder KIND-KEY.  If it is not there,
# the function BUILD is called, in an || list, with the source unpacked in $scratch, and what it
# puts into $scratch/done becomes the folder.
cached()
{
	local kind=$1 space=$3 cost=$4 build=$5 cache

	cache=$(cache_dir)
	made=$cache/$kind-$2
	mkdir -p "$cache"
	exec 8>"$cache/$kind.lock"
	flock -n 8 || { say "another build of the kernel is at work; waiting"; flock 8; }
	if [ ! -d "$made" ]; then
		rm -rf "$cache/scratch-$kind".*
		scratch=$(mktemp -d "$cache/scratch-$kind.XXXXXX")
		need_space "$scratch" "$space"
		say "building a kernel from $package: $cost of one CPU at low priority"
		mkdir "$scratch/done"
		{ tar -C "$scratch" -xf "/usr/src/$package.tar.xz" && "$build"; } >"$scratch/log" 2>&1 || {
			cp "$scratch/log" "$cache/$kind.log"
			die "the kernel could not be built; see $cache/$kind.log"
		}
		mv "$scratch/done" "$made"
		rm -rf "$scratch"
		hand_over "$cache"
	fi
	exec 8>&-
}
