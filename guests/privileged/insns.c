/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insns - each privileged instruction that the Host carries out, in its operand forms: what
 * it changes can be read back, what a CPU would refuse is refused with the fault that the CPU
 * would raise, and from ring 3 each is a general protection fault.
 *
 * test: insns; variants=all; twins=all; launch=--privileged; expect=INERT
 * test: insns.flush; variants=all; launch=--privileged --shadow flush; args=pge=0; expect=INERT
 */
#include "privileged.h"

static uint32_t word = 0x1234;
static uint8_t code[32];

/* Execute these bytes with EAX and EBX as given; the result, and EAX afterwards in *eax. */
static int32_t run_bytes(const void *bytes, uint32_t n, uint32_t *eax, uint32_t ebx)
{
	memcpy(code, bytes, n);
	code[n] = 0xc3;
	try_result = RAN;
	asm volatile("pushl %%ebp; movl %%esp, attack_esp; movl $772f, try_resume\n\t"
		     "call *%%ecx\n"
		     "772:\tmovl attack_esp, %%esp; movl $0, try_resume; popl %%ebp"
		     : "+a" (*eax), "+b" (ebx) : "c" (code)
		     : "edx", "esi", "edi", "memory", "cc");
	return try_result;
}

#define BYTES(...)	((const uint8_t[]){ __VA_ARGS__ }), sizeof((uint8_t[]){ __VA_ARGS__ })

/* RUN(bytes): with EAX 0 and EBX the address of `word`. */
#define RUN(...)								\
({										\
	uint32_t eax_ = 0;							\
	run_bytes(BYTES(__VA_ARGS__), &eax_, (uint32_t)&word);			\
})

/* The word pge=0: by the policy of its shadow there is none. */
static bool has_pge(void)
{
	return !guest_word("pge");
}

static void control_registers(void)
{
	uint32_t cr3 = READ_CR(3), eax = 0;

	report(READ_CR(0) == (CR0_PG | CR0_PE | CR0_ET), "CR0 reads %x", READ_CR(0));
	report(cr3 == (uint32_t)guest_dir, "CR3 reads %x", cr3);
	WRITE_CR(2, 0x12345678);
	report(READ_CR(2) == 0x12345678 && shared->cr2 == 0x12345678, "CR2 keeps what is written");
	WRITE_CR(0, READ_CR(0) | CR0_TS);
	report(READ_CR(0) & CR0_TS, "CR0.TS is set");
	report(TRY("fninit") == 7 << 16, "and the FPU faults");
	asm volatile("clts");
	report(!(READ_CR(0) & CR0_TS) && TRY("fninit") == RAN, "until clts");
	report(RUN(0xb8, CR4_PGE, 0, 0, 0, 0x0f, 0x22, 0xe0) == (has_pge() ? RAN : GP(0)),
	       "CR4.PGE can be set where CPUID shows it");
	report(READ_CR(4) == (has_pge() ? CR4_PGE : 0), "CR4 reads %x", READ_CR(4));
	report(RUN(0xb8, 0x10, 0, 0, 0, 0x0f, 0x22, 0xe0) == GP(0),
	       "CR4.PSE cannot: CPUID has none");
	report(RUN(0x0f, 0x22, 0xc8) == 6 << 16, "there is no CR1 to write");
	report(RUN(0x0f, 0x20, 0xf8) == 6 << 16, "nor a CR7 to read");
	run_bytes(BYTES(0x0f, 0x20, 0x18), &eax, 0);
	report(eax == cr3, "mod of ModRM does not matter to mov from CR3");
	report(RUN(0xb8, 0x0b, 0, 0, 0, 0x0f, 0x01, 0xf0) == RAN && READ_CR(0) & CR0_TS,
	       "lmsw of a register");
	asm volatile("clts");
}

static void debug_registers(void)
{
	uint32_t dr7, dr6;

	asm volatile("movl %0, %%db7" : : "r" (0x101));
	asm volatile("movl %%db7, %0" : "=r" (dr7));
	asm volatile("movl %%db6, %0" : "=r" (dr6));
	report(dr7 == 0x501, "DR7 reads %x", dr7);
	report(dr6 == 0xffff0ff0, "DR6 reads %x", dr6);
	asm volatile("movl %0, %%db7" : : "r" (0));
}

static void absent(const char *what, int32_t got, uint32_t va)
{
	uint32_t cr2 = shared->cr2;

	report(got == PF(0) && cr2 == va, "%s: %x, CR2 %x", what, got, cr2);
}

/* Every way to name an operand in memory, by an instruction that reads one. */
static void operands(void)
{
	static struct table_register r[4];
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(r); i++)
		r[i] = (struct table_register){ sizeof(own_gdt) - 1, (uint32_t)own_gdt };
	asm volatile("lgdt (%0)" : : "r" (r));
	asm volatile("lgdt r_%=; .pushsection .data; r_%=: .word 255; .long %c0; .popsection"
		     : : "i" (own_gdt));
	asm volatile("lgdt 6(%0)" : : "r" (r));
	asm volatile("lgdt 0x1006(%0)" : : "r" ((uint32_t)r - 0x1000));
	asm volatile("lgdt (%0,%1)" : : "r" (r), "r" (6));
	asm volatile("lgdt -0x80(%0,%1,2)" : : "r" ((uint32_t)r + 0x80), "r" (3));
	asm volatile("lgdt (,%0,2)" : : "r" ((uint32_t)r / 2));
	asm volatile("pushl %0; pushw %1; lgdt (%%esp); addl $6, %%esp"
		     : : "r" (own_gdt), "r" ((uint16_t)255) : "memory");
	asm volatile("pushl %0; pushw %1; movl %%esp, %%eax; pushl %%ebp; movl %%eax, %%ebp;"
		     "lgdt 0(%%ebp); popl %%ebp; addl $6, %%esp"
		     : : "r" (own_gdt), "r" ((uint16_t)255) : "eax", "memory");
	report(true, "lgdt through every form of address");
	absent("an operand that is not mapped", TRY("lgdt 0x3ffffffc"), 0x3ffffffc);
}

/* An operand that begins in the last byte of a page and ends in one that is not mapped. */
static void across(void)
{
	uint32_t va = 0x200000, *pte = guest_pte(va), was = *pte;

	*pte = 0;
	flush_page(va);
	absent("an operand across into an absent page", TRY("lgdt 0x1ffffd"), va);
	*pte = was;
}

static void segments(void)
{
	uint32_t ss;

	asm volatile("movl %0, %%ss" : : "r" (LG_GUEST_DS & ~3u));
	asm volatile("movl %%ss, %0" : "=r" (ss));
	report((ss & 0xffff) == LG_GUEST_DS, "mov to SS gives it the ring that it has: %x", ss);
	asm volatile("pushl %0; popl %%ss" : : "r" (LG_GUEST_DS & ~3u));
	asm volatile("movl %%ss, %0" : "=r" (ss));
	report((ss & 0xffff) == LG_GUEST_DS, "pop of SS too: %x", ss);
	asm volatile("pushl %1; movl %%esp, %%eax; addl $4, %%eax; pushl %%eax;"
		     "lss (%%esp), %%esp; movl %%ss, %0"
		     : "=&r" (ss) : "r" (LG_GUEST_DS & ~3u) : "eax", "memory");
	report((ss & 0xffff) == LG_GUEST_DS, "lss too: %x", ss);
	report(ATTEMPT("movl %%eax, %%ss", 0, 0, 0, 0) == GP(0), "a null SS is refused");
	report(ATTEMPT("movl %%eax, %%ss", LG_GUEST_CS & ~3u, 0, 0, 0) == GP(LG_GUEST_CS & ~3u),
	       "code is refused as SS");
	report(ATTEMPT("movl %%eax, %%ss", SWITCHER_DS, 0, 0, 0) == GP(SWITCHER_DS),
	       "the Switcher's data is refused as SS");
	report(ATTEMPT("movl %%eax, %%ss", 0x2000, 0, 0, 0) == GP(0x2000),
	       "SS beyond the table is refused");
	report(ATTEMPT("movl %%eax, %%ss", 0x6c, 0, 0, 0) == GP(0x6c), "SS of the LDT is refused");
}

static void interrupts(void)
{
	shared->irq_enabled = LG_IF;
	asm volatile("cli");
	report(!shared->irq_enabled, "cli clears irq_enabled");
	asm volatile("sti");
	report(shared->irq_enabled == (LG_IF | LG_IF_FRESH), "sti sets it: %x",
	       shared->irq_enabled);
	asm volatile("cli");
}

static void cpuid(void)
{
	uint32_t a = 1, b, c, d;

	asm volatile("ud2; .ascii \"lg\"; .byte 0x0f, 0xa2" : "+a" (a), "=b" (b), "=c" (c),
		     "=d" (d));
	report(!c && !(d & 1u << 13) == !has_pge(),
	       "CPUID shows PGE unless the policy hides it, and nothing in ECX: %x %x", c, d);
	a = 1;
	asm volatile("cpuid" : "+a" (a), "=b" (b), "=c" (c), "=d" (d));
	report(!(c & 1u << 27), "and to programs no OSXSAVE: %x", c);
	report(TRY("ud2; .ascii \"ly\"; .byte 0x0f, 0xa2") == UD, "another mark is none");
}

/* What the CPU that CPUID shows does not have. */
static void refused(void)
{
	report(RUN(0x0f, 0x32) == GP(0), "rdmsr");
	report(RUN(0x0f, 0x30) == GP(0), "wrmsr");
	report(RUN(0x6c) == GP(0), "ins");
	report(RUN(0x66, 0x67, 0x0f, 0x01, 0x17) == GP(0), "an address of 16 bits");
}

static void one_for_ring_3(const uint8_t *bytes, uint32_t n)
{
	uint32_t eax = 0;

	expect(run_bytes(bytes, n, &eax, (uint32_t)&word), GP(0), "ring 3", bytes[1]);
}

static void at_ring_3(void)
{
	one_for_ring_3(BYTES(0xfa));
	one_for_ring_3(BYTES(0xfb));
	one_for_ring_3(BYTES(0xf4));
	one_for_ring_3(BYTES(0x0f, 0x06));
	one_for_ring_3(BYTES(0x0f, 0x08));
	one_for_ring_3(BYTES(0x0f, 0x09));
	one_for_ring_3(BYTES(0x0f, 0x20, 0xd8));
	one_for_ring_3(BYTES(0x0f, 0x22, 0xd8));
	one_for_ring_3(BYTES(0x0f, 0x21, 0xf8));
	one_for_ring_3(BYTES(0x0f, 0x23, 0xf8));
	one_for_ring_3(BYTES(0x0f, 0x01, 0x13));
	one_for_ring_3(BYTES(0x0f, 0x01, 0x1b));
	one_for_ring_3(BYTES(0x0f, 0x01, 0x3b));
	one_for_ring_3(BYTES(0x0f, 0x01, 0xf0));
	one_for_ring_3(BYTES(0x0f, 0x00, 0xd0));
	one_for_ring_3(BYTES(0x0f, 0x00, 0xd8));
	expect(ATTEMPT("movl $0, (%%ebx)", 0, LG_SHARED_VA, 0, 0), PF(PF_U | PF_W),
	       "the shared page", 0);
	user_exit();
}

int main(void)
{
	privileged_begin();
	control_registers();
	debug_registers();
	operands();
	across();
	segments();
	interrupts();
	cpuid();
	refused();
	guest_user_ready(GATE_INTERRUPT, NULL);
	guest_user(at_ring_3);
	return attack_end("from ring 3");
}
