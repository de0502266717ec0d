/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mmio.c - the device window: plain registers right above the Guest's memory, bytes
 * that belong to the Launcher.  The Host maps nothing there, so LG_RUN returns at each access with
 * its address and the bytes of the instruction; here it is decoded, carried out on the Guest's
 * registers, and skipped.
 *
 * The instructions that drivers use are supported: MOV between a register and memory, immediate to
 * memory and the moffs forms, in 8, 16 and 32 bits, MOVZX and MOVSX.  Anything else ends
 * the Launcher.  The instruction is untrusted: it is carried out only if the address that it
 * computes, and the direction, are those of the fault.
 */
#include <Zydis/Zydis.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "die.h"
#include "mmio.h"

#define PAGE_BYTES	4096u
/* "a4 f3 ..." for every byte that an instruction may have. */
#define TEXT_BYTES	(3 * 15 + 1)

struct access {
	ZydisDecodedInstruction insn;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
	struct lg_user_regs regs;
};

static uint8_t *registers;
static uint32_t window_bytes;

void mmio_make(uint32_t pages)
{
	window_bytes = pages * PAGE_BYTES;
	registers = pages ? calloc(pages, PAGE_BYTES) : NULL;
	if (pages && !registers)
		die(END_REFUSED, "a device window of %u pages: %s", pages, strerror(errno));
}

void mmio_free(void)
{
	free(registers);
	registers = NULL;
	window_bytes = 0;
}

__attribute__((noreturn))
static void refuse(struct machine *m, const char *why)
{
	char text[TEXT_BYTES] = " none";
	uint32_t n = m->run.device.insn_bytes;

	for (uint32_t i = 0; i < n && i < sizeof(m->run.device.insn); i++)
		sprintf(text + 3 * i, " %02x", m->run.device.insn[i]);
	die(END_FAILED, "the device window, %s %#x: %s (instruction bytes%s)",
	    m->run.device.write ? "write to" : "read from", m->run.device.pa, why, text);
}

/* ---- the Guest's registers ---- */

/* eax, ecx, edx, ebx, esp, ebp, esi, edi: the order of their numbers. */
static uint32_t *gpr(struct lg_user_regs *r, unsigned int number)
{
	uint32_t *by_number[] = { &r->eax, &r->ecx, &r->edx, &r->ebx,
				  &r->esp, &r->ebp, &r->esi, &r->edi };

	return by_number[number & 7];
}

/* Where a named register lies: bytes 4 to 7 by number are the second bytes of 0 to 3. */
static uint8_t *place(struct machine *m, struct lg_user_regs *r, ZydisRegister name)
{
	if (name >= ZYDIS_REGISTER_EAX && name <= ZYDIS_REGISTER_EDI)
		return (uint8_t *)gpr(r, name - ZYDIS_REGISTER_EAX);
	if (name >= ZYDIS_REGISTER_AX && name <= ZYDIS_REGISTER_DI)
		return (uint8_t *)gpr(r, name - ZYDIS_REGISTER_AX);
	if (name >= ZYDIS_REGISTER_AL && name <= ZYDIS_REGISTER_BL)
		return (uint8_t *)gpr(r, name - ZYDIS_REGISTER_AL);
	if (name >= ZYDIS_REGISTER_AH && name <= ZYDIS_REGISTER_BH)
		return (uint8_t *)gpr(r, name - ZYDIS_REGISTER_AH) + 1;
	refuse(m, "only general registers may be moved");
}

static uint32_t value_of(struct machine *m, struct lg_user_regs *r, ZydisRegister name)
{
	uint32_t value = 0;

	if (name != ZYDIS_REGISTER_NONE)
		memcpy(&value, place(m, r, name), ZydisRegisterGetWidth(
			ZYDIS_MACHINE_MODE_LEGACY_32, name) / 8);
	return value;
}

/* ---- the instruction ---- */

static void decode(struct machine *m, struct access *a)
{
	ZydisDecoder decoder;

	if (!m->run.device.insn_bytes)
		refuse(m, "the instruction cannot be read");
	ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LEGACY_32, ZYDIS_STACK_WIDTH_32);
	if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, m->run.device.insn,
						 m->run.device.insn_bytes, &a->insn,
						 a->operands)))
		refuse(m, "no instruction");
	if (a->insn.mnemonic != ZYDIS_MNEMONIC_MOV &&
	    a->insn.mnemonic != ZYDIS_MNEMONIC_MOVZX &&
	    a->insn.mnemonic != ZYDIS_MNEMONIC_MOVSX)
		refuse(m, "only MOV, MOVZX and MOVSX are carried out");
}

/* The address that the instruction computes; segments are flat. */
static uint32_t address(struct machine *m, struct access *a, const ZydisDecodedOperandMem *mem)
{
	uint32_t at = mem->disp.has_displacement ? mem->disp.value : 0;

	if (mem->segment == ZYDIS_REGISTER_FS || mem->segment == ZYDIS_REGISTER_GS)
		refuse(m, "not through %fs or %gs");
	at += value_of(m, &a->regs, mem->base);
	at += value_of(m, &a->regs, mem->index) * mem->scale;
	return a->insn.address_width == 16 ? at & 0xffff : at;
}

/* Where in our bytes the access goes: all of it in one page of the window. */
static uint8_t *target(struct machine *m, struct access *a, const ZydisDecodedOperand *mem)
{
	uint32_t bytes = mem->size / 8, at = m->run.device.pa - m->bytes;

	if (address(m, a, &mem->mem) != m->run.device.va)
		refuse(m, "the instruction has another address than the fault");
	if (at >= window_bytes || at % PAGE_BYTES + bytes > PAGE_BYTES)
		refuse(m, "the access goes over the end of a page");
	return registers + at;
}

static void store(struct machine *m, struct access *a)
{
	const ZydisDecodedOperand *from = &a->operands[1];
	uint8_t *to = target(m, a, &a->operands[0]);
	uint32_t value;

	if (!m->run.device.write)
		refuse(m, "a store, but the fault was a read");
	value = from->type == ZYDIS_OPERAND_TYPE_IMMEDIATE ? (uint32_t)from->imm.value.u :
							      value_of(m, &a->regs,
								      from->reg.value);
	memcpy(to, &value, a->operands[0].size / 8);
}

/* MOVZX and MOVSX widen to the register they name. */
static void load(struct machine *m, struct access *a)
{
	const ZydisDecodedOperand *to = &a->operands[0], *from = &a->operands[1];
	uint32_t value = 0, spare = 32 - from->size;

	if (m->run.device.write)
		refuse(m, "a load, but the fault was a write");
	memcpy(&value, target(m, a, from), from->size / 8);
	if (a->insn.mnemonic == ZYDIS_MNEMONIC_MOVSX)
		value = (uint32_t)((int32_t)(value << spare) >> spare);
	memcpy(place(m, &a->regs, to->reg.value), &value, to->size / 8);
}

void mmio_access(struct machine *m)
{
	struct access a;

	decode(m, &a);
	if (ioctl(m->fd, LG_GET_REGS, &a.regs))
		die(END_FAILED, "registers: %s", strerror(errno));
	if (a.operands[0].type == ZYDIS_OPERAND_TYPE_MEMORY)
		store(m, &a);
	else if (a.operands[1].type == ZYDIS_OPERAND_TYPE_MEMORY)
		load(m, &a);
	else
		refuse(m, "the instruction touches no memory itself");
	a.regs.eip += a.insn.length;
	if (ioctl(m->fd, LG_SET_REGS, &a.regs))
		die(END_FAILED, "registers: %s", strerror(errno));
}
