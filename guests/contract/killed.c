/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * killed - every way in which a Guest that breaks the ABI dies: each case does one wrong
 * thing, and the Host must say which.  A case that survives reports failure.
 *
 * test: killed.before_init; expect=KILLED "hypercall 0 before INIT"; args=case=0
 * test: killed.second_init; expect=KILLED "second INIT"; args=case=1
 * test: killed.init_address; expect=KILLED "bad INIT address"; args=case=2
 * test: killed.init_wraps; expect=KILLED "bad INIT address"; args=case=3
 * test: killed.syscall_vector; expect=KILLED "bad syscall vector 0x81"; args=case=4
 * test: killed.kernel_address; expect=KILLED "bad kernel address"; args=case=5
 * test: killed.hypercall; expect=KILLED "bad hypercall 99"; args=case=6
 * test: killed.hypercall_gap; expect=KILLED "bad hypercall 11"; args=case=7
 * test: killed.shutdown_how; expect=KILLED "bad SHUTDOWN"; args=case=8
 * test: killed.pgtable_unaligned; expect=KILLED "bad page directory"; args=case=10
 * test: killed.pgtable_limit; expect=KILLED "bad page directory"; args=case=11
 * test: killed.gate_type; expect=KILLED "bad gate"; args=case=12
 * test: killed.gate_index; expect=KILLED "bad IDT entry 256"; args=case=13
 * test: killed.stack_rpl; expect=KILLED "bad stack segment"; args=case=14
 * test: killed.stack_pages; expect=KILLED "stack of 3 pages"; args=case=15
 * test: killed.stack_unmapped; expect=KILLED "bad stack page"; args=case=16
 * test: killed.stack_switcher; expect=KILLED "bad stack page"; args=case=17
 * test: killed.set_pte_switcher; expect=KILLED "SET_PTE of 0xff400000"; args=case=18
 * test: killed.set_pgd_switcher; expect=KILLED "SET_PGD of slot 1021"; args=case=19
 * test: killed.set_pgd_1024; expect=KILLED "SET_PGD of slot 1024"; args=case=20
 * test: killed.gpte_limit; expect=KILLED "bad page table entry"; args=case=21
 * test: killed.gpte_pse; expect=KILLED "bad page table entry"; args=case=22
 * test: killed.gpde_pse; expect=KILLED "bad page directory entry"; args=case=23
 * test: killed.gdt_index; expect=KILLED "bad GDT entry 32"; args=case=24
 * test: killed.gdt_system; expect=KILLED "system descriptor"; args=case=25
 * test: killed.gdt_count; expect=KILLED "GDT of 33 entries"; args=case=26
 * test: killed.tls_address; expect=KILLED "bad TLS descriptors"; args=case=27
 * test: killed.tls_gate; expect=KILLED "system descriptor"; args=case=28
 * test: killed.unhandled; expect=KILLED "unhandled trap 6"; args=case=29
 * test: killed.unhandled_pf; expect=KILLED "unhandled trap 14"; args=case=30
 * test: killed.no_stack; expect=KILLED "no stack for a trap"; args=case=31
 * test: killed.linear_limit; expect=KILLED "unhandled trap 14"; args=case=32
 * test: killed.in_ring; expect=KILLED "bad hypercall 77"; args=case=33
 */
#include "guest.h"

#define NOWHERE		0x40000000u

static uint32_t table[1024] __attribute__((aligned(PAGE_BYTES)));
static uint64_t call_gate[3] = { 0x0000ec0000600000ull };

/* The window's first page through a directory entry of `gpde` and an entry of `gpte`. */
static void touch(uint32_t gpde_flags, uint32_t gpte)
{
	table[0] = gpte;
	guest_dir[NOWHERE >> 22] = (uint32_t)table | gpde_flags;
	*(volatile uint32_t *)NOWHERE;
}

static void init_with(uint32_t vector, uint32_t kernel)
{
	memset(lguest_data.ring_status, LG_RING_FREE, sizeof(lguest_data.ring_status));
	lguest_data.syscall_vec = vector;
	lguest_data.kernel_address = kernel;
	hypercall1(LG_HC_INIT, (uint32_t)&lguest_data);
}

static void before_init(uint32_t n)
{
	switch (n) {
	case 0: hypercall0(LG_HC_FLUSH_ASYNC); break;
	case 2: hypercall1(LG_HC_INIT, guest_memory_bytes() - 1384); break;
	case 3: hypercall1(LG_HC_INIT, 0xfffffffc); break;
	case 4: init_with(0x81, 0xc0000000); break;
	case 5: init_with(0x80, 0xff400000); break;
	case 32: *(volatile uint32_t *)guest_memory_bytes(); break;
	}
}

static void calls(uint32_t n)
{
	uint32_t limit = guest_memory_bytes();

	switch (n) {
	case 1: guest_init(); break;
	case 6: hypercall0(99); break;
	case 7: hypercall0(11); break;
	case 8: hypercall2(LG_HC_SHUTDOWN, (uint32_t)"text", 3); break;
	case 10: hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir + 4); break;
	case 11: hypercall1(LG_HC_NEW_PGTABLE, limit); break;
	case 12: hypercall3(LG_HC_LOAD_IDT_ENTRY, 6, 0, 0x8500); break;
	case 13: hypercall3(LG_HC_LOAD_IDT_ENTRY, 256, 0, 0); break;
	case 14: hypercall3(LG_HC_SET_STACK, 0x68, (uint32_t)guest_stack_top, 1); break;
	case 15: hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, (uint32_t)guest_stack_top, 3); break;
	case 16: hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, NOWHERE, 1); break;
	case 17: hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, 0xff962000, 1); break;
	}
}

static void tables(uint32_t n)
{
	uint32_t limit = guest_memory_bytes();

	switch (n) {
	case 18: hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, 0xff400000, 0); break;
	case 19: hypercall2(LG_HC_SET_PGD, (uint32_t)guest_dir, 1021); break;
	case 20: hypercall2(LG_HC_SET_PGD, (uint32_t)guest_dir, 1024); break;
	case 21: touch(0x27, limit | 0x67); break;
	case 22: touch(0x27, 0x1000 | 0xe7); break;
	case 23: touch(0xa7, 0x1067); break;
	case 24: hypercall3(LG_HC_LOAD_GDT_ENTRY, 32, 0, 0); break;
	case 25: hypercall3(LG_HC_LOAD_GDT_ENTRY, 20, 0x600000, 0xec00); break;
	case 26: hypercall2(LG_HC_LOAD_GDT, (uint32_t)table, 33); break;
	case 27: hypercall1(LG_HC_LOAD_TLS, limit - 8); break;
	case 28: hypercall1(LG_HC_LOAD_TLS, (uint32_t)call_gate); break;
	}
}

static void nothing(struct trap *trap)
{
	(void)trap;
}

static void traps(uint32_t n)
{
	switch (n) {
	case 29: asm volatile("ud2"); break;
	case 30: *(volatile uint32_t *)NOWHERE; break;
	case 31:
		guest_gate(6, GATE_INTERRUPT, 0, nothing);
		asm volatile("movl %0, %%esp; ud2" : : "r" (NOWHERE));
		break;
	case 33:
		guest_async(77, 0, 0, 0, 0);
		hypercall0(LG_HC_FLUSH_ASYNC);
		break;
	}
}

int main(void)
{
	uint32_t n = guest_number("case", ~0u);

	before_init(n);
	guest_init();
	calls(n);
	guest_paging();
	calls(n);
	tables(n);
	traps(n);
	report(false, "case %u came back", n);
	return report_status();
}
