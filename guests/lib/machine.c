/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine.c - INIT, page tables and traps, as a Guest kernel does them.
 */
#include <cpuid.h>

#include "guest.h"

#define KERNEL_ADDRESS	0xc0000000u
#define PTE_USED	0x67u	/* present, rw, user, accessed, dirty */
#define PDE_USED	0x27u	/* present, rw, user, accessed */
#define MAX_TABLES	64	/* of 4 MiB each */

struct lguest_data lguest_data __attribute__((aligned(PAGE_BYTES)));
uint32_t guest_dir[1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t tables[MAX_TABLES][1024] __attribute__((aligned(PAGE_BYTES)));

static trap_handler handlers[256];
volatile int32_t try_result;
volatile uint32_t try_resume;
uint32_t guest_unexpected = LG_SHUTDOWN_POWEROFF;
uint64_t *guest_own_idt;
volatile uint32_t *guest_irq_enabled = (volatile uint32_t *)&lguest_data.irq_enabled;

/* Before main(): without SSE2 there is no LFENCE (fence.h). */
void guest_fences(void)
{
	static const uint8_t no_op[] = { 0x0f, 0x1f, 0x00 };
	extern uint8_t *const guest_fences_begin[], *const guest_fences_end[];
	uint32_t eax, ebx, ecx, edx;

	__cpuid(1, eax, ebx, ecx, edx);
	if (edx & bit_SSE2)
		return;
	for (uint8_t *const *fence = guest_fences_begin; fence < guest_fences_end; fence++)
		memcpy(*fence, no_op, sizeof(no_op));
}

void guest_init(void)
{
	memset(lguest_data.ring_status, LG_RING_FREE, sizeof(lguest_data.ring_status));
	lguest_data.blocked_interrupts = 1;
	lguest_data.noirq_iret = (uint32_t)guest_iret;
	lguest_data.kernel_address = KERNEL_ADDRESS;
	lguest_data.syscall_vec = 0x80;
	hypercall1(LG_HC_INIT, (uint32_t)&lguest_data);
}

/* boot_params' only e820 entry: its size. */
uint32_t guest_memory_bytes(void)
{
	uint32_t bytes;

	/* The compiler must not reason about an object at address 0. */
	asm volatile("movl 0x2d8, %0" : "=r" (bytes));
	return bytes;
}

uint32_t *guest_pte(uint32_t va)
{
	return &tables[va >> 22][va >> 12 & 1023];
}

void guest_tables(void)
{
	uint32_t bytes = guest_memory_bytes(), pa;

	for (pa = 0; pa < bytes && pa >> 22 < MAX_TABLES; pa += PAGE_BYTES)
		*guest_pte(pa) = pa | PTE_USED;
	for (pa = 0; pa < bytes && pa >> 22 < MAX_TABLES; pa += 1u << 22) {
		guest_dir[pa >> 22] = (uint32_t)tables[pa >> 22] | PDE_USED;
		guest_dir[(KERNEL_ADDRESS + pa) >> 22] = guest_dir[pa >> 22];
	}
}

void guest_paging(void)
{
	guest_tables();
	hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir);
}

/* The asm of trap_common calls this with the frame in %eax. */
__attribute__((regparm(1), used)) void trap_arrived(struct trap *trap);
__attribute__((regparm(1))) void trap_arrived(struct trap *trap)
{
	if (handlers[trap->vector]) {
		handlers[trap->vector](trap);
		return;
	}
	print("unexpected trap %u error %x eip %x\n", trap->vector, trap->error, trap->eip);
	out8(PORT_STATUS, 1);
	guest_shutdown("unexpected trap", guest_unexpected);
}

void guest_gate(uint32_t vector, enum gate type, uint32_t dpl, trap_handler handler)
{
	uint32_t entry = (uint32_t)trap_entries + vector * 16;
	uint32_t low = LG_GUEST_CS << 16 | (entry & 0xffff);
	uint32_t high = (entry & 0xffff0000) | type | dpl << 13;

	handlers[vector] = handler;
	if (guest_own_idt)
		guest_own_idt[vector] = (uint64_t)high << 32 | low;
	else
		hypercall3(LG_HC_LOAD_IDT_ENTRY, vector, low, high);
}

static void try_trapped(struct trap *trap)
{
	if (!try_resume) {
		print("unexpected trap %u error %x eip %x\n", trap->vector, trap->error,
		      trap->eip);
		out8(PORT_STATUS, 1);
		guest_shutdown("unexpected trap", guest_unexpected);
	}
	try_result = trap->vector << 16 | (trap->error & 0xffff);
	trap->eip = try_resume;
	*guest_irq_enabled = trap->eflags & LG_IF;
}

void guest_try_ready(void)
{
	for (uint32_t vector = 0; vector < 32; vector++)
		if (vector != 2 && vector != 8 && vector != 15 && vector != 18 && vector != 31)
			guest_gate(vector, GATE_INTERRUPT, 3, try_trapped);
}

static trap_handler user_syscall;
static uint8_t user_stack[8192] __attribute__((aligned(16)));
void guest_enter_user(void (*function)(void), uint8_t *stack);
__attribute__((noreturn)) void guest_leave_user(void);

static void syscall_arrived(struct trap *trap)
{
	if (trap->eax == USER_EXIT)
		guest_leave_user();
	if (user_syscall)
		user_syscall(trap);
	/* An interrupt gate turned virtual interrupts off; the frame says what was. */
	*guest_irq_enabled = trap->eflags & LG_IF;
}

void guest_user_ready(enum gate type, trap_handler syscall)
{
	if (!guest_own_idt) {
		hypercall3(LG_HC_LOAD_GDT_ENTRY, LG_GUEST_USER_CS / 8, DESC_FLAT_LOW,
			   DESC_CODE(3u));
		hypercall3(LG_HC_LOAD_GDT_ENTRY, LG_GUEST_USER_DS / 8, DESC_FLAT_LOW,
			   DESC_DATA(3u));
		hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, (uint32_t)guest_trap_stack_top, 2);
	}
	user_syscall = syscall;
	guest_gate(0x80, type, 3, syscall_arrived);
}

void guest_user(void (*function)(void))
{
	guest_enter_user(function, user_stack + sizeof(user_stack) - 16);
}

void user_exit(void)
{
	asm volatile("int $0x80" : : "a" (USER_EXIT) : "memory");
}

bool guest_async(uint32_t number, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	static uint32_t next;
	struct lg_ring_call *call = &lguest_data.ring[next];

	if (READ_ONCE(lguest_data.ring_status[next]) != LG_RING_FREE)
		return false;
	*call = (struct lg_ring_call){ number, a, b, c, d };
	asm volatile("" : : : "memory");
	*(volatile uint8_t *)&lguest_data.ring_status[next] = LG_RING_QUEUED;
	next = (next + 1) % LG_RING_ENTRIES;
	return true;
}
