/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * silicon - what QEMU does not show and a CPU does (A7, B6, A3).
 *
 * ICEBP raises a debug trap that ignores the gate's DPL; QEMU treats it as an invalid opcode.
 * A MOV to SS holds a debug trap back over the next instruction, and if that is `int`, the
 * trap arrives at the first instruction of the handler: at ring 0, were TF or a watchpoint
 * still armed (CVE-2018-8897 was that).  QEMU checks neither limits nor types of data
 * segments, and its iret at ring 1 to VM = 1 enters virtual-8086 mode, where a CPU's ignores
 * VM.  An alignment check whose handler is at ring 3, on an unaligned stack, raises the next
 * while it is delivered, for ever, unless it goes to ring 0 (regress/ac_direct).  Bochs does all
 * of this as the manuals say.
 *
 * test: silicon.icebp; args=case=0; where=bochs; expect=INERT
 * test: silicon.mov_ss; args=case=1; where=bochs; expect=INERT
 * test: silicon.data_limit; args=case=2; where=bochs; expect=INERT
 * test: silicon.vm86; args=case=3; where=bochs; expect=INERT
 * test: silicon.ac_loop; args=case=4; where=bochs; expect=KILLED "bad selector"
 */
#include "attack.h"

static volatile uint32_t steps, strays;

static void step(struct trap *trap)
{
	steps++;
	strays += trap->eip >= REGION_VA;
	lguest_data.irq_enabled = LG_IF;
}

static void icebp(void)
{
	expect(ATTEMPT(".byte 0xf1", 0, 0, 0, 0), RAN, "icebp", 0);
	expect(steps, 1, "icebp traps", 0);
}

static void mov_ss(void)
{
	ATTEMPT("mov %%ss, %%ebx; pushfl; orl $0x100, (%%esp); popfl; mov %%ebx, %%ss; int $0x1f;"
		"nop; pushfl; andl $~0x100, (%%esp); popfl", 0, 0, 0, 0);
	expect(strays, 0, "a step in the Switcher", 0);
}

static void data_limit(void)
{
	load_gdt_entry(MINE, 0x00000fff, 0x00409300 | 1 << 13);
	expect(ATTEMPT("mov %%ebx, %%fs; movl %%fs:0x1000, %%eax", 0, MINE_SELECTOR, 0, 0), GP(0),
	       "past the limit", 0);
	load_gdt_entry(MINE, 0x00000fff, 0x00409100 | 1 << 13);
	expect(ATTEMPT("mov %%ebx, %%fs; movl %%eax, %%fs:0", 0, MINE_SELECTOR, 0, 0), GP(0),
	       "read-only", 0);
}

static void vm86(void)
{
	expect(ATTEMPT("pushl $0x23002; pushl %%cs; pushl $1f; iretl; 1:" PAYLOAD, 0, 0, 0, 0), RAN,
	       "iret to VM", 0);
}

/* From a code segment of our own, since the Guest's becomes one of ring 3. */
static void ac_loop(void)
{
	guest_user_ready(GATE_TRAP, NULL);
	guest_gate(17, GATE_TRAP, 3, step);
	load_gdt_entry(MINE, DESC_FLAT_LOW, DESC_CODE(1u));
	asm volatile("ljmp %[mine], $1f\n1:\tint %[vector]\n\t"
		     "pushl %[ds]; pushl %[esp]; pushl $0x40202; pushl %[cs]; pushl $2f; iretl\n"
		     "2:\tpushl %%eax\n\tjmp 2b"
		     : : [mine] "i" (MINE_SELECTOR), [vector] "i" (LG_HYPERCALL_VECTOR),
		       "a" (LG_HC_LOAD_GDT_ENTRY), "b" (LG_GUEST_CS / 8), "c" (DESC_FLAT_LOW),
		       "d" (DESC_CODE(3u)), [ds] "i" (LG_GUEST_USER_DS),
		       [cs] "i" (LG_GUEST_USER_CS),
		       [esp] "i" (guest_stack_top - 1) : "memory");
}

int main(void)
{
	attack_begin();
	guest_gate(1, GATE_INTERRUPT, 3, step);
	switch (guest_number("case", 0)) {
	case 0: icebp(); break;
	case 1: mov_ss(); break;
	case 2: data_limit(); break;
	case 3: vm86(); break;
	case 4: ac_loop(); break;
	}
	return attack_end("silicon");
}
