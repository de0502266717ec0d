// SPDX-License-Identifier: GPL-2.0
/*
 * emulate.c - the instructions that fault at ring 1 and are carried out here: IN and
 * OUT in their eight opcodes, with or without the operand-size prefix; and cli, which is skipped:
 * nothing that a Guest can do at ring 1 would undo it.
 *
 * A port that the Launcher has claimed goes to the Launcher; any other reads as all
 * ones and swallows what is written, like a bus without devices.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include "lg.h"
#include "check.h"
#include "resident.h"

#define PREFIX_OPERAND_SIZE	0x66
#define OPCODE_CLI		0xfa

/* What a Guest has of which no port is claimed. */
static DECLARE_BITMAP(no_ports, LG_PORTS);

struct io {
	u32 port;
	u8 width;		/* bytes */
	bool in;
	u8 insn_bytes;
};

/* Read up to `bytes` of the Guest's next instruction; returns how many there were,
 * fewer where the next page is not mapped. */
u32 lg_fetch(struct lg_guest *g, u8 *insn, u32 bytes)
{
	u32 va = lg_code_base(g) + g->regs->eip;
	u32 here = min_t(u32, bytes, PAGE_SIZE - (va & ~PAGE_MASK));

	if (!lg_copy_va(g, GVA(va), insn, here, false))
		return 0;
	if (here == bytes ||
	    !lg_copy_va(g, GVA(va + here), insn + here, bytes - here, false))
		return here;
	return bytes;
}

/* The first bytes of an instruction at an even cost: one word if it lies in one page. */
static u32 fetch_short(struct lg_guest *g, u32 *insn)
{
	u32 va = lg_code_base(g) + g->regs->eip;
	u32 *host;

	if (unlikely((va & ~PAGE_MASK) > PAGE_SIZE - 4))
		return lg_fetch(g, (u8 *)insn, 4);
	host = lg_map_va(g, GVA(va), false);
	if (!host)
		return 0;
	*insn = READ_ONCE(*host);
	lg_unmap(host);
	return 4;
}

static bool decode_io(struct lg_guest *g, const u8 *insn, u32 bytes, struct io *io)
{
	u32 i = 0;
	u8 opcode;

	io->width = 4;
	if (bytes && insn[0] == PREFIX_OPERAND_SIZE) {
		io->width = 2;
		i = 1;
	}
	if (i >= bytes)
		return false;
	opcode = insn[i++];
	if ((opcode & LG_IO_OPCODE_MASK) != LG_IO_OPCODE)
		return false;
	if (!(opcode & LG_IO_WIDE))
		io->width = 1;
	io->in = !(opcode & LG_IO_OUT);
	if (opcode & LG_IO_DX)
		io->port = g->regs->edx & 0xffff;
	else if (i < bytes)
		io->port = insn[i++];
	else
		return false;
	io->insn_bytes = i;
	return true;
}

static u32 width_mask(u8 width)
{
	return 0xffffffffu >> (32 - width * 8);
}

/* IN's answer: it changes its own width of EAX and nothing else. */
static void set_eax(struct lg_guest *g, u8 width, u32 value)
{
	u32 mask = width_mask(width);

	g->regs->eax = (g->regs->eax & ~mask) | (value & mask);
}

static bool is_claimed(struct lg_guest *g, u32 port)
{
	return test_bit(port, g->ports);
}

static enum lg_emulated ask_launcher(struct lg_guest *g, const struct io *io,
				     struct lg_run *run)
{
	run->reason = LG_RUN_PORT;
	run->port.port = io->port;
	run->port.width = io->width;
	run->port.in = io->in;
	run->value = io->in ? 0 : g->regs->eax & width_mask(io->width);
	if (io->in)
		g->pending_in_width = io->width;
	return LG_EMULATE_LAUNCHER;
}

/* The next LG_RUN brings the answer to an IN. */
void lg_finish_in(struct lg_guest *g, u32 value)
{
	set_eax(g, g->pending_in_width, value);
	g->pending_in_width = 0;
}

enum lg_emulated lg_emulate(struct lg_guest *g, struct lg_run *run)
{
	u32 word = 0, bytes = fetch_short(g, &word);
	const u8 *insn = (const u8 *)&word;
	struct io io;

	if (bytes && insn[0] == OPCODE_CLI) {
		g->regs->eip++;
		return LG_EMULATE_DONE;
	}
	if (!decode_io(g, insn, bytes, &io))
		return LG_EMULATE_NOT;
	if (unlikely(is_claimed(g, io.port))) {
		if (!run)
			return LG_EMULATE_NOT;
		g->regs->eip += io.insn_bytes;
		return ask_launcher(g, &io, run);
	}
	g->regs->eip += io.insn_bytes;
	if (io.in)
		set_eax(g, io.width, ~0u);
	return LG_EMULATE_DONE;
}

void lg_ports_init(struct lg_guest *g)
{
	lg_resident_news(g);
	g->ports = no_ports;
}

void lg_ports_exit(struct lg_guest *g)
{
	if (g->ports != no_ports)
		kfree(g->ports);
}

int lg_claim_ports(struct lg_guest *g, const struct lg_ports *claim)
{
	if (claim->first >= LG_PORTS || claim->count > LG_PORTS - claim->first)
		return -EINVAL;
	if (g->ports == no_ports) {
		unsigned long *ports = bitmap_zalloc(LG_PORTS, GFP_KERNEL_ACCOUNT);

		if (!ports)
			return -ENOMEM;
		g->ports = ports;
	}
	if (claim->claim)
		bitmap_set(g->ports, claim->first, claim->count);
	else
		bitmap_clear(g->ports, claim->first, claim->count);
	lg_resident_news(g);
	return 0;
}
