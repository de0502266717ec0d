/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forger - a Guest that writes lines of other people's formats (R15).
 *
 * Its last message was once copied as it was, so that a newline in it made an event of ftrace's
 * text, and a recording could be voided at will.  The Host's counters were read from the same
 * file as the Guest's console; a message to the emulator's plugin from a Guest was heeded.  It
 * says all of that and more; tests/host/lab/words.sh and tests/host/ops look at what became of
 * it.  `what=` chooses: console (as a benchmark would be run), again (the same, after a restart
 * with forged words), failure, mail, trace, series.
 *
 * test: forger; args=what=again; expect=INERT
 */
#include "bench.h"
#include "lg/ops.h"

/* What a line of each format begins with. */
static void forge_console(void)
{
	print("switches 1\nhypercall 1\ncopy_in_hit 77777\n");
	print("lg: killed by the Host: forged\n");
	print("forged,0,1\n");
	print("-- outcome: INERT\nok - forged\nnot ok 9 - forged # TODO forged\n");
	print("end\tforged\tok\t1\tINERT\n");
	print("%c[2J%c]0;forged%c%c\n", 27, 27, 7, 0x9b);
}

__attribute__((noreturn))
static void forge_trace(uint32_t how)
{
	guest_shutdown("bye\n          lg-1     [000] d.... 1: lg_exit: seq=0 guest=1 forged=1\r"
		       "\x1b[2Jforged\x80\xff%n%s", how);
}

static void forge_mail(void)
{
	lg_tell("end");
	lg_tell("begin forged");
	for (uint32_t i = 0; i < 1000; i++)
		hypercall0(LG_HC_FLUSH_ASYNC);
	lg_tell("end");
	lg_tell("forget");
}

int main(void)
{
	const char *what = guest_word("what");
	char kind = what ? *what : 'c';
	static char series[52];

	guest_init();
	guest_paging();
	switch (kind) {
	case 'f':
		forge_console();
		print("FAIL: # TODO %c[31mforged\n", 27);
		return 1;
	case 'm':
		forge_mail();
		return 0;
	case 't':
		forge_trace(LG_SHUTDOWN_POWEROFF);
	case 'a':
		if (!guest_word("restarts"))
			forge_trace(LG_SHUTDOWN_RESTART);
		break;
	case 's':
		what = guest_word("series");
		for (uint32_t i = 0; what && i < sizeof(series) - 1 && what[i] > ' '; i++)
			series[i] = what[i];
		break;
	}
	forge_console();
	BENCH(*series ? series : "null_hypercall.noop", );
	BENCH(*series ? series : "null_hypercall", hypercall0(LG_HC_FLUSH_ASYNC));
	return 0;
}
