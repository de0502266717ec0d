/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * killed - what ends a Guest that speaks by privileged instructions, each with its reason.
 *
 * test: killed.cr3; launch=--privileged; args=case=0; expect=KILLED "bad page directory at 0x7ffff000"
 * test: killed.cr3_end; launch=--privileged; args=case=1; expect=KILLED "bad page directory at 0x400000"
 * test: killed.cr0_pe; launch=--privileged; args=case=2; expect=KILLED "CR0 set to*"
 * test: killed.cr0_pg; launch=--privileged; args=case=3; expect=KILLED "CR0 set to*"
 * test: killed.idt; launch=--privileged; args=case=4; expect=KILLED "unhandled trap 6*"
 * test: killed.stack; launch=--privileged; args=case=5; expect=KILLED "no stack for a trap*"
 * test: killed.tss; launch=--privileged; args=case=6; expect=KILLED "no TSS for a trap*"
 * test: killed.hypercall; launch=--privileged; args=case=7; expect=KILLED "hypercall 4: this Guest has instructions*"
 * test: killed.init; launch=--privileged; args=case=8; expect=KILLED "hypercall 1: this Guest has instructions*"
 * test: killed.pte; launch=--privileged; args=case=9; expect=KILLED "bad page table entry*"
 * test: killed.pgd; launch=--privileged; args=case=10; expect=KILLED "bad page directory entry*"
 * test: killed.cr3_first; launch=--privileged; args=case=11; expect=KILLED "bad page directory at 0xfffff000"
 */
#include "privileged.h"

static void at_ring_3(void)
{
	asm volatile("ud2");
}

static void die(uint32_t what)
{
	switch (what) {
	case 0: WRITE_CR(3, 0x7ffff000); break;
	case 1: WRITE_CR(3, guest_memory_bytes()); break;
	case 2: WRITE_CR(0, CR0_PG); break;
	case 3: WRITE_CR(0, CR0_PE); break;
	case 4: load_idtr(own_idt, 0); asm volatile("ud2"); break;
	case 5: asm volatile("movl $0x30000000, %esp; ud2"); break;
	case 6:
		guest_user_ready(GATE_INTERRUPT, NULL);
		own_gdt[TSS_ENTRY] = descriptor(0x30000000, sizeof(own_tss) - 1, TSS_FREE);
		asm volatile("ltr %w0" : : "r" (TSS_ENTRY * 8));
		guest_user(at_ring_3);
		break;
	case 7: hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir); break;
	case 8: hypercall1(LG_HC_INIT, (uint32_t)&lguest_data); break;
	case 9: *guest_pte(0x200000) = 0x7ffff067; flush_page(0x200000); break;
	case 10: guest_dir[1] = 0x1e7; break;
	}
	*(volatile uint32_t *)0x200000 = 0;
	*(volatile uint32_t *)0x400000 = 0;
}

int main(void)
{
	uint32_t what = guest_number("case", 0);

	if (what == 11) {
		WRITE_CR(3, 0xfffff000);
		WRITE_CR(0, READ_CR(0) | CR0_PG);
	}
	privileged_begin();
	die(what);
	report(false, "still alive");
	return report_status();
}
