/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ports.h - the contract between a Guest and our Launcher, lg: the ports of its devices.
 *
 * The Host knows none of these numbers: a Launcher claims the ports that it wants
 * (LG_CLAIM_PORTS), and an IN or OUT there comes out to it.  All of ours lie between
 * PORT_FIRST and PORT_LAST, so that a Guest that tries every port knows which to skip.
 * They avoid what a PC kernel touches at boot: 0x80 and 0xed (delays), 0xf0 and 0xf1 (the
 * FPU's interrupt).  0xf4, the exit port of the lab machine, is no device of the Launcher.
 *
 * Test ports act only in a Launcher that was started with --test-devices; any other Launcher ends
 * a Guest that uses one, with status 6.
 */
#ifndef LG_PORTS_H
#define LG_PORTS_H

#define PORT_FIRST	0xd8
#define PORT_LAST	0xec

/* ---- for every Guest ---- */

/* byte out: the Guest's own verdict, 0 = passed; once failed it stays so */
#define PORT_STATUS	0xe8
#define PORT_CONSOLE	0xe9	/* byte out: a character; in: CONSOLE_ANSWER of the port */
#define PORT_SAMPLES	0xea	/* word out: pa of a struct samples_block */

/* What a port answers whose IN a Guest can check. */
#define CONSOLE_ANSWER(port)	(0x5a000000u | (port) << 8 | 0xa5)

/* A block of samples: the Launcher reads it during the OUT and keeps nothing of it. */
struct samples_block {
	unsigned int magic;	/* SAMPLES_MAGIC */
	unsigned int count;
	unsigned int values_pa;	/* count words, word-aligned */
	char series[52];	/* a letter, then letters, digits, '_' and '.'; NUL-terminated */
};
#define SAMPLES_MAGIC	0x4c504d53	/* "SMPL" */

/* ---- test ports: device `lives` ---- */

/* word out: after a kill make the Guest again, up to that many lives */
#define PORT_LIVES	0xd8
#define PORT_LIMIT	0xd9	/* word out: ms to live, during which no port is answered */
/* this port and the next three: words that outlive a life; out adds, in reads */
#define PORT_TALLY	0xda
#define TALLIES		4
#define TALLY_DEATHS	3	/* the one that the Launcher itself increments at each death */

/* ---- registers ---- */

#define PORT_FLAGS	0xde	/* word out: EFLAGS, by LG_SET_REGS */
#define PORT_SEGMENT	0xdf	/* word out: which (0 to 5: cs ss ds es fs gs) << 16 | selector */

/* ---- second threads: flip, rearm, intrude; one of them in a life ---- */

/* word out: pa of a struct lguest_data, whose bits the thread keeps flipping */
#define PORT_FLIP	0xe0
/* word out: the same pa; the thread queues free entries of its ring.  In: how many */
#define PORT_REARM	0xe1
#define PORT_INTRUDE	0xe2	/* out: the thread keeps calling LG_RUN, which must fail */

/* ---- sleeps ---- */

#define PORT_SLEPT	0xe3	/* word in: how often the Launcher has gone to sleep voluntarily */

/* ---- companions ---- */

#define PORT_COMPANIONS	0xe4	/* byte out: that many more Guests like this one on its CPU */
#define PORT_TURN	0xe5	/* byte out: yield to the next of them */

/* ---- irq, trap ---- */

#define PORT_IRQ	0xe6	/* byte out: raise that irq */
#define PORT_TRAP	0xe7	/* byte out: inject that trap; word out: error code << 8 | trap */

/* ---- neighbour, moves ---- */

#define PORT_NEIGHBOUR	0xeb	/* byte out: a process that runs while the Guest halts */
#define NEIGHBOUR_IRQ	5	/* the irq with which that process ends the HALT */
#define PORT_MOVE	0xec	/* out: go to the next CPU; in: how many CPUs there are */

#endif
