/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user - ring 3: system calls through a trap gate (direct) and an interrupt gate
 * (reflected), a hypercall refused, privileged instructions refused, traps that come
 * back to ring 1 on the stack that SET_STACK named.
 *
 * test: user; variants=all; twins=all; groups=contract; expect=INERT
 */
#include "guest.h"

static volatile uint32_t calls, call_if, call_cs, call_esp, answer;
static volatile int32_t tried[4];

static void syscall(struct trap *trap)
{
	calls++;
	call_if = lguest_data.irq_enabled;
	call_cs = trap->cs & 0xffff;
	call_esp = (uint32_t)trap;
	trap->eax = trap->eax * 2;
}

static void user_calls(void)
{
	uint32_t a = 21;

	asm volatile("int $0x80" : "+a" (a) : : "memory");
	answer = a;
	user_exit();
}

static void user_tries(void)
{
	tried[0] = TRY("int $0x1f", "a" (0));
	tried[1] = TRY("cli");
	tried[2] = TRY("inb $0x80, %%al", "a" (0));
	tried[3] = TRY("hlt");
	user_exit();
}

static void one_way(enum gate type, const char *name, uint32_t expect_if)
{
	uint32_t top = (uint32_t)guest_trap_stack_top;

	calls = answer = 0;
	guest_user_ready(type, syscall);
	guest_user(user_calls);
	report(calls == 1 && answer == 42, "%s: %u call, answer %u", name, calls, answer);
	report(call_if == expect_if, "%s: irq_enabled %x in the handler", name, call_if);
	report(call_cs == LG_GUEST_USER_CS, "%s: from cs %x", name, call_cs);
	report(call_esp < top && call_esp > top - 200, "%s: on the ring-1 stack", name);
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_try_ready();
	lguest_data.irq_enabled = LG_IF;
	one_way(GATE_TRAP, "direct", LG_IF);
	one_way(GATE_INTERRUPT, "reflected", 0);
	guest_user(user_tries);
	report(tried[0] == (13 << 16 | 0xfa), "hypercall from ring 3: %x", tried[0]);
	report(tried[1] == 13 << 16, "cli from ring 3: %x", tried[1]);
	report(tried[2] == 13 << 16, "in from ring 3: %x", tried[2]);
	report(tried[3] == 13 << 16, "hlt from ring 3: %x", tried[3]);
	return report_status();
}
