/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * switches - `count` null hypercalls (default 100000) under the Guest's own page tables,
 * checking that registers survive each: what storms, migrations and soaks run against.
 * With port=1 each is followed by an IN that the Launcher carries out, with stays=1 by an exit of
 * each kind that the variant resident answers without leaving, and by three that it does not.
 *
 * test: switches; variants=all; twins=all; moved=spread; groups=demos,contract; expect=INERT
 */
#include "guest.h"

/* One hypercall with a pattern in every register that it might lose. */
static inline bool call(uint32_t number, uint32_t arg, uint32_t n)
{
	uint32_t b = arg, c = ~n, d = n * 3, si = n ^ 0x5a5a5a5a, di = n + 7;

	asm volatile("int $0x1f" : "+b" (b), "+c" (c), "+d" (d), "+S" (si), "+D" (di)
		     : "a" (number) : "memory", "cc");
	return b == arg && c == ~n && d == n * 3 && si == (n ^ 0x5a5a5a5a) && di == n + 7;
}

static bool round_trip(uint32_t n)
{
	return call(LG_HC_FLUSH_ASYNC, n, n);
}

/*
 * The exits that the variant resident answers: a trap comes back to the instruction behind it, from
 * ring 3 too, whatever stack it arrived on.
 */
#define NOWHERE		0x40000000u

static uint32_t page[1024] __attribute__((aligned(PAGE_BYTES)));	/* read-only */
static uint32_t stack[1024] __attribute__((aligned(PAGE_BYTES)));
uint32_t resume_at, resume_esp, traps;
void come_back(void);
asm(".globl come_back\n"
    "come_back:\n\t"
    "movl " IMMEDIATE(LG_GUEST_DS) ", %eax\n\t"
    "movl %eax, %ds\n\t"
    "movl %eax, %es\n\t"
    "incl traps\n\t"
    "movl resume_esp, %esp\n\t"
    "jmp *resume_at");

/* The text, which ends in a trap, with a pattern in the registers that it leaves alone. */
#define RAISE(n, text, address)							\
({										\
	uint32_t a = 0, b = (n), c = (address), d = (n) * 3, si = (n) + 1, di = (n) + 2; \
										\
	asm volatile("movl %%esp, resume_esp\n\t"				\
		     "movl $1f, resume_at\n\t"					\
		     text "\n1:"						\
		     : "+a" (a), "+b" (b), "+c" (c), "+d" (d), "+S" (si), "+D" (di) \
		     : : "memory", "cc");					\
	b == (n) && c == (address) && d == (n) * 3 && si == (n) + 1 && di == (n) + 2; \
})

#define AT_RING_3(text)								\
	"pushl " IMMEDIATE(LG_GUEST_USER_DS) "; pushl %%esp; pushl $2; "	\
	"pushl " IMMEDIATE(LG_GUEST_USER_CS) "; pushl $2f; iretl; 2: " text

/* IN and OUT of nobody's port by number and by %dx, a byte and a word. */
static bool ports(void)
{
	uint32_t byte = 0x5a5a5a00, word = 0;

	asm volatile("inb $0x80, %%al" : "+a" (byte));
	asm volatile("inl %%dx, %%eax; outb %%al, %%dx" : "+a" (word) : "d" (0x80));
	return byte == 0x5a5a5aff && word == ~0u;
}

static bool stays(uint32_t n)
{
	uint32_t before = traps;
	bool good = call(LG_HC_SEND_INTERRUPTS, n, n) && call(LG_HC_SET_CLOCKEVENT, 0, n) &&
		    call(LG_HC_TS, n & 1 ? 0 : 8, n) && ports();

	good = good && RAISE(n, "ud2", n);
	*(volatile uint32_t *)&lguest_data.irq_enabled = LG_IF;
	good = good && RAISE(n, "int $0x21", n) && RAISE(n, AT_RING_3("int $0x80"), n) &&
	       RAISE(n, "movl %%eax, (%%ecx)", NOWHERE) &&
	       RAISE(n, "movl %%eax, (%%ecx)", (uint32_t)page);
	return good && traps == before + 5;
}

static void drop_stack(void)
{
	uint32_t b = (uint32_t)guest_dir, c = (uint32_t)stack, d = c | 7;

	asm volatile("int $0x1f" : : "a" (LG_HC_SET_PTE), "b" (b), "c" (c), "d" (d) : "memory");
}

/* With what is answered, TS changed and an entry of the Host's: the Host does both.  The entry is
 * that of a stack, on which the next frame cannot be written until the Host has filled it in.  No
 * round is as long as the next, nor has as many exits, so that what counts either does not find the
 * same at each N-th. */
static bool stays_and_leaves(uint32_t n)
{
	uint32_t before = traps;

	for (uint32_t i = n % 7; i; i--)
		asm volatile("nop");
	if (!stays(n) || !call(LG_HC_TS, n & 1 ? 8 : 0, n))
		return false;
	if (n % 3 == 0)
		drop_stack();
	drop_stack();
	return RAISE(n, "movl %%ecx, %%esp; ud2", (uint32_t)stack + PAGE_BYTES / 2) &&
	       traps == before + 6;
}

static void come_back_from(uint32_t vector)
{
	hypercall3(LG_HC_LOAD_IDT_ENTRY, vector,
		   LG_GUEST_CS << 16 | ((uint32_t)come_back & 0xffff),
		   ((uint32_t)come_back & 0xffff0000) | GATE_INTERRUPT | 3 << 13);
}

static void stays_ready(void)
{
	*guest_pte((uint32_t)page) &= ~2u;
	hypercall1(LG_HC_FLUSH_TLB, 1);
	guest_user_ready(GATE_INTERRUPT, NULL);
	come_back_from(6);
	come_back_from(13);
	come_back_from(14);
	come_back_from(0x80);
	hypercall1(LG_HC_TS, 8);
}

int main(void)
{
	uint32_t count = guest_number("count", 100000), port = guest_number("port", 0), wrong = 0;
	uint32_t with_stays = guest_number("stays", 0);

	guest_init();
	guest_paging();
	if (with_stays)
		stays_ready();
	for (uint32_t n = 0; n < count; n++) {
		wrong += !round_trip(n);
		if (port)
			in8(PORT_CONSOLE);
		if (with_stays)
			wrong += !stays_and_leaves(n);
	}
	report(!wrong, "%u round trips, %u wrong", count, wrong);
	return report_status();
}
