/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * privileged - every privileged instruction, from ring 1 and ring 3 (A1, A8).
 *
 * Ring 1 is not user mode: some instructions require ring 0 and some only "not ring 3", and an
 * emulator or CPU that confuses the two gives the Guest the machine.  Each instruction that
 * changes the CPU's state must be a general protection fault, or undefined, at both rings.  cli at
 * ring 1 is skipped by the Host, IN and OUT go to an empty bus.
 *
 * test: privileged; variants=classic,fast_reentry; expect=INERT; groups=killers
 */
#include "attack.h"

enum { BOTH, EITHER, RING1 };	/* #GP at both; #GP or #UD; runs at ring 1, #GP at 3 */

static const struct {
	const char *name;
	uint8_t bytes[8], length, kind;
} table[] = {
#define I(name, kind, ...) \
	{ name, { __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }), kind }
	I("hlt", BOTH, 0xf4),
	I("sti", BOTH, 0xfb),
	I("cli", RING1, 0xfa),
	I("clts", BOTH, 0x0f, 0x06),
	I("invd", BOTH, 0x0f, 0x08),
	I("wbinvd", BOTH, 0x0f, 0x09),
	I("rdmsr", BOTH, 0x0f, 0x32),
	I("wrmsr", BOTH, 0x0f, 0x30),
	I("mov eax, cr0", BOTH, 0x0f, 0x22, 0xc0),
	I("mov cr0, eax", BOTH, 0x0f, 0x20, 0xc0),
	I("mov eax, cr2", BOTH, 0x0f, 0x22, 0xd0),
	I("mov eax, cr3", BOTH, 0x0f, 0x22, 0xd8),
	I("mov cr3, eax", BOTH, 0x0f, 0x20, 0xd8),
	I("mov eax, cr4", BOTH, 0x0f, 0x22, 0xe0),
	I("mov eax, dr0", BOTH, 0x0f, 0x23, 0xc0),
	I("mov dr0, eax", BOTH, 0x0f, 0x21, 0xc0),
	I("mov eax, dr6", BOTH, 0x0f, 0x23, 0xf0),
	I("mov eax, dr7", BOTH, 0x0f, 0x23, 0xf8),
	I("mov dr7, eax", BOTH, 0x0f, 0x21, 0xf8),
	I("lgdt", BOTH, 0x0f, 0x01, 0x13),
	I("lidt", BOTH, 0x0f, 0x01, 0x1b),
	I("lmsw", BOTH, 0x0f, 0x01, 0xf0),
	I("invlpg", BOTH, 0x0f, 0x01, 0x3b),
	I("lldt", BOTH, 0x0f, 0x00, 0xd0),
	I("ltr", BOTH, 0x0f, 0x00, 0xd8),
	I("sysexit", BOTH, 0x0f, 0x35),
	I("sysret", EITHER, 0x0f, 0x07),
	I("xsetbv", EITHER, 0x0f, 0x01, 0xd1),
	I("invpcid", EITHER, 0x66, 0x0f, 0x38, 0x82, 0x03),
	I("monitor", EITHER, 0x0f, 0x01, 0xc8),
	I("mwait", EITHER, 0x0f, 0x01, 0xc9),
	I("stac", EITHER, 0x0f, 0x01, 0xcb),
	I("clac", EITHER, 0x0f, 0x01, 0xca),
	I("rsm", EITHER, 0x0f, 0xaa),
	I("getsec", EITHER, 0x0f, 0x37),
	I("vmcall", EITHER, 0x0f, 0x01, 0xc1),
	I("vmlaunch", EITHER, 0x0f, 0x01, 0xc2),
	I("vmxoff", EITHER, 0x0f, 0x01, 0xc4),
	I("vmrun", EITHER, 0x0f, 0x01, 0xd8),
	I("vmmcall", EITHER, 0x0f, 0x01, 0xd9),
	I("vmload", EITHER, 0x0f, 0x01, 0xda),
	I("stgi", EITHER, 0x0f, 0x01, 0xdc),
	I("clgi", EITHER, 0x0f, 0x01, 0xdd),
	I("skinit", EITHER, 0x0f, 0x01, 0xde),
	I("invlpga", EITHER, 0x0f, 0x01, 0xdf),
	I("in al", RING1, 0xe4, 0xf4),
	I("in eax, dx", RING1, 0xed),
	I("out al", RING1, 0xe6, 0xf4),
	I("out ax, dx", RING1, 0x66, 0xef),
	I("ins", BOTH, 0x6c),
	I("outs", BOTH, 0x6f),
	I("rep outs", BOTH, 0xf3, 0x6e),
};

static uint8_t code[16];
static uint8_t nowhere[64];
static bool user;

static void one(uint32_t i)
{
	uint32_t n = table[i].length;
	int32_t got;

	memcpy(code, table[i].bytes, n);
	code[n] = 0xc3;
	got = ATTEMPT("movl %%ebx, %%esi; movl %%ebx, %%edi; call *%%ecx", 0x5a,
		      (uint32_t)nowhere, (uint32_t)code, 0xf4);
	if (table[i].kind == EITHER)
		expect(got == UD ? GP(0) : got, GP(0), table[i].name, user);
	else
		expect(got, table[i].kind == RING1 && !user ? RAN : GP(0), table[i].name, user);
}

static void all(void)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(table); i++)
		one(i);
}

static void from_user(void)
{
	all();
	user_exit();
}

int main(void)
{
	attack_begin();
	all();
	guest_user_ready(GATE_TRAP, NULL);
	user = true;
	guest_user(from_user);
	return attack_end("privileged");
}
