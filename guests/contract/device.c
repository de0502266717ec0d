/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device - the device window, right above memory: every form of access that the Launcher
 * carries out, in linear mode and under the Guest's own page tables, from ring 1 and from
 * ring 3, and that nothing of it was ever mapped: each access comes out.
 *
 * With `refuse` on the command line it does one thing that the Launcher must not guess at.
 *
 * test: device; variants=all; twins=all; groups=contract; launch=--device-pages 2; expect=INERT
 * test: device.end; expect=KILLED "unhandled trap 14*"; launch=--device-pages 1; args=refuse=5
 * test: device.end_paging; expect=KILLED "bad page table entry*"; launch=--device-pages 1; args=refuse=6
 */
#include "guest.h"

#define VIRTUAL		0x50000000u	/* where the window is mapped under paging */
#define SECOND		0x1000u		/* the window's second page */

static uint32_t table[1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t window;			/* its address now */

#define LOAD(text, at)								\
({										\
	uint32_t value_ = 0x5a5a5a5a;						\
	asm volatile(text : "+a" (value_) : "c" (at) : "memory");		\
	value_;									\
})
#define STORE(text, at, value)							\
	asm volatile(text : : "a" (value), "c" (at) : "memory")

static void check(const char *what, uint32_t got, uint32_t want)
{
	report(got == want, "%s: %x", what, got);
}

static void check_words(void)
{
	STORE("movl %%eax, (%%ecx)", window, 0x8493a2b1);
	check("32 bits", LOAD("movl (%%ecx), %%eax", window), 0x8493a2b1);
	check("16 bits leave the rest", LOAD("movw (%%ecx), %%ax", window), 0x5a5aa2b1);
	check("8 bits leave the rest", LOAD("movb 1(%%ecx), %%al", window), 0x5a5a5aa2);
	check("a high byte", LOAD("movb 3(%%ecx), %%ah", window), 0x5a5a845a);
	STORE("movw %%ax, 2(%%ecx)", window, 0x11117788);
	STORE("movb %%ah, (%%ecx)", window, 0x22229900);
	check("stores of 16 and 8", LOAD("movl (%%ecx), %%eax", window), 0x7788a299);
}

static void check_widening(void)
{
	STORE("movl %%eax, (%%ecx)", window, 0x8493a2b1);
	check("movzx of 8", LOAD("movzbl (%%ecx), %%eax", window), 0xb1);
	check("movsx of 8", LOAD("movsbl (%%ecx), %%eax", window), 0xffffffb1);
	check("movzx of 16", LOAD("movzwl 2(%%ecx), %%eax", window), 0x8493);
	check("movsx of 16", LOAD("movswl 2(%%ecx), %%eax", window), 0xffff8493);
	check("movsx of 8 to 16", LOAD("movsbw 3(%%ecx), %%ax", window), 0x5a5aff84);
	check("movzx of 8 to 16", LOAD("movzbw 3(%%ecx), %%ax", window), 0x5a5a0084);
}

static void check_immediates(void)
{
	STORE("movl $0xcafe0123, (%%ecx)", window, 0);
	check("an immediate of 32", LOAD("movl (%%ecx), %%eax", window), 0xcafe0123);
	STORE("movw $0x4567, (%%ecx)\n\tmovb $0x89, 3(%%ecx)", window, 0);
	check("of 16 and of 8", LOAD("movl (%%ecx), %%eax", window), 0x89fe4567);
	STORE("movl $-2, (%%ecx)", window, 0);
	check("a negative one", LOAD("movl (%%ecx), %%eax", window), 0xfffffffe);
}

/* Base, index, scale and displacement; every register; registers but the named one stay. */
static void check_addressing(void)
{
	uint32_t a, d, b = 0xb0b0b0b0, at = window;

	STORE("movl %%eax, 0x1ffc(%%ecx)", window, 0x13572468);
	asm volatile("movl $0x7ff, %%edx\n\tmovl (%%ecx,%%edx,4), %%eax"
		     : "=&a" (a), "=&d" (d) : "c" (at) : "memory");
	check("base + index * 4, the window's last word", a, 0x13572468);
	check("the index stays", d, 0x7ff);
	asm volatile("pushl %%ebp\n\tmovl %%ecx, %%ebp\n\tmovl 0x1ffc(%%ebp), %%esi\n\t"
		     "movl 0x1ffc(%%ebp), %%edi\n\tmovl 0x1ffc(%%ebp), %%ebp\n\t"
		     "movl %%ebp, %%edx\n\tpopl %%ebp\n\txorl %%esi, %%edx\n\txorl %%edi, %%edx"
		     : "=&d" (d), "+b" (b) : "c" (at) : "esi", "edi", "memory");
	check("into ebp, esi and edi", d, 0x13572468);
	check("ebx stays", b, 0xb0b0b0b0);
	STORE("movl %%eax, %%ds:(%%ecx)", window + SECOND, 77);
	check("a segment prefix, the second page", LOAD("movl (%%ecx), %%eax", window + SECOND),
	      77);
}

static void check_flags(void)
{
	uint32_t before, after;

	asm volatile("stc\n\tpushfl\n\tpopl %0\n\tmovl $1, (%2)\n\tpushfl\n\tpopl %1"
		     : "=&r" (before), "=&r" (after) : "r" (window) : "memory", "cc");
	check("flags stay", after, before);
}

static void check_all(const char *where, uint32_t at)
{
	print("# %s, at %x\n", where, at);
	window = at;
	check_words();
	check_widening();
	check_immediates();
	check_addressing();
	check_flags();
}

/* The forms that have their address in the instruction: at 4 MiB, where the window of a
 * Guest of the usual size begins. */
static void check_moffs(void)
{
	uint32_t value = 0xfeed1234;

	if (window != 0x400000)
		return;
	asm volatile("movl %%eax, %%ds:0x400010\n\tmovl $0, %%eax\n\tmovw %%ds:0x400012, %%ax\n\t"
		     "movb %%ds:0x400011, %%al"
		     : "+a" (value) : : "memory");
	check("moffs", value, 0xfe12);
}

static void map_window(uint32_t pages)
{
	uint32_t pa = guest_memory_bytes();

	for (uint32_t n = 0; n < pages; n++)
		table[n] = (pa + n * PAGE_BYTES) | 0x67;
	guest_dir[VIRTUAL >> 22] = (uint32_t)table | 0x27;
}

static volatile uint32_t user_saw;

static void user(void)
{
	STORE("movl %%eax, (%%ecx)", VIRTUAL + 8, 0x33333333);
	user_saw = LOAD("movl (%%ecx), %%eax", VIRTUAL + 8);
	user_exit();
}

/* What the Launcher must refuse, and what kills. */
static void refuse(uint32_t n)
{
	uint32_t at = guest_memory_bytes();

	switch (n) {
	case 1: asm volatile("addl $1, (%0)" : : "r" (at) : "memory", "cc"); break;
	case 2: asm volatile("movl (%0), %%eax" : : "r" (at + 4094) : "eax"); break;
	case 3: asm volatile("movl (%0), %%eax" : : "r" (at - 2) : "eax"); break;
	case 4: asm volatile("call *%0" : : "r" (at) : "memory"); break;
	case 5: asm volatile("movl (%0), %%eax" : : "r" (at + PAGE_BYTES) : "eax"); break;
	case 6:
		map_window(2);
		guest_paging();
		asm volatile("movl (%0), %%eax" : : "r" (VIRTUAL + PAGE_BYTES) : "eax");
		break;
	}
	report(false, "came back");
}

int main(void)
{
	guest_init();
	if (guest_word("refuse")) {
		refuse(guest_number("refuse", 0));
		return report_status();
	}
	check_all("linear", guest_memory_bytes());
	check_moffs();
	map_window(2);
	guest_paging();
	check_all("paging", VIRTUAL);
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, VIRTUAL, table[0]);
	check("after SET_PTE it is no page", LOAD("movl (%%ecx), %%eax", VIRTUAL), 1);
	guest_user_ready(GATE_TRAP, NULL);
	guest_user(user);
	check("from ring 3", user_saw, 0x33333333);
	return report_status();
}
