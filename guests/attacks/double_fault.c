/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * double_fault - traps that cannot be delivered (C5).
 *
 * A direct trap that the CPU cannot deliver becomes a double fault, and a double fault
 * that cannot be delivered resets the machine.  So vector 8 is the Host's, an interrupt
 * gate on a stack that is always there, unlike the task gate of Hosts.  The lives: a direct
 * divide error whose code segment is gone; a direct system call onto a ring-1 stack in a
 * hole, in the Switcher's read-only page, in the regs page, with a bad segment; a
 * reflected trap on each such stack.  The Guest may die, or get its fault; nothing else may happen.
 *
 * test: double_fault; variants=classic,reflect_all,cr3_only,stacked,resident; expect=INERT; groups=killers
 */
#include "attack.h"

/* Stacks as SET_STACK takes them, unpinned. */
static const struct { uint32_t ss, esp; } stacks[] = {
	{ LG_GUEST_DS, 0xff3ff000 }, { LG_GUEST_DS, 0xff401000 }, { LG_GUEST_DS, 0 },
	{ LG_GUEST_DS, 3 }, { LG_GUEST_DS, 0xffffffff }, { 1, 0x200000 },
	{ 5, 0x200000 }, { SWITCHER_DS | 1, 0x200000 }, { TSS_SELECTOR | 1, 0x200000 },
	{ LG_GUEST_CS, 0x200000 }, { 0xfff9, 0x200000 }, { MINE_SELECTOR, 0x200000 },
};
#define STACKS	ARRAY_SIZE(stacks)

static void system_calls(void)
{
	asm volatile("int $0x80" : : "a" (1) : "memory");
	asm volatile("ud2");
	user_exit();
}

/* Any trap that does arrive: the payload, and on to the next life. */
void next_life(void);
asm("next_life:\n\tmovb $0x5a, %al; outb %al, $0xf4\n\t"
    "movl $2, %eax; movl $0x1000, %ebx; movl $2, %ecx; int $0x1f");

static void all_gates(void)
{
	for (uint32_t n = 0; n < 32; n++)
		hypercall3(LG_HC_LOAD_IDT_ENTRY, n, (uint32_t)next_life & 0xffff,
			   ((uint32_t)next_life & 0xffff0000) | 0x8f00 | 3 << 13);
}

/* From a code segment of our own, with the gates' segment gone. */
static void no_code_segment(void)
{
	load_gdt_entry(MINE, DESC_FLAT_LOW, DESC_CODE(1));
	asm volatile("ljmp %0, $1f; 1:" : : "i" (MINE_SELECTOR));
	load_gdt_entry(LG_GUEST_CS / 8, 0, 0);
	asm volatile("divl %%ecx" : : "c" (0), "a" (0), "d" (0));
}

/* At ring 1 a direct trap pushes where %esp is. */
static void no_stack(uint32_t esp)
{
	asm volatile("movl %0, %%esp; ud2" : : "r" (esp));
}

int main(void)
{
	uint32_t life = attack_life(2 * STACKS + 2);
	uint32_t n = life % STACKS;

	attack_begin();
	attack_scan();
	all_gates();
	if (life == 2 * STACKS)
		no_code_segment();
	if (life < STACKS) {
		guest_user_ready(life & 1 ? GATE_TRAP : GATE_INTERRUPT, NULL);
		hypercall3(LG_HC_SET_STACK, stacks[n].ss, stacks[n].esp, 0);
		guest_user(system_calls);
	} else if (life < 2 * STACKS) {
		no_stack(n ? stacks[n].esp : seen.regs + PAGE_BYTES);
	}
	report(life == 2 * STACKS + 1, "life %u came to its end", life);
	return report_status();
}
