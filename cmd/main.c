/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main program: it has the commands that are linked into it, see util/command.h. */
#include "cmd.h"
#include "util/message.h"
#include "util/status.h"

int unsupported_native(void)
{
	message_error("--native acts on an i386 kernel: use the i386 program, or leave --native "
		      "out");
	return STATUS_REFUSED;
}

int main(int argc, char **argv)
{
	return command_main(argc, argv);
}
