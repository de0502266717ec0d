# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# How sink.ctf.fs is asked for what LTTng writes, CTF 1.8: Babeltrace 2.1 would write CTF 2, and 2.0
# knows no such parameter.
writes_ctf2=
! pkg-config --atleast-version=2.1 babeltrace2 || writes_ctf2=y

# ctf_params FOLDER: its parameters.
ctf_params()
{
	echo "path=\"$1\",quiet=yes${writes_ctf2:+,ctf-version=\"1\"}"
}
