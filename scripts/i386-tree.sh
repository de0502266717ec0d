# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Trees of Debian 12 for i386, made by scripts/i386-tree and kept in the user's cache by the list of their packages;
# unpacked they are build/trees/NAME/root.  Sourced, after lib.sh; as root.
#
#   i386_tree NAME                    sees to it that it is there, with $PACKAGES, $FILES and $DOWNLOAD
#   in_layer NAME LAYER COMMAND...    runs COMMAND in the tree, which looks as it was left by the last command
#                                     in that layer: a folder, or an empty one for a fresh tree.  The tree
#                                     itself stays as it is, and the project is seen at /src, read-only

. "$top/scripts/cached-tree.sh"

i386_tree()
{
	local folder=$top/build/trees/$1 key
	# For scripts/i386-tree, and no longer: another tree has others.
	local -x PACKAGES=$PACKAGES FILES=${FILES:-} DOWNLOAD=${DOWNLOAD:-}

	key=$( (
		cat "$top/scripts/i386-tree"
		xargs -n 1 <<<"$PACKAGES $DOWNLOAD"
		[ -z "$FILES" ] || (cd "$FILES" && find . -type f -exec sha256sum {} + | sort)
	) | sha256sum | cut -c1-16)
	[ "$(cat "$folder/key" 2>/dev/null || :)" != "$key" ] || return 0
	cached_tree "$1" "$key" "$top/scripts/i386-tree" "the i386 tree '$1'"
	need_space "$top" 4000
	rm -rf "$folder"
	mkdir -p "$folder/root"
	unpack_tree "$folder/root"
	mkdir -p "$folder/root/src"
	echo "$key" >"$folder/key"
}

# All mounts are gone when it ends.
in_layer()
{
	local tree=$top/build/trees/$1/root layer=$2

	shift 2
	mkdir -p "$layer/upper" "$layer/work" "$layer/root"
	unshare --mount --propagation private setarch i686 bash -eu -c '
		tree=$1 layer=$2 src=$3 root=$2/root
		shift 3
		mount -t overlay -o "lowerdir=$tree,upperdir=$layer/upper,workdir=$layer/work" layer "$root"
		mount -t proc proc "$root/proc"
		mount -t tmpfs -o mode=1777 tmp "$root/tmp"
		mount -t tmpfs -o mode=755 dev "$root/dev"
		for device in null zero full random urandom tty; do
			: >"$root/dev/$device"
			mount --bind "/dev/$device" "$root/dev/$device"
		done
		ln -s /proc/self/fd "$root/dev/fd"
		mkdir "$root/dev/shm" "$root/dev/pts"
		mount --bind "$src" "$root/src"
		mount -o remount,bind,ro "$root/src"
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb \
			DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
	' - "$tree" "$layer" "$top" "$@"
}
