// SPDX-License-Identifier: GPL-2.0
/*
 * privileged.c - the exits of a Guest that speaks by privileged instructions.
 *
 * Its kernel runs at ring 1, where such an instruction raises #GP.  The Host copies the
 * bytes out once, decodes them, and does to its model of the Guest's CPU (privileged.h) what the
 * instruction would do to a CPU.  An instruction that is not in the table below, or whose operands
 * a CPU would refuse, is the Guest's own fault and is reflected.
 *
 * All other exits of such a Guest are the same as any Guest's, and go to traps.c.
 */
#include <linux/slab.h>
#include "lg.h"
#include "check.h"
#include "insn.h"
#include "privileged.h"
#include "shadow.h"
#include "trace.h"

#define PF_MASK		7u

/* The error code of a fault about a descriptor: which table it is in. */
#define ERROR_IDT	2u
#define ERROR_LDT	4u

#define DR6_FIXED	0xffff0ff0u
#define DR6_STEP	0x00004000u
#define DR7_FIXED	0x00000400u

#define MOV_TO_CR3	0x18220fu	/* 0f 22 and /3; the rest of ModRM is a register */
#define INVLPG		0x38010fu	/* 0f 01 and /7, of (REGISTER); but see is_invlpg() */

#define EFLAGS_IF_BYTE	9		/* of a frame of EIP, CS, EFLAGS */

static void count_insn(struct lg_guest *g, enum lg_privileged_insn insn)
{
	lg_count(g, LG_CLASS_PRIVILEGED);
	g->counters.insns[insn]++;
}

static bool in_kernel(struct lg_guest *g)
{
	return (g->regs->cs & 3) == 1;
}

/* In code whose instructions are looked at: of the GDT (lg_code_base()). */
static bool in_kernel_code(struct lg_guest *g)
{
	return (g->regs->cs & 7) == 1;
}

/*
 * The bytes of `iret` in guests/linux/sensitive.S, behind its store of LG_IF; and how far
 * before the iret itself the whole begins, and with what.
 */
static const u8 iret_end[] = {
	0x36, 0x83, 0x3d, LG_SHARED_IRQ_PENDING & 0xff, LG_SHARED_IRQ_PENDING >> 8 & 0xff,
	LG_SHARED_IRQ_PENDING >> 16 & 0xff, LG_SHARED_IRQ_PENDING >> 24, 0,
	0x74, 0x01, 0xfb, 0xcf,
};
static const u8 iret_begin[] = { 0xf6, 0x44, 0x24, EFLAGS_IF_BYTE, LG_IF >> 8 };
#define IRET_BEGINS	42
#define ESPFIX_IRET_BEGINS	49	/* of the one that looks at its frame's SS */

/* Whether `code` stands at one of its instructions, or behind the last but one. */
static bool is_iret_end(const u8 *code)
{
	static const u8 starts[] = { 0, 8, 10, 11 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(starts); i++)
		if (!memcmp(code, iret_end + starts[i], sizeof(iret_end) - starts[i]))
			return true;
	return false;
}

static bool at_iret_end(struct lg_guest *g)
{
	u8 code[sizeof(iret_end)] = {};

	lg_fetch(g, code, sizeof(code));
	return is_iret_end(code);
}

static bool is_iret_begin(struct lg_guest *g, u32 eip)
{
	u8 code[sizeof(iret_begin)];

	return lg_copy_va(g, GVA(eip), code, sizeof(code), false) &&
	       !memcmp(code, iret_begin, sizeof(code));
}

/* A fault of the iret: it belongs to the macro's first instruction, and IF was still off. */
static void move_to_iret_begin(struct lg_guest *g)
{
	u32 eip = g->regs->eip;
	u8 byte = 0;

	if (!lg_fetch(g, &byte, 1) || byte != 0xcf)
		return;
	if (is_iret_begin(g, eip - IRET_BEGINS))
		g->regs->eip = eip - IRET_BEGINS;
	else if (is_iret_begin(g, eip - ESPFIX_IRET_BEGINS))
		g->regs->eip = eip - ESPFIX_IRET_BEGINS;
	else
		return;
	WRITE_ONCE(g->data->irq_enabled, 0);
}

/*
 * On its way back to a program whose stack segment counts 16 bits Linux has its stack in a segment
 * with a base, so that the upper half of ESP is the program's.  Its handlers leave that segment
 * first of all, since nothing else works on it; but they know it by a selector of ring 0, so the
 * Host does it for them.
 */
static __always_inline void leave_based_stack(struct lg_guest *g)
{
	struct lg_regs *regs = g->regs;
	u32 base;

	if (likely((regs->ss & 0xffff) == LG_GUEST_DS))
		return;
	base = lg_descriptor_base(lg_descriptor(g, regs->ss & 0xffff));
	if (!base)
		return;
	regs->esp += base;
	regs->ss = LG_GUEST_DS;
}

/* The trap is about to be reflected. */
static void leave_kernel(struct lg_guest *g, u8 vector)
{
	leave_based_stack(g);
	if (lg_vector_has_error(vector))
		move_to_iret_begin(g);
}

/* Reflect a trap, by the Guest's own gate and, from ring 3, on its own stack. */
void lg_raise(struct lg_guest *g, u8 vector, u32 error)
{
	if (in_kernel(g))
		leave_kernel(g, vector);
	else if (!lg_tables_stack(g))
		return;
	if (!lg_reflect(g, vector, lg_vector_has_error(vector), error))
		kill_guest(g, "unhandled trap %u at %#x (%#x)", vector, g->regs->eip, error);
}

/* P is what the Guest's own tables say (`gpte`): the shadow may lag behind. */
static void raise_page_fault(struct lg_guest *g, u32 va, u32 error, u32 gpte)
{
	WRITE_ONCE(g->data->cr2, va);
	lg_raise(g, 14, (error & PF_MASK & ~LG_PF_PRESENT) | (gpte & LG_PTE_PRESENT));
}

void lg_raise_page_fault(struct lg_guest *g, u32 va, u32 error)
{
	struct lg_walk w = {};

	if (va < lg_region_va)
		lg_walk(g, GVA(va), &w);
	if (!lg_ended(g))
		raise_page_fault(g, va, error, w.gpte);
}

static void reflect_page_fault(struct lg_guest *g, u32 cr2, u32 gpte)
{
	lg_count(g, LG_CLASS_PF_REFLECTED);
	raise_page_fault(g, cr2, g->regs->error, gpte);
}

static bool page_fault(struct lg_guest *g, u32 cr2, struct lg_run *run)
{
	u32 error = g->regs->error;
	struct lg_walk w;
	enum lg_fill fill = lg_check_access(g, GVA(cr2), error, &w);

	g->cr2 = cr2;
	if (fill == LG_FILL_DEVICE)
		return lg_handle_exit(g, 14, cr2, run);
	if (fill == LG_FILL_DONE && lg_tlb_fill(g, GVA(cr2), error, &w))
		lg_count(g, LG_CLASS_DEMAND_FILL);
	else if (!lg_ended(g))
		reflect_page_fault(g, cr2, w.gpte);
	return false;
}

/*
 * The instructions.  Each returns DONE when it is carried out or has raised a fault of
 * another kind, with EIP where that leaves it; NOT for #GP.
 */

static enum lg_emulated done(struct lg_guest *g, const struct lg_insn *in)
{
	g->regs->eip += in->at;
	return LG_EMULATE_DONE;
}

static u32 selector_in(struct lg_guest *g, u8 segment)
{
	const struct lg_regs *r = g->regs;

	switch (segment) {
	case LG_SEG_ES: return r->es & 0xffff;
	case LG_SEG_CS: return r->cs & 0xffff;
	case LG_SEG_SS: return r->ss & 0xffff;
	case LG_SEG_FS: return r->fs & 0xffff;
	case LG_SEG_GS: return r->gs & 0xffff;
	}
	return r->ds & 0xffff;
}

/* Copy an operand out of the Guest; false has raised a page fault. */
static bool read_operand(struct lg_guest *g, u32 va, void *to, u32 bytes)
{
	u32 rest = PAGE_SIZE - (va & ~PAGE_MASK);
	u8 byte;

	if (lg_copy_va(g, GVA(va), to, bytes, false))
		return true;
	if (bytes > rest && lg_copy_va(g, GVA(va), &byte, 1, false))
		va += rest;
	if (!lg_ended(g))
		lg_raise_page_fault(g, va, 0);
	return false;
}

static u32 operand_va(struct lg_guest *g, const struct lg_insn *in)
{
	return lg_descriptor_base(lg_descriptor(g, selector_in(g, in->segment))) + in->offset;
}

/* A 16-bit operand in a register or in memory; false has raised a page fault. */
static bool read_word(struct lg_guest *g, struct lg_insn *in, u32 *word)
{
	u16 value;

	if (!in->memory) {
		*word = *lg_insn_register(g->regs, in->modrm) & 0xffff;
		return true;
	}
	if (!read_operand(g, operand_va(g, in), &value, sizeof(value)))
		return false;
	*word = value;
	return true;
}

static enum lg_emulated do_cli(struct lg_guest *g, struct lg_insn *in)
{
	WRITE_ONCE(g->data->irq_enabled, 0);
	return done(g, in);
}

/* The macro has set irq_enabled already and wants what was held back; one that stands by
 * itself sets it here. */
static enum lg_emulated do_sti(struct lg_guest *g, struct lg_insn *in)
{
	if (!READ_ONCE(g->data->irq_enabled))
		WRITE_ONCE(g->data->irq_enabled, LG_IF | LG_IF_FRESH);
	return done(g, in);
}

/* With interrupts off nothing would ever wake it: it has ended.  Before it has a TSS it cannot
 * have done so in order. */
static enum lg_emulated do_hlt(struct lg_guest *g, struct lg_insn *in)
{
	u32 irq_enabled = READ_ONCE(g->data->irq_enabled);

	if (!irq_enabled) {
		strscpy(g->message, g->privileged->tss_base ? LG_TEXT_POWER_DOWN
							    : "halted in early boot",
			sizeof(g->message));
		g->shutdown_how = LG_SHUTDOWN_POWEROFF;
		set_bit(LG_ATTENTION_ENDED, &g->attention);
	} else if (irq_enabled & LG_IF_FRESH) {
		set_bit(LG_ATTENTION_HALTED, &g->attention);
	}
	return done(g, in);
}

static u32 stack_va(struct lg_guest *g)
{
	return lg_descriptor_base(lg_descriptor(g, g->regs->ss & 0xffff)) + g->regs->esp;
}

/* A frame for ring 0 returns to ring 1: its selector is made so, and the iret tried again. */
static enum lg_emulated do_iret(struct lg_guest *g, struct lg_insn *in)
{
	u32 at = stack_va(g) + 4, cs;

	if (!lg_copy_va(g, GVA(at), &cs, sizeof(cs), false) || cs & 7 || cs < 8)
		return LG_EMULATE_NOT;
	cs |= 1;
	return lg_copy_va(g, GVA(at), &cs, sizeof(cs), true) ? LG_EMULATE_DONE : LG_EMULATE_NOT;
}

/* SS of ring 1 by a selector that asks for ring 0. */
static bool load_ss(struct lg_guest *g, u32 selector)
{
	if (!lg_check_stack_selector(selector, lg_descriptor(g, selector)))
		return false;
	g->regs->ss = (selector & 0xfffc) | 1;
	return true;
}

/* MOV to SS; other segment registers fault for their own reasons. */
static enum lg_emulated do_mov_segment(struct lg_guest *g, struct lg_insn *in)
{
	u32 selector;

	if (!lg_insn_operand(in, g->regs) || (in->modrm >> 3 & 7) != LG_SEG_SS)
		return LG_EMULATE_NOT;
	if (!read_word(g, in, &selector))
		return LG_EMULATE_DONE;
	return load_ss(g, selector) ? done(g, in) : LG_EMULATE_NOT;
}

static enum lg_emulated do_pop_ss(struct lg_guest *g, struct lg_insn *in)
{
	u32 selector;

	if (in->operand_16)
		return LG_EMULATE_NOT;
	if (!read_operand(g, stack_va(g), &selector, sizeof(selector)))
		return LG_EMULATE_DONE;
	if (!load_ss(g, selector & 0xffff))
		return LG_EMULATE_NOT;
	g->regs->esp += 4;
	return done(g, in);
}

static enum lg_emulated do_lss(struct lg_guest *g, struct lg_insn *in)
{
	struct { u32 offset; u16 selector; } __packed far;

	if (!lg_insn_operand(in, g->regs) || !in->memory || in->operand_16)
		return LG_EMULATE_NOT;
	if (!read_operand(g, operand_va(g, in), &far, sizeof(far)))
		return LG_EMULATE_DONE;
	if (!load_ss(g, far.selector))
		return LG_EMULATE_NOT;
	*lg_insn_register(g->regs, in->modrm >> 3) = far.offset;
	return done(g, in);
}

static enum lg_emulated do_lldt(struct lg_guest *g, struct lg_insn *in, u32 selector)
{
	u32 fault = lg_ldt_load(g, selector);

	if (!fault)
		return done(g, in);
	lg_raise(g, fault >> 16, fault & 0xffff);
	return LG_EMULATE_DONE;
}

/* LLDT and LTR. */
static enum lg_emulated do_group6(struct lg_guest *g, struct lg_insn *in)
{
	u32 selector, which;

	if (!lg_insn_operand(in, g->regs))
		return LG_EMULATE_NOT;
	which = in->modrm >> 3 & 7;
	if (which != 2 && which != 3)
		return LG_EMULATE_NOT;
	if (!read_word(g, in, &selector))
		return LG_EMULATE_DONE;
	if (which == 2)
		return do_lldt(g, in, selector);
	return lg_tables_ltr(g, selector) ? done(g, in) : LG_EMULATE_NOT;
}

/* LGDT and LIDT. */
static enum lg_emulated load_table(struct lg_guest *g, struct lg_insn *in, bool gdt)
{
	struct { u16 limit; u32 base; } __packed table;

	if (!read_operand(g, operand_va(g, in), &table, sizeof(table)))
		return LG_EMULATE_DONE;
	if (in->operand_16)
		table.base &= 0xffffff;
	if (gdt)
		lg_tables_lgdt(g, table.base, table.limit);
	else
		lg_tables_lidt(g, table.base, table.limit);
	return done(g, in);
}

static bool set_cr0(struct lg_guest *g, u32 value)
{
	struct lg_privileged *p = g->privileged;
	bool was_paging = p->cr0 & LG_CR0_PG;

	if (!(value & LG_CR0_PE) || (was_paging && !(value & LG_CR0_PG))) {
		kill_guest(g, "CR0 set to %#x: protected mode and paging cannot be left", value);
		return false;
	}
	p->cr0 = value | LG_CR0_ET;
	if (!was_paging && value & LG_CR0_PG)
		lg_tlb_load_cr3(g, p->cr3);
	lg_set_ts(g, value & (LG_CR0_TS | LG_CR0_EM));
	return true;
}

/* LMSW sets PE and cannot clear it. */
static enum lg_emulated do_lmsw(struct lg_guest *g, struct lg_insn *in)
{
	u32 cr0 = g->privileged->cr0, word;

	if (!read_word(g, in, &word))
		return LG_EMULATE_DONE;
	set_cr0(g, (cr0 & ~0xeu) | (word & 0xf));
	return done(g, in);
}

static enum lg_emulated do_group7(struct lg_guest *g, struct lg_insn *in)
{
	u32 which;

	if (!lg_insn_operand(in, g->regs))
		return LG_EMULATE_NOT;
	which = in->modrm >> 3 & 7;
	if (which == 6)
		return do_lmsw(g, in);
	if (!in->memory)
		return LG_EMULATE_NOT;
	switch (which) {
	case 2:
	case 3:
		return load_table(g, in, which == 2);
	case 7:
		g->privileged->insn = LG_PRIVILEGED_INVLPG;
		lg_tlb_drop(g, GVA(operand_va(g, in)));
		return done(g, in);
	}
	return LG_EMULATE_NOT;
}

static enum lg_emulated do_clts(struct lg_guest *g, struct lg_insn *in)
{
	set_cr0(g, g->privileged->cr0 & ~LG_CR0_TS);
	return done(g, in);
}

/* INVD and WBINVD: the caches are coherent. */
static enum lg_emulated do_caches(struct lg_guest *g, struct lg_insn *in)
{
	return done(g, in);
}

static bool read_cr(struct lg_guest *g, u32 number, u32 *value)
{
	struct lg_privileged *p = g->privileged;

	switch (number) {
	case 0: *value = p->cr0; return true;
	case 2: *value = READ_ONCE(g->data->cr2); return true;
	case 3: *value = p->cr3; return true;
	case 4: *value = p->cr4; return true;
	}
	return false;
}

static void set_cr3(struct lg_guest *g, u32 value)
{
	g->privileged->cr3 = value;
	if (!g->linear)
		lg_tlb_load_cr3(g, value);
}

static bool set_cr4(struct lg_guest *g, u32 value)
{
	struct lg_privileged *p = g->privileged;
	u32 changed = p->cr4 ^ value;

	if (value & ~LG_CR4_ALLOWED || (value & LG_CR4_PGE && !p->has_pge))
		return false;
	p->cr4 = value;
	if (changed & LG_CR4_PGE && !g->linear)
		lg_tlb_flush(g);
	return true;
}

/* CR1 and CR5 to CR7.  A CPU may look at that before it looks at the ring, and then the Guest has
 * its #UD without the Host; this is the same for one that does not. */
static enum lg_emulated no_such_register(struct lg_guest *g)
{
	lg_raise(g, 6, 0);
	return LG_EMULATE_DONE;
}

/* The operand is a register whatever the upper bits of ModRM say. */
static enum lg_emulated do_mov_from_cr(struct lg_guest *g, struct lg_insn *in)
{
	u8 modrm = lg_insn_byte(in);

	if (in->bad)
		return LG_EMULATE_NOT;
	if (!read_cr(g, modrm >> 3 & 7, lg_insn_register(g->regs, modrm)))
		return no_such_register(g);
	return done(g, in);
}

static enum lg_emulated do_mov_to_cr(struct lg_guest *g, struct lg_insn *in)
{
	u8 modrm = lg_insn_byte(in);
	u32 value = *lg_insn_register(g->regs, modrm);
	bool allowed = true;

	if (in->bad)
		return LG_EMULATE_NOT;
	switch (modrm >> 3 & 7) {
	case 0: allowed = set_cr0(g, value) || lg_ended(g); break;
	case 2: WRITE_ONCE(g->data->cr2, value); break;
	case 3:
		g->privileged->insn = LG_PRIVILEGED_MOV_TO_CR3;
		set_cr3(g, value);
		break;
	case 4: allowed = set_cr4(g, value); break;
	default: return no_such_register(g);
	}
	return allowed ? done(g, in) : LG_EMULATE_NOT;
}

static u32 dr_number(u8 modrm)
{
	u32 number = modrm >> 3 & 7;

	return number == 4 || number == 5 ? number + 2 : number;
}

/* Kept for the Guest to read back; the CPU's DR7 stays clear, so no breakpoint fires. */
static enum lg_emulated do_mov_from_dr(struct lg_guest *g, struct lg_insn *in)
{
	u8 modrm = lg_insn_byte(in);

	if (in->bad)
		return LG_EMULATE_NOT;
	*lg_insn_register(g->regs, modrm) = g->privileged->dr[dr_number(modrm)];
	return done(g, in);
}

static enum lg_emulated do_mov_to_dr(struct lg_guest *g, struct lg_insn *in)
{
	u8 modrm = lg_insn_byte(in);
	u32 number = dr_number(modrm), value = *lg_insn_register(g->regs, modrm);

	if (in->bad)
		return LG_EMULATE_NOT;
	if (number == 6)
		value |= DR6_FIXED;
	if (number == 7)
		value |= DR7_FIXED;
	g->privileged->dr[number] = value;
	return done(g, in);
}

/*
 * What raises #GP at ring 1 and is carried out here: X(opcode, name, what it may change).
 * RDMSR, WRMSR, XSETBV, MONITOR and the like are left out, as the CPU that CPUID shows does
 * not have them.
 */
#define LG_INSNS(X)									\
	X(0x17,   POP_SS,	pop_ss,	"regs: SS by lg_check_stack_selector, ESP")	\
	X(0x8e,   MOV_SEGMENT,	mov_segment,	"regs: SS by lg_check_stack_selector")	\
	X(0xcf,   IRET,		iret,	"Guest memory: the RPL of the CS to return to")	\
	X(0xf4,   HLT,		hlt,		"attention: halted, ended")		\
	X(0xfa,   CLI,		cli,		"the shared page")			\
	X(0xfb,   STI,		sti,		"the shared page")			\
	X(0x0f00, GROUP6,	group6,	"LDT by check.h; TSS base: read as Guest-virtual") \
	X(0x0f01, GROUP7,	group7,	"live GDT and IDT by check.h; one shadow entry") \
	X(0x0f06, CLTS,		clts,		"CR0.TS of this Guest's runs")		\
	X(0x0f08, CACHES,	caches,		"nothing")				\
	X(0x0f09, CACHES,	caches,		"nothing")				\
	X(0x0f20, MOV_FROM_CR,	mov_from_cr,	"regs")					\
	X(0x0f21, MOV_FROM_DR,	mov_from_dr,	"regs")					\
	X(0x0f22, MOV_TO_CR,	mov_to_cr, "the shadow's root, by lg_set_root; its entries") \
	X(0x0f23, MOV_TO_DR,	mov_to_dr,	"the picture alone")			\
	X(0x0fb2, LSS,		lss,		"regs: SS by lg_check_stack_selector")

static bool is_port_opcode(u32 opcode)
{
	return opcode <= 0xff && (opcode & 0xf4) == 0xe4;
}

/* Where the Host has the instruction, if all that it may be is on a page that the shadow has. */
static __always_inline const u32 *map_insn(struct lg_guest *g)
{
	u32 va = lg_code_base(g) + g->regs->eip;

	if (!lg_in_one_page(va, sizeof_field(struct lg_insn, bytes)))
		return NULL;
	return lg_map_shadowed(g, GVA(va), false);
}

/*
 * The instructions of a context switch and of a change of a page's rights are known by their
 * first word, and need no decoding.
 */
static __always_inline bool is_load_cr3(struct lg_guest *g, u32 word)
{
	return (word & 0x38ffff) == MOV_TO_CR3 && !g->linear;
}

/* Its operand is a register's page, in DS: of ModRM's registers 4 is a SIB, 5 no register. */
static __always_inline bool is_invlpg(u32 word)
{
	return (word & 0xf8ffff) == INVLPG && (word >> 16 & 6) != 4;
}

static __always_inline bool is_known(struct lg_guest *g, u32 word)
{
	return is_load_cr3(g, word) || is_invlpg(word);
}

static __always_inline void emulate_known(struct lg_guest *g, u32 word)
{
	u32 value = *lg_insn_register(g->regs, word >> 16);

	g->regs->eip += 3;
	if (is_load_cr3(g, word)) {
		g->privileged->insn = LG_PRIVILEGED_MOV_TO_CR3;
		set_cr3(g, value);
		return;
	}
	g->privileged->insn = LG_PRIVILEGED_INVLPG;
	value += lg_descriptor_base(lg_descriptor(g, g->regs->ds & 0xffff));
	lg_tlb_drop(g, GVA(value));
}

/* The bytes are copied once; what is looked at is never again what the Guest can change. */
static void copy_insn(struct lg_insn *in, const u32 *host, u32 word)
{
	in->words[0] = word;
	in->words[1] = READ_ONCE(host[1]);
	in->words[2] = READ_ONCE(host[2]);
	in->words[3] = READ_ONCE(host[3]);
	in->have = LG_INSN_BYTES;
}

static enum lg_emulated do_port(struct lg_guest *g, struct lg_run *run)
{
	g->privileged->insn = LG_PRIVILEGED_PORT;
	return lg_emulate(g, run);
}

static noinline enum lg_emulated emulate_decoded(struct lg_guest *g, struct lg_run *run,
						 struct lg_insn *in)
{
	if (!lg_insn_decode(in) || in->lock)
		return LG_EMULATE_NOT;
	if (is_port_opcode(in->opcode))
		return do_port(g, run);
	switch (in->opcode) {
#define LG_X(opcode, NAME, name, changes)						\
	case opcode:									\
		g->privileged->insn = LG_PRIVILEGED_##NAME;				\
		return do_##name(g, in);
	LG_INSNS(LG_X)
#undef LG_X
	}
	return LG_EMULATE_NOT;
}

static enum lg_emulated emulate(struct lg_guest *g, struct lg_run *run)
{
	const u32 *host = map_insn(g);
	struct lg_insn in;
	u32 word;

	lg_insn_begin(&in);
	if (unlikely(!host)) {
		in.have = lg_fetch(g, in.bytes, LG_INSN_BYTES);
		return emulate_decoded(g, run, &in);
	}
	word = READ_ONCE(*host);
	copy_insn(&in, host, word);
	lg_unmap((void *)host);
	if (!is_known(g, word))
		return emulate_decoded(g, run, &in);
	emulate_known(g, word);
	return LG_EMULATE_DONE;
}

/* A gate, or a selector of the TLS, of a table that has been read again since. */
static bool is_again(struct lg_guest *g)
{
	u32 error = g->regs->error & 0xffff, again = g->privileged->read_again;

	if (error & ERROR_IDT)
		return again & LG_DIRTY_IDT;
	return again & LG_DIRTY_GDT && !(error & ERROR_LDT) && error / 8 >= LG_TLS_ENTRY &&
	       error / 8 < LG_TLS_ENTRY + LG_TLS_ENTRIES;
}

static bool general_protection(struct lg_guest *g, struct lg_run *run)
{
	enum lg_emulated emulated = LG_EMULATE_NOT;

	if (is_again(g)) {
		count_insn(g, LG_PRIVILEGED_RETRY);
		return false;
	}
	if (in_kernel_code(g))
		emulated = emulate(g, run);
	if (emulated == LG_EMULATE_NOT) {
		lg_count(g, LG_CLASS_GP_REFLECTED);
		if (!lg_ended(g))
			lg_raise(g, 13, g->regs->error & 0xffff);
		return false;
	}
	if (emulated == LG_EMULATE_LAUNCHER)
		lg_count(g, LG_CLASS_IO_LAUNCHER);
	else
		count_insn(g, g->privileged->insn);
	return emulated == LG_EMULATE_LAUNCHER;
}

/* CPUID's leaf 1, EDX: what the Guest may use.  PGE, since a load of CR3 then leaves the
 * kernel's part of the shadow (but see LG_SHADOW_FLUSH).  No APIC, no PSE, no MSRs, no SYSENTER,
 * no XSAVE. */
#define CPUID_EDX	0x0780a111u	/* FPU TSC CX8 PGE CMOV MMX FXSR SSE SSE2 */
#define CPUID_PGE	0x00002000u
#define CPUID_SIGNATURE	0x681u		/* family 6 */

static void do_cpuid(struct lg_guest *g)
{
	struct lg_regs *r = g->regs;
	u32 leaf = r->eax;

	r->eax = r->ebx = r->ecx = r->edx = 0;
	if (!leaf) {
		r->eax = 1;
		memcpy(&r->ebx, "Swit", 4);
		memcpy(&r->edx, "chya", 4);
		memcpy(&r->ecx, "rdVM", 4);
	} else if (leaf == 1) {
		r->eax = CPUID_SIGNATURE;
		r->edx = CPUID_EDX & (cpuid_edx(1) | CPUID_PGE);
		if (!g->privileged->has_pge)
			r->edx &= ~CPUID_PGE;
	} else if (leaf == 0x80000000) {
		r->eax = leaf;
	}
}

/* ud2 and "lg" before it make a CPUID of the kernel's trap. */
static bool is_marked_cpuid(struct lg_guest *g)
{
	static const u8 mark[] = { 0x0f, 0x0b, 'l', 'g', 0x0f, 0xa2 };
	u8 code[sizeof(mark)];

	return in_kernel(g) && lg_fetch(g, code, sizeof(code)) == sizeof(code) &&
	       !memcmp(code, mark, sizeof(mark));
}

static void invalid_opcode(struct lg_guest *g)
{
	if (!is_marked_cpuid(g)) {
		lg_count(g, LG_CLASS_OTHER);
		lg_raise(g, 6, 0);
		return;
	}
	count_insn(g, LG_PRIVILEGED_CPUID);
	do_cpuid(g);
	g->regs->eip += 6;
}

/* The hypercalls of such a Guest, for what it has no instruction for. */
static void hypercall(struct lg_guest *g)
{
	struct lg_regs *r = g->regs;

	lg_count(g, LG_CLASS_HYPERCALL);
	if (r->eax == LG_HC_SHUTDOWN)
		lg_shutdown(g, r->ebx, r->ecx);
	else if (r->eax != LG_HC_FLUSH_ASYNC)
		kill_guest(g, "hypercall %u: this Guest has instructions for that", r->eax);
}

static bool in_syscall_entry(struct lg_guest *g)
{
	const struct lg_privileged *p = g->privileged;

	return g->regs->eip >= p->syscall_from && g->regs->eip <= p->syscall_to;
}

/*
 * An irq may be about to be delivered.  Where the Guest turns IF off in a moment, as a CPU
 * would have before that instruction, it is off; and at the end of its iret the handler gets
 * the frame that is on the stack.
 */
void lg_privileged_irq(struct lg_guest *g)
{
	if (!READ_ONCE(g->data->irq_enabled))
		return;
	if (!in_kernel(g)) {
		lg_tables_stack(g);
		return;
	}
	g->noirq_iret = ~0u;
	if (in_syscall_entry(g)) {
		WRITE_ONCE(g->data->irq_enabled, 0);
	} else if (at_iret_end(g)) {
		leave_based_stack(g);
		g->noirq_iret = g->regs->eip;
	}
}

static bool is_short(struct lg_guest *g, u32 word)
{
	if (is_load_cr3(g, word))
		return lg_context_load_is_short(g, *lg_insn_register(g->regs, word >> 16) &
						   LG_PTE_FRAME);
	return is_invlpg(word);
}

static bool short_insn(struct lg_guest *g)
{
	const u32 *host = in_kernel_code(g) ? map_insn(g) : NULL;
	u32 word;

	if (!host)
		return false;
	word = READ_ONCE(*host);
	lg_unmap((void *)host);
	if (!is_short(g, word))
		return false;
	emulate_known(g, word);
	count_insn(g, g->privileged->insn);
	return true;
}

static bool short_page_fault(struct lg_guest *g, u32 cr2)
{
	u32 error = g->regs->error;
	struct lg_walk w;
	enum lg_fill fill = lg_check_access(g, GVA(cr2), error, &w);

	g->cr2 = cr2;
	if (fill == LG_FILL_REFLECT && !lg_ended(g)) {
		reflect_page_fault(g, cr2, w.gpte);
		return true;
	}
	if (fill != LG_FILL_DONE || !lg_tlb_fill_short(g, GVA(cr2), error, &w))
		return false;
	lg_count(g, LG_CLASS_DEMAND_FILL);
	return true;
}

/*
 * With interrupts off and the Host CPU still prepared for the Guest (lever fast_reentry): true
 * if the exit is dealt with and the Guest goes straight back in.  fast.c says what must not happen
 * here.
 */
bool lg_privileged_fast(struct lg_guest *g, u32 vector, u32 cr2)
{
	struct lg_privileged *p = g->privileged;

	if (unlikely(p->dirty | p->read_again | p->gs_back))
		return false;
	if (vector == 14)
		return short_page_fault(g, cr2) && !lg_ended(g);
	return vector == 13 && short_insn(g) && !lg_ended(g);
}

/* All but the Host's own, and a first use of the FPU (device_not_available). */
static bool is_reflected(struct lg_guest *g, u8 vector)
{
	if (vector == 7)
		return g->guest_ts || g->fpu_loaded;
	return vector == g->syscall_vec || (vector < 32 && vector != 2 && vector != 18);
}

/* What traps.c handles. */
static bool other_exit(struct lg_guest *g, u8 vector, u32 cr2, struct lg_run *run)
{
	if ((vector < 32 || vector == g->syscall_vec) && !in_kernel(g))
		lg_tables_stack(g);
	else if (is_reflected(g, vector))
		leave_kernel(g, vector);
	return lg_handle_exit(g, vector, cr2, run);
}

/* The exits of a privileged Guest, hypercalls too; true if the Launcher is needed. */
bool lg_privileged_exit(struct lg_guest *g, u8 vector, u32 cr2, struct lg_run *run)
{
	struct lg_privileged *p = g->privileged;

	if (lg_ended(g))
		return false;
	p->read_again = p->gs_back = 0;
	if (unlikely(p->dirty))
		lg_tables_read_again(g);
	/* It may have been GS, which was put away until now, that faulted: once more.  (A CPU
	 * then raises #GP; QEMU takes the segment for flat, and the page is not there.) */
	if (p->gs_back && (vector == 13 || vector == 14)) {
		count_insn(g, LG_PRIVILEGED_RETRY);
		return false;
	}
	switch (vector) {
	case 14:
		return page_fault(g, cr2, run);
	case 13:
		return general_protection(g, run);
	case LG_HYPERCALL_VECTOR:
		hypercall(g);
		return false;
	case 6:
		invalid_opcode(g);
		return false;
	case 1:
		p->dr[6] |= DR6_STEP;
		break;
	}
	return other_exit(g, vector, cr2, run);
}

static int map_shared_page(struct lg_guest *g, struct lg_privileged *p)
{
	u32 slot = LG_SHARED_VA >> 22;

	if (lg_switcher_slot == slot || lg_alias_slot == slot)
		return -ENODEV;
	p->shared_page = get_zeroed_page(GFP_KERNEL_ACCOUNT);
	p->table = (u32 *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
	if (!p->shared_page || !p->table)
		return -ENOMEM;
	p->table[LG_SHARED_VA >> 12 & 1023] = __pa(p->shared_page) | LG_PTE_PRESENT |
					      LG_PTE_RW | LG_PTE_ACCESSED | LG_PTE_DIRTY;
	g->shadows[0].dir[slot] = __pa(p->table) | LG_PTE_PRESENT | LG_PTE_RW |
				  LG_PTE_ACCESSED;
	g->data = (struct lguest_data *)p->shared_page;
	return 0;
}

/* Before all else, since a run loop is chosen by it.  False: no memory. */
bool lg_privileged_alloc(struct lg_guest *g, u32 policy)
{
	g->privileged = kzalloc(sizeof(*g->privileged), GFP_KERNEL_ACCOUNT);
	if (!g->privileged)
		return false;
	lg_contexts_init(&g->privileged->contexts);
	lg_tlb_init(g, policy);
	return true;
}

/* After its shadow has been made.  On failure lg_privileged_free puts back what there is. */
int lg_privileged_init(struct lg_guest *g)
{
	struct lg_privileged *p = g->privileged;

	p->cr0 = LG_CR0_PE | LG_CR0_ET;
	p->dr[6] = DR6_FIXED;
	p->dr[7] = DR7_FIXED;
	g->noirq_iret = ~0u;
	lg_tables_init(g);
	return map_shared_page(g, p);
}

void lg_privileged_free(struct lg_guest *g)
{
	struct lg_privileged *p = g->privileged;

	if (!p)
		return;
	lg_contexts_free(g);
	g->data = NULL;
	lg_ldt_free(g);
	free_page(p->shared_page);
	free_page((unsigned long)p->table);
	kfree(p);
	g->privileged = NULL;
}

/*M:
 * HLT that waits a moment first.  A real interrupt while the Guest runs costs 1,297 instructions; a
 * halt goes back to the Launcher, whose path alone is 1,703 (in_launcher), and a clock that is
 * due at once takes 3,462 up to its handler.  Polling `irqs` in the Host for the length of one
 * such path would save it whenever an irq comes within.  In the way: the CPU is another's
 * meanwhile, and instructions are a poor measure of a wait.
 */
