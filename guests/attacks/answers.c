/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * answers - what the Switcher answers is what the Host leaves (variant resident; R1, R3, R4, R9).
 *
 * What the Guest finds must be what the Host's own reflection leaves, which classic shows: each
 * probe has all registers, flags and stack known beforehand, and is made several times, since the
 * Switcher is told what it needs at the first or second.  Frames are compared byte by byte, with
 * what lies around them.
 *
 *	case=0	frames: each vector, both rings, virtual IF, flags, and stacks unaligned, across
 *		pages, not in the shadow yet, or only read so far; with lguest_data at the end of a
 *		page (data=4008), and across it (data=4012)
 *	case=1	stacks that must end the Guest, a life each
 *	case=2	page faults, with entries, tables and directories that change without a word
 *	case=3	IN and OUT
 *	case=4	gates that change
 *	case=5	lguest_data that a second thread flips meanwhile, and ring 3 in the Switcher's slots
 *	case=6	an entry that no Guest may have, which must end it too where it forbids the access
 *	case=7	IN in the Switcher's slots
 *
 * With companions=1 another Guest, which does the same, runs on its CPU in turns with it.
 *
 * test: answers; variants=classic,resident; twins=all; args=case=0; moved=spread; expect=INERT; groups=killers
 * test: answers.end; variants=classic,resident; args=case=0 data=4008; expect=INERT; groups=killers
 * test: answers.across; variants=classic,resident; args=case=0 data=4012; expect=INERT; groups=killers
 * test: answers.stacks; variants=classic,resident; twins=all; args=case=1; expect=INERT; groups=killers
 * test: answers.faults; variants=classic,resident; twins=all; args=case=2; moved=spread; expect=INERT; groups=killers
 * test: answers.ports; variants=classic,resident; twins=all; args=case=3; moved=spread; expect=INERT; groups=killers
 * test: answers.slots; variants=classic,resident; twins=all; args=case=7; expect=INERT; groups=killers
 * test: answers.gates; variants=classic,resident; twins=all; args=case=4; moved=spread; expect=INERT; groups=killers
 * test: answers.turns; variants=classic,resident; args=case=0 companions=1; expect=INERT; groups=killers
 * test: answers.faults_turns; variants=classic,resident; args=case=2 companions=1; expect=INERT; groups=killers
 * test: answers.storm; variants=classic,resident; twins=all; args=case=5; expect=INERT; groups=killers
 * test: answers.entry; variants=classic,resident; args=case=6; expect=KILLED "bad page table entry*"; groups=killers
 */
#include "attack.h"

#define WINDOW_VA	0x40000000u
#define STACK_VA	0x50000000u
#define CODE_VA		0x60000000u
#define FAULT_VA	(WINDOW_VA + 0x124)
#define ALIAS		0xc0000000u	/* the identity map again */
#define USER_ESP	0x12345670u	/* never used */
#define CR2_BEFORE	0x5ea1cafeu
#define STACK_PAGES	4
#define TIMES		4

#define TF	0x100u
#define NT	0x4000u
#define RF	0x10000u	/* of a fault's frame, on a CPU; not in QEMU */

/* What is loaded, and what the handler finds; known to the assembly below. */
struct regs {
	uint32_t eax, ebx, ecx, edx, esi, edi, ebp;
};
struct want {
	struct regs regs;
	uint32_t flags, esp, eip, frame, ds;
};
struct got {
	struct regs regs;
	uint32_t esp, vector, flags, irq_enabled, cr2, cs, ss, ds;
};
struct want want __attribute__((used));
struct got got __attribute__((used));
struct lguest_data *volatile data __attribute__((used)) = &lguest_data;

void go_here(void), go_by_iret(void), caught_0(void), caught_else(void);
extern uint8_t divide[], divide_end[], breakpoint[], breakpoint_end[], overflow[], overflow_end[];
extern uint8_t range[], range_end[], invalid[], invalid_end[], vector_21[], vector_21_end[];
extern uint8_t vector_6[], vector_6_end[], halt[], halt_end[], call_80[], call_80_end[];
extern uint8_t reading[], reading_end[], writing[], writing_end[];

asm(".pushsection .bss\n"
    ".balign 16\n"
    "back_esp: .space 4\n"
    "zero_word: .space 8\n"
    ".space 64\n"
    "caught_top:\n"
    ".popsection\n"
    ".macro LOAD\n\t"
    "pushal; pushfl; movl %esp, back_esp\n\t"
    "movl want + 44, %eax; movl %eax, %ds; movl %eax, %es\n\t"
    "movl want, %eax; movl want + 4, %ebx; movl want + 8, %ecx; movl want + 12, %edx\n\t"
    "movl want + 16, %esi; movl want + 20, %edi; movl want + 24, %ebp\n"
    ".endm\n"
    ".macro SNIPPET name, text:vararg\n"
    ".globl \\name, \\name\\()_end\n"
    "\\name: \\text\n"
    "\\name\\()_end: int $0x80\n"
    ".endm\n"
    ".globl go_here, go_by_iret, caught_0, caught_else\n"
    "go_here:\n\t"
    "LOAD\n\t"
    "pushl want + 28; popfl; movl want + 32, %esp; jmp *want + 36\n"
    "go_by_iret:\n\t"
    "LOAD\n\t"
    "movl want + 40, %esp; iretl\n"
    "SNIPPET divide, divl zero_word\n"
    "SNIPPET breakpoint, int3\n"
    "SNIPPET overflow, into\n"
    "SNIPPET range, bound %eax, zero_word\n"
    "SNIPPET invalid, ud2\n"
    "SNIPPET vector_6, int $6\n"
    "SNIPPET vector_21, int $0x21\n"
    "SNIPPET halt, hlt\n"
    "SNIPPET call_80, int $0x80\n"
    "SNIPPET reading, movl (%ebx), %eax\n"
    "SNIPPET writing, movl %eax, (%ebx)\n"
    ".balign 16\n"
    "caught_0:\n"
    ".set vector, 0\n"
    ".rept 129\n"
    ".balign 16\n\t"
    "movl $vector, got + 32; jmp caught\n"
    ".set vector, vector + 1\n"
    ".endr\n"
    "caught_else: movl $999, got + 32\n"
    "caught:\n\t"
    "movl %eax, got; movl %ebx, got + 4; movl %ecx, got + 8; movl %edx, got + 12\n\t"
    "movl %esi, got + 16; movl %edi, got + 20; movl %ebp, got + 24; movl %esp, got + 28\n\t"
    "movl $caught_top, %esp; pushfl; popl got + 36; cld\n\t"
    "movl data, %eax; movl (%eax), %ecx; movl %ecx, got + 40\n\t"
    "movl 8(%eax), %ecx; movl %ecx, got + 44\n\t"
    "movl %cs, %eax; movl %eax, got + 48; movl %ss, %eax; movl %eax, got + 52\n\t"
    "movl %ds, %eax; movl %eax, got + 56\n\t"
    "movl $" "0x69" ", %eax; movl %eax, %ds; movl %eax, %es; movl %eax, %ss\n\t"
    "movl back_esp, %esp; popfl; popal; ret\n");

_Static_assert(offsetof(struct want, ds) == 44 && offsetof(struct got, ds) == 56 &&
	       LG_GUEST_DS == 0x69, "what the assembly says");

/* Pages of the probes' own: stacks, code, data, tables. */
static uint8_t stack[STACK_PAGES * PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static uint8_t code[2][PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static uint32_t page[2][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t tables[5][1024] __attribute__((aligned(PAGE_BYTES)));
static uint32_t dirs[2][1024] __attribute__((aligned(PAGE_BYTES)));
static uint8_t data_pages[2 * PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
#define WINDOW		tables[0]
#define STACK_TABLE	tables[1]
#define CODE_TABLE	tables[2]

struct probe {
	uint8_t *at, *eip;	/* the instruction, and what the frame says */
	uint32_t vector;
	int32_t error;		/* -1: none is pushed */
	uint32_t flags;		/* that it needs */
	bool user_too;
};
#define FAULT(name, vector, error)	{ name, name, vector, error, 0, true }
#define TRAP(name, vector)		{ name, name##_end, vector, -1, 0x800, true }

static const struct probe probes[] = {
	FAULT(divide, 0, -1), TRAP(breakpoint, 3), TRAP(overflow, 4), FAULT(range, 5, -1),
	FAULT(invalid, 6, -1), TRAP(vector_6, 6), FAULT(vector_21, 13, 0x21 * 8 + 2),
	FAULT(halt, 13, 0), TRAP(call_80, 0x80), FAULT(reading, 14, 0),
	FAULT(writing, 14, PF_W),
};

static void gate_to(uint32_t n, uint32_t handler, uint32_t high)
{
	hypercall3(LG_HC_LOAD_IDT_ENTRY, n, LG_GUEST_CS << 16 | (handler & 0xffff),
		   (handler & 0xffff0000) | high);
}

static uint32_t catcher(uint32_t n)
{
	return (uint32_t)caught_0 + 16 * n;
}

static void catch(void)
{
	static const uint8_t vectors[] = { 0, 3, 4, 5, 6, 13, 14, 0x80 };

	for (uint32_t i = 0; i < ARRAY_SIZE(vectors); i++)
		gate_to(vectors[i], catcher(vectors[i]), GATE_INTERRUPT | 3 << 13);
}

/* ---- one probe ---- */

static uint32_t companions;

/* The other Guest runs, and goes on for ever. */
static void take_turn(void)
{
	static uint32_t runs;

	if (companions && ++runs % 3 == 0)
		out8(PORT_TURN, 0);
}

static int the_end(const char *what)
{
	while (guest_word("companion"))
		out8(PORT_TURN, 0);
	if (companions)
		out8(PORT_COMPANIONS, 0);
	return attack_end(what);
}

static void fill_regs(uint32_t n)
{
	uint32_t *word = (uint32_t *)&want.regs;

	for (uint32_t i = 0; i < sizeof(want.regs) / 4; i++)
		word[i] = 0x10203041 * (i + 1) + n * 0x01010000;
	want.regs.ebx = FAULT_VA;
}

/* From ring 1 with this stack, or from ring 3 with this one for its traps (which is set before).
 * popf with TF on would step what comes before the instruction: then by iret. */
static void run(bool user, uint32_t eip, uint32_t flags, uint32_t esp)
{
	static uint32_t outer[5];
	uint32_t inner[3] = { eip, LG_GUEST_CS, flags };

	take_turn();
	want.eip = eip;
	want.flags = flags;
	want.esp = esp;
	want.ds = user ? LG_GUEST_USER_DS : LG_GUEST_DS;
	if (user) {
		memcpy(outer, (uint32_t[]){ eip, LG_GUEST_USER_CS, flags, USER_ESP,
			LG_GUEST_USER_DS }, sizeof(outer));
		want.frame = (uint32_t)outer;
	} else if (flags & TF) {
		want.frame = esp - 12;
		memcpy((void *)want.frame, inner, sizeof(inner));
	}
	user || flags & TF ? go_by_iret() : go_here();
}

static uint32_t frame_bytes(const struct probe *p, bool user)
{
	return (p->error != -1 ? 16 : 12) + (user ? 8 : 0);
}

/* The frame that the CPU pushes, lowest word first. */
static void make_frame(const struct probe *p, bool user, uint32_t irqs, uint32_t *to)
{
	if (p->error != -1)
		*to++ = p->error | (p->vector == 14 && user ? PF_U : 0);
	*to++ = (uint32_t)p->eip;
	*to++ = user ? LG_GUEST_USER_CS : LG_GUEST_CS;
	*to++ = (want.flags & ~LG_IF) | 2 | (irqs ? LG_IF : 0);
	if (user) {
		*to++ = USER_ESP;
		*to = LG_GUEST_USER_DS;
	}
}

static void check_regs(const char *what, uint32_t which)
{
	const uint32_t *a = (uint32_t *)&got.regs, *b = (uint32_t *)&want.regs;

	for (uint32_t i = 0; i < sizeof(want.regs) / 4; i++)
		expect(a[i], b[i], what, which << 8 | i);
}

static void check_handler(const struct probe *p, uint32_t esp, bool user, uint32_t which)
{
	expect(got.vector, p->vector, "vector", which);
	check_regs("a register", which);
	expect(got.esp, esp - frame_bytes(p, user), "the handler's stack", which);
	expect(got.cs, LG_GUEST_CS, "its code segment", which);
	expect(got.ss, LG_GUEST_DS, "its stack segment", which);
	expect(got.ds, want.ds, "its data segment", which);
	expect(got.flags, (want.flags & ~(TF | NT)) | 0x202, "its flags", which);
	expect(got.irq_enabled, 0, "virtual IF in it", which);
	expect(got.cr2, p->vector == 14 ? FAULT_VA : CR2_BEFORE, "CR2", which);
}

#define AROUND	32

/* The bytes of the stack by the identity map, the frame among others that must stay. */
static void check_stack(const struct probe *p, uint32_t esp, bool user, uint32_t irqs,
			uint32_t which)
{
	uint32_t frame[6], bytes = frame_bytes(p, user), low = esp - bytes, wrong = 0;
	uint32_t stepped = !user && want.flags & TF ? 0 : AROUND;
	uint8_t *now = stack + (low - STACK_VA), *as = (uint8_t *)frame;

	make_frame(p, user, irqs, frame);
	/* What the CPU says of RF is its own. */
	now[bytes - (user ? 12 : 4) + 2] &= ~(RF >> 16);
	for (uint32_t i = 0; i < bytes; i++)
		wrong |= (now[i] != as[i]) << (i / 4);
	expect(wrong, 0, "words of the frame", which);
	for (uint32_t i = 1; i <= stepped; i++)
		expect(now[-i], 0xa5, "below the frame", which);
	for (uint32_t i = 0; i < AROUND; i++)
		expect(now[bytes + i], 0xa5, "above the frame", which);
}

/* ---- case 0: frames ---- */

enum place { MAPPED, ACROSS, ABSENT, CLEAN, PLACES };

static void stack_entry(uint32_t n, uint32_t flags)
{
	STACK_TABLE[n] = ((uint32_t)stack + n * PAGE_BYTES) | flags;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, STACK_VA + n * PAGE_BYTES, STACK_TABLE[n]);
}

static uint32_t place_stack(enum place place, uint32_t unaligned)
{
	uint32_t esp = STACK_VA + (place == MAPPED ? PAGE_BYTES + 512 : 2 * PAGE_BYTES + 8);

	for (uint32_t n = 0; n < STACK_PAGES; n++)
		stack_entry(n, place == ABSENT || place == CLEAN ? 7 : 0x67);
	if (place == CLEAN)
		(void)*(volatile uint32_t *)(esp & ~3),
		(void)*(volatile uint32_t *)((esp & ~3) - PAGE_BYTES);
	return esp - unaligned;
}

static void check_used(enum place place, uint32_t which)
{
	if (place == ABSENT || place == CLEAN)
		expect(STACK_TABLE[1] & STACK_TABLE[2] & 0x60, 0x60, "accessed and dirty", which);
}

static bool lost_nt(const struct probe *p, bool user, uint32_t esp)
{
	uint32_t flags;

	memcpy(&flags, stack + (esp - STACK_VA) - (user ? 12 : 4), 4);
	(void)p;
	return want.flags & NT && !(flags & NT);
}

/* An interrupt of the Host's takes NT off on its way (R1), so with it there are some tries. */
static void probe_once(const struct probe *p, bool user, uint32_t irqs, uint32_t flags,
		       enum place place, uint32_t unaligned)
{
	uint32_t which = (p - probes) << 16 | user << 12 | place << 8 | unaligned << 4 | !!irqs;
	uint32_t esp, tries = 0;

	do {
		memset(stack, 0xa5, sizeof(stack));
		esp = place_stack(place, unaligned);
		if (user)
			hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, esp, 0);
		fill_regs(which);
		data->cr2 = CR2_BEFORE;
		data->irq_enabled = irqs;
		run(user, (uint32_t)p->at, flags, esp);
	} while (lost_nt(p, user, esp) && ++tries < 20);
	check_handler(p, esp, user, which);
	check_stack(p, esp, user, irqs, which);
	check_used(place, which);
}

static void probe_flags(const struct probe *p, bool user, uint32_t irqs, enum place place,
			uint32_t unaligned)
{
	static const uint32_t sets[] = {
		0, 0xcd5, 0x1, 0x4, 0x10, 0x40, 0x80, 0x400, 0x800, 0x40000, 0x200000, NT,
		NT | 0x240cd5, TF, TF | 0xcd5,
	};
	static uint32_t turn;

	for (uint32_t n = 0; n < TIMES; n++) {
		uint32_t flags = sets[turn++ % ARRAY_SIZE(sets)] | p->flags | LG_IF | 2;

		/* The frame of the iret is read, and an alignment check would come before. */
		if (place != MAPPED && !user)
			flags &= ~TF;
		probe_once(p, user, irqs, flags, place, unaligned);
	}
}

static void probe_all(void)
{
	static const uint32_t irqs[] = { 0, LG_IF, 1, 0x80000000 };

	for (uint32_t i = 0; i < ARRAY_SIZE(probes); i++)
		for (uint32_t user = 0; user < 2; user++)
			for (uint32_t n = 0; n < 4 * PLACES * ARRAY_SIZE(irqs); n++)
				probe_flags(&probes[i], user, irqs[n % ARRAY_SIZE(irqs)],
					    n / 16 % PLACES, n / 4 % 4);
}

/* ---- case 1: stacks that end the Guest ---- */

static const struct {
	uint32_t esp;
	char from;		/* of what attack_scan found: Regs, Shared, Text; or Page n read */
} bad_stacks[] = {
	{ WINDOW_VA + 0x800, 0 }, { STACK_VA + 0x800, 0 }, { 0, 0 }, { 3, 0 }, { 11, 0 }, { 12, 0 },
	{ 0xffffffff, 0 },
	{ REGION_VA + 1, 0 }, { REGION_VA + 4, 0 }, { REGION_VA + 12, 0 },
	{ REGION_VA + 24, 0 }, { REGION_VA + 28, 0 }, { REGION_VA + 0x1000, 0 },
	{ 0x800, 'r' }, { 0xf00, 'r' }, { 0x1000, 'r' },
	{ 0x1004, 'r' }, { 24, 'r' }, { 8, 'r' },
	{ 0x800, 's' }, { 0x1000, 's' }, { 24, 's' }, { 0x800, 't' },
	{ 0x800, 0 + 1 }, { 0x800, 1 + 1 }, { 0x800, 2 + 1 }, { 0x800, 3 + 1 }, { 0x800, 4 + 1 },
	{ STACK_VA + PAGE_BYTES + 4, 0 }, { STACK_VA + 2 * PAGE_BYTES + 4, 0 },
};
/* Of ring 1: ud2, a page fault; of ring 3: a system call, a page fault, hlt. */
#define WAYS	5
#define BADS	(ARRAY_SIZE(bad_stacks) * WAYS)

static uint32_t bad_esp(uint32_t n)
{
	switch (bad_stacks[n].from) {
	case 0: return bad_stacks[n].esp;
	case 'r': return seen.regs + bad_stacks[n].esp;
	case 's': return (seen.shared ? seen.shared : seen.regs) + bad_stacks[n].esp;
	case 't': return seen.text + bad_stacks[n].esp;
	}
	return seen.pages[bad_stacks[n].from - 1] + bad_stacks[n].esp;
}

static const struct probe *way(uint32_t n, bool *user)
{
	static const uint8_t of[WAYS] = { 4, 9, 8, 10, 7 };

	*user = n >= 2;
	return &probes[of[n]];
}

/* Right below the Switcher's slots the Guest has a page, at 0 it has none; the first of STACK_VA is
 * read-only, the second absent. */
static void make_bad_stacks(void)
{
	stack_entry(0, 5);
	stack_entry(1, 0);
	STACK_TABLE[1] = 0;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, STACK_VA + PAGE_BYTES, 0);
	stack_entry(2, 0x67);
	guest_dir[(REGION_VA - 1) >> 22] = (uint32_t)CODE_TABLE | 0x27;
	CODE_TABLE[1023] = (uint32_t)code[0] | 0x67;
	hypercall2(LG_HC_SET_PGD, (uint32_t)guest_dir, (REGION_VA - 1) >> 22);
	*guest_pte(0) = 0;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, 0, 0);
	(void)*(volatile uint8_t *)STACK_VA;
	*(volatile uint32_t *)(REGION_VA - 64) = 0;
}

static int bad_stack(void)
{
	uint32_t life = attack_life(BADS + 1), esp;
	const struct probe *p;
	bool user;

	if (life == BADS) {
		expect(in32(PORT_TALLY + TALLY_DEATHS), BADS, "lives that ended", 0);
		expect(in32(PORT_TALLY), 0, "traps that arrived", 0);
		return attack_end("stacks");
	}
	attack_scan();
	make_bad_stacks();
	catch();
	p = way(life % WAYS, &user);
	esp = bad_esp(life / WAYS);
	fill_regs(life);
	/* The Switcher knows all that it needs; a stack right below its slots is like others. */
	for (uint32_t n = 0; n < 2 * TIMES; n++) {
		hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, REGION_VA, 0);
		run(n & 1, (uint32_t)p->at, 2, REGION_VA);
		if (got.vector != p->vector || got.esp != REGION_VA - frame_bytes(p, n & 1))
			out32(PORT_TALLY, 1);
	}
	hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, esp, 0);
	run(user, (uint32_t)p->at, 2, esp);
	out32(PORT_TALLY, 1);
	print("life %u came back, esp %x\n", life, esp);
	guest_shutdown("it lives", LG_SHUTDOWN_RESTART);
}

/* ---- case 2: page faults ---- */

/* RAN, or vector << 16 | error; registers are kept, CR2 is the address. */
static int32_t touch(bool user, bool write, uint32_t va)
{
	fill_regs(va);
	want.regs.ebx = va;
	data->cr2 = CR2_BEFORE;
	data->irq_enabled = LG_IF;
	run(user, (uint32_t)(write ? writing : reading), 2, STACK_VA + PAGE_BYTES);
	if (got.vector == 0x80)
		return RAN;
	check_regs("a register over a fault", va);
	expect(got.cr2, va, "CR2", va);
	return got.vector << 16 | *(uint32_t *)got.esp;
}

static void expect_touch(bool user, bool write, uint32_t va, int32_t error, const char *what)
{
	for (uint32_t n = 0; n < TIMES; n++)
		expect(touch(user, write, va), error, what, va << 4 | user << 1 | write);
}

static int32_t error_of(bool user, bool write, uint32_t gpde, uint32_t gpte)
{
	uint32_t both = gpde & gpte, asked = (write ? PF_W : 0) | (user ? PF_U : 0);

	if (!(both & 1))
		return PF(asked);
	return asked & ~both & 6 ? (int32_t)PF(asked | PF_P) : RAN;
}

/* The page behind is absent: a fault there lets the Switcher know the tables. */
static void try_entry(uint32_t gpde, uint32_t gpte)
{
	for (uint32_t n = 0; n < 4; n++) {
		bool user = n & 1, write = n & 2;

		WINDOW[1] = gpte & 1 ? (uint32_t)page[0] | gpte : gpte;
		WINDOW[2] = 0;
		guest_dir[WINDOW_VA >> 22] = (uint32_t)WINDOW | gpde;
		hypercall1(LG_HC_FLUSH_TLB, 1);
		expect_touch(false, true, WINDOW_VA + 2 * PAGE_BYTES,
			     error_of(false, true, gpde, 0), "next to it");
		expect_touch(user, write, WINDOW_VA + PAGE_BYTES + 4,
			     error_of(user, write, gpde, gpte), "an entry");
	}
}

static void try_entries(void)
{
	static const uint32_t rights[] = { 0, 0xfffffffe, 1, 3, 5, 7, 0x67 };

	for (uint32_t i = 0; i < ARRAY_SIZE(rights); i++)
		for (uint32_t gpde = 0x20; gpde < 0x28; gpde++)
			try_entry(gpde, rights[i]);
	guest_dir[WINDOW_VA >> 22] = (uint32_t)WINDOW | 0x27;
	hypercall1(LG_HC_FLUSH_TLB, 1);
}

/* What becomes possible without a word is possible at once. */
static void changes(void)
{
	uint32_t va = WINDOW_VA + 3 * PAGE_BYTES, *slot = &guest_dir[WINDOW_VA >> 22];

	WINDOW[3] = 0;
	expect_touch(false, true, va, PF(PF_W), "absent");
	WINDOW[3] = (uint32_t)page[0] | 5;
	expect_touch(false, false, va, RAN, "made present");
	expect_touch(true, true, va, PF(PF_W | PF_U | PF_P), "but read-only");
	WINDOW[3] |= 2;
	expect_touch(true, true, va, RAN, "made writable");
	WINDOW[3] = (uint32_t)page[0] | 3;
	hypercall3(LG_HC_SET_PTE, (uint32_t)guest_dir, va, WINDOW[3]);
	expect_touch(true, false, va, PF(PF_U | PF_P), "of the kernel's");
	WINDOW[3] |= 4;
	expect_touch(true, false, va, RAN, "made the user's");
	/* Another table, then none, then the first. */
	memset(tables[3], 0, PAGE_BYTES);
	tables[3][4] = (uint32_t)page[1] | 7;
	page[1][0] = 0x0badcafe;
	WINDOW[4] = 0;
	expect_touch(false, false, va + PAGE_BYTES, PF(0), "absent in this table");
	*slot = (uint32_t)tables[3] | 0x27;
	expect_touch(false, false, va + PAGE_BYTES, RAN, "there in the other");
	expect(got.regs.eax, 0x0badcafe, "its page", 0);
	WINDOW[5] = (uint32_t)page[1] | 7;
	expect_touch(false, false, va + 2 * PAGE_BYTES, PF(0), "absent in the other");
	*slot = (uint32_t)WINDOW | 0x27;
	expect_touch(false, false, va + 2 * PAGE_BYTES, RAN, "there in the first");
	*slot = 0;
	expect_touch(false, false, va + 3 * PAGE_BYTES, PF(0), "no table");
	*slot = (uint32_t)WINDOW | 0x27;
	WINDOW[6] = (uint32_t)page[1] | 7;
	expect_touch(false, false, va + 3 * PAGE_BYTES, RAN, "a table again");
}

/* Page 8 is there in the first directory alone, page 9 in the second. */
static void directories(void)
{
	uint32_t at = WINDOW_VA + 8 * PAGE_BYTES;

	memset(tables[3], 0, PAGE_BYTES);
	WINDOW[9] = 0;
	WINDOW[8] = (uint32_t)page[0] | 7;
	tables[3][9] = (uint32_t)page[1] | 7;
	memcpy(dirs[0], guest_dir, PAGE_BYTES);
	dirs[0][WINDOW_VA >> 22] = (uint32_t)tables[3] | 0x27;
	for (uint32_t n = 0; n < 8; n++) {
		memcpy(dirs[1], dirs[0], PAGE_BYTES);
		expect_touch(n & 1, false, at, RAN, "in the first");
		expect_touch(n & 1, false, at + PAGE_BYTES, PF(n & 1 ? PF_U : 0),
			     "not in the first");
		hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)dirs[n & 1]);
		/* The stack too must be in this shadow, or no frame can be written on it. */
		touch(false, true, STACK_VA);
		expect_touch(n & 1, false, at + PAGE_BYTES, RAN, "in the second");
		expect_touch(n & 1, false, at, PF(n & 1 ? PF_U : 0), "not in the second");
		hypercall1(LG_HC_NEW_PGTABLE, (uint32_t)guest_dir);
		/* A page of a directory that is no longer one. */
		memset(dirs[1], 0xff, PAGE_BYTES);
	}
	hypercall1(LG_HC_FLUSH_TLB, 1);
}

/* Whatever the Guest's directory says of them. */
static void switcher_slots(void)
{
	for (uint32_t slot = REGION_VA >> 22; slot < 1024; slot++)
		guest_dir[slot] = (uint32_t)WINDOW | 0x27;
	memset(WINDOW, 0, PAGE_BYTES);
	for (uint32_t va = REGION_VA; va >= REGION_VA; va += 5 * PAGE_BYTES) {
		expect(touch(false, true, WINDOW_VA), PF(PF_W), "below them", va);
		expect(touch(true, true, va) & ~PF_P, PF(PF_U | PF_W), "a slot, written", va);
		expect(touch(true, false, va) & ~PF_P, PF(PF_U), "a slot, read", va);
	}
}

static int faults(void)
{
	hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, STACK_VA + PAGE_BYTES, 0);
	try_entries();
	changes();
	directories();
	switcher_slots();
	return the_end("page faults");
}

/* Read-only and nowhere; written. */
static int bad_entry(void)
{
	hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, STACK_VA + PAGE_BYTES, 0);
	WINDOW[2] = 0;
	expect_touch(false, true, WINDOW_VA + 2 * PAGE_BYTES, PF(PF_W), "next to it");
	WINDOW[1] = 0xfffff001;
	touch(false, true, WINDOW_VA + PAGE_BYTES);
	return attack_end("an entry");
}

/* ---- case 3: ports ---- */

struct io {
	uint8_t opcode;
	bool prefix;
	uint16_t port;
};

static uint32_t put_io(uint8_t *to, const struct io *io)
{
	uint32_t n = 0;

	if (io->prefix)
		to[n++] = 0x66;
	to[n++] = io->opcode;
	if (!(io->opcode & 8))
		to[n++] = io->port;
	return n;
}

static uint32_t io_mask(const struct io *io)
{
	if (!(io->opcode & 1))
		return 0xff;
	return io->prefix ? 0xffff : ~0u;
}

/* In `want`, what EAX must be after it. */
static void io_regs(const struct io *io, uint32_t answer)
{
	fill_regs(io->opcode);
	want.regs.edx = (io->opcode & 8 ? io->port : 0x80) | 0xabcd0000;
	if (!(io->opcode & 2))
		answer = (want.regs.eax & ~io_mask(io)) | (answer & io_mask(io));
	else
		answer = want.regs.eax;
	got.regs.eax = answer;
}

/* `at` is where the Guest runs it, `by` where it is written.  Its end is a system call, or at the
 * end of a page a page fault. */
static void try_io(const struct io *io, uint32_t answer, uint8_t *by, uint32_t at)
{
	uint32_t bytes = put_io(by, io), which = io->port << 8 | io->opcode, eax;
	bool ends = (at + bytes) % PAGE_BYTES == 0;

	if (!ends)
		memcpy(by + bytes, (uint8_t[]){ 0xcd, 0x80 }, 2);
	for (uint32_t n = 0; n < TIMES; n++) {
		io_regs(io, answer);
		eax = got.regs.eax;
		data->cr2 = CR2_BEFORE;
		run(false, at, 0xcd7, STACK_VA + PAGE_BYTES);
		expect(got.vector, ends ? 14 : 0x80, "after it", which);
		expect(((uint32_t *)got.esp)[ends ? 1 : 0], at + bytes + (ends ? 0 : 2),
		       "where it ended", which);
		want.regs.eax = eax;
		check_regs("a register over it", which);
		expect(((uint32_t *)got.esp)[ends ? 3 : 2] & 0xcd7 & ~RF, 0xcd7, "flags", which);
	}
}

/* From ring 3, or where the Host fetches no instructions: it faults. */
static void expect_gp(bool user, uint32_t at, uint32_t which)
{
	for (uint32_t n = 0; n < TIMES; n++) {
		fill_regs(n);
		want.regs.edx = 0x80;
		run(user, at, 2, STACK_VA + PAGE_BYTES);
		expect(got.vector, 13, "a fault", which);
		expect(*(uint32_t *)got.esp, 0, "its error", which);
		expect(((uint32_t *)got.esp)[1], at, "its address", which);
		check_regs("a register over a fault", which);
	}
}

static void try_port(uint32_t port, uint32_t answer)
{
	for (uint32_t n = 0; n < 16; n++) {
		struct io io = { 0xe4 | (n & 3) | (n & 4) << 1, n & 8, port };
		uint32_t bytes = (io.prefix ? 2 : 1) + (io.opcode & 8 ? 0 : 1);

		if (!(io.opcode & 8) && port > 255)
			continue;
		/* No OUT to a device. */
		if (io.opcode & 2 && answer != ~0u)
			continue;
		try_io(&io, answer, code[0] + 0x100, (uint32_t)code[0] + 0x100);
		try_io(&io, answer, code[0] + PAGE_BYTES - bytes, CODE_VA + PAGE_BYTES - bytes);
		put_io(code[0], &io);
		expect_gp(true, (uint32_t)code[0], io.opcode);
	}
}

/* What a device was told.  If that is lost a report is too: an unknown call ends the Guest. */
static void claimed(void)
{
	for (uint32_t n = 1; n <= TIMES; n++) {
		out32(PORT_TALLY, 3);
		if (in32(PORT_TALLY) != 3 * n)
			hypercall0(1000);
	}
}

/* The same instruction pointer is other bytes with a base. */
static void not_flat(void)
{
	uint32_t slot = (ALIAS + (uint32_t)code[0]) >> 22;

	memcpy(tables[3], guest_pte((uint32_t)code[0] & 0xffc00000), PAGE_BYTES);
	tables[3][(uint32_t)code[0] >> 12 & 1023] = (uint32_t)code[1] | 0x67;
	guest_dir[slot] = (uint32_t)tables[3] | 0x27;
	hypercall2(LG_HC_SET_PGD, (uint32_t)guest_dir, slot);
	memcpy(code[0], (uint8_t[]){ 0xec, 0xcd, 0x80 }, 3);
	memcpy(code[1], (uint8_t[]){ 0xf4, 0xcd, 0x80 }, 3);
	load_gdt_entry(LG_GUEST_CS / 8, DESC_FLAT_LOW, DESC_CODE(1) | ALIAS);
	expect_gp(false, (uint32_t)code[0], 1);
	load_gdt_entry(LG_GUEST_CS / 8, DESC_FLAT_LOW, DESC_CODE(1));
}

static int ports(void)
{
	static const uint16_t free_ports[] = {
		0, 0x80, 0xbf, PORT_FIRST - 1, PORT_LAST + 1, 0xff, 0x100, 0x1e9, 0xe9e9, 0xffff,
	};

	hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, STACK_VA + PAGE_BYTES, 0);
	CODE_TABLE[0] = (uint32_t)code[0] | 0x67;
	for (uint32_t i = 0; i < ARRAY_SIZE(free_ports); i++)
		try_port(free_ports[i], ~0u);
	try_port(PORT_CONSOLE, CONSOLE_ANSWER(PORT_CONSOLE));
	claimed();
	not_flat();
	return attack_end("ports");
}

/* In the pages of the Switcher's slots that a Guest can write: it runs there at ring 1, and the
 * Host fetches nothing from there.  The regs page is that of this CPU. */
static int slots(void)
{
	hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, STACK_VA + PAGE_BYTES, 0);
	memcpy((void *)(seen.regs + 0x800), (uint8_t[]){ 0xec, 0xcd, 0x80 }, 3);
	expect_gp(false, seen.regs + 0x800, 2);
	/* And in the ring, by its address there. */
	if (seen.shared) {
		uint32_t at = seen.shared + offsetof(struct lguest_data, ring[60]);

		memcpy((void *)at, (uint8_t[]){ 0xec, 0xcd, 0x80 }, 3);
		expect_gp(false, at, 3);
	}
	return attack_end("slots");
}

/* ---- case 4: gates ---- */

static void at_gate(bool user, const uint8_t *text, uint32_t vector, uint32_t irqs,
		    const char *what)
{
	for (uint32_t n = 0; n < TIMES; n++) {
		fill_regs(n);
		data->irq_enabled = LG_IF;
		run(user, (uint32_t)text, 2, STACK_VA + PAGE_BYTES);
		expect(got.vector, vector, what, n);
		expect(got.irq_enabled, irqs, what, n + 16);
	}
}

static void gate_changes(uint32_t n, const uint8_t *text, bool user)
{
	uint32_t other = (uint32_t)caught_else;

	at_gate(user, text, n, 0, "as it was");
	gate_to(n, other, GATE_INTERRUPT | 3 << 13);
	at_gate(user, text, 999, 0, "another");
	gate_to(n, catcher(n), GATE_TRAP | 3 << 13);
	at_gate(user, text, n, LG_IF, "a trap gate");
	gate_to(n, other, GATE_INTERRUPT | 3 << 13);
	at_gate(user, text, 999, 0, "an interrupt gate");
	gate_to(n, 0, 0);
	gate_to(n, catcher(n), GATE_INTERRUPT | 3 << 13);
	at_gate(user, text, n, 0, "absent meanwhile");
	guest_async(LG_HC_LOAD_IDT_ENTRY, n, LG_GUEST_CS << 16 | (other & 0xffff),
		    (other & 0xffff0000) | GATE_INTERRUPT | 3 << 13, 0);
	at_gate(user, text, n, 0, "in the ring");
	hypercall0(LG_HC_FLUSH_ASYNC);
	at_gate(user, text, 999, 0, "out of the ring");
	gate_to(n, catcher(n), GATE_INTERRUPT | 3 << 13);
}

static void gate_rights(void)
{
	at_gate(true, vector_6, 6, 0, "within reach");
	gate_to(6, catcher(6), GATE_INTERRUPT | 1 << 13);
	at_gate(true, vector_6, 13, 0, "out of reach");
	at_gate(false, vector_6, 6, 0, "in reach of ring 1");
	gate_to(6, catcher(6), GATE_INTERRUPT);
	at_gate(false, vector_6, 13, 0, "out of reach of ring 1");
	at_gate(true, invalid, 6, 0, "but not of the CPU");
}

static int gates(void)
{
	hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, STACK_VA + PAGE_BYTES, 0);
	for (uint32_t user = 0; user < 2; user++)
		for (uint32_t i = 0; i < ARRAY_SIZE(probes); i++)
			if (probes[i].at != overflow)
				gate_changes(probes[i].vector, probes[i].at, user);
	gate_rights();
	return attack_end("gates");
}

/* ---- case 5: lguest_data flips meanwhile ---- */

#define LIVES	4
#define ROUNDS	600		/* at least; the most is 100 times that */
#define FLIPS	20		/* that must have been seen in the ring, once a round at the most */

/* Nothing here makes a hypercall: the ring is garbage. */
static void storm_once(uint32_t n)
{
	const struct probe *p = &probes[n % ARRAY_SIZE(probes)];
	bool user = n / ARRAY_SIZE(probes) & 1, faults = p->vector == 14;
	uint32_t *frame;

	fill_regs(n);
	if (user && faults)
		want.regs.ebx = REGION_VA + (n * 0x3004 & 0xbffffc);
	data->irq_enabled = n & 1 ? LG_IF : 0;
	run(user, (uint32_t)p->at, p->flags | 2, STACK_VA + PAGE_BYTES);
	frame = (uint32_t *)got.esp;
	check_regs("a register", n);
	expect(got.vector, p->vector, "vector", n);
	expect(got.esp, STACK_VA + PAGE_BYTES - frame_bytes(p, user), "stack", n);
	if (p->error != -1)
		expect(*frame++ & ~PF_P, p->error | (faults && user ? PF_U : 0), "error", n);
	expect(frame[0], (uint32_t)p->eip, "eip", n);
	expect(frame[2] & ~(RF | LG_IF), p->flags | 2, "flags", n);
	expect(in8(PORT_NOBODY), 0xff, "a port", n);
}

/* Whether it is another than at the last call. */
static bool ring_has_changed(void)
{
	static uint32_t before;
	uint32_t sum = 0, last = before;

	for (uint32_t i = 0; i < sizeof(data->ring) / 4; i++)
		sum = sum * 3 + ((volatile uint32_t *)data->ring)[i];
	before = sum;
	return sum != last;
}

static int storm(void)
{
	uint32_t life = attack_life(LIVES + 1), flips = 0;

	if (life == LIVES || in32(PORT_TALLY + 1) == LIVES) {
		expect(in32(PORT_TALLY), 0, "wrong in all lives", 0);
		expect(in32(PORT_TALLY + 1), LIVES, "lives that came to their end", 0);
		return attack_end("storms");
	}
	hypercall3(LG_HC_SET_STACK, LG_GUEST_DS, STACK_VA + PAGE_BYTES, 0);
	out32(PORT_FLIP, (uint32_t)data);
	for (uint32_t n = 0; n < ROUNDS || (flips < FLIPS && n < 100 * ROUNDS); n++) {
		storm_once(n);
		flips += ring_has_changed();
	}
	expect(flips >= FLIPS, true, "flips while it ran", flips);
	out32(PORT_TALLY, attack_wrong);
	out32(PORT_TALLY + 1, 1);
	for (uint32_t i = 0; i < attack_wrong && i < ARRAY_SIZE(attack_failures); i++)
		print("# %s (%x): %x, not %x\n", attack_failures[i].what, attack_failures[i].which,
		      attack_failures[i].got, attack_failures[i].want);
	guest_shutdown("flipped", LG_SHUTDOWN_RESTART);
}

static void begin(uint32_t which)
{
	uint32_t offset = guest_number("data", 0);

	if (offset)
		data = (struct lguest_data *)&data_pages[offset];
	memset(data->ring_status, LG_RING_FREE, sizeof(data->ring_status));
	data->blocked_interrupts = ~0u;
	data->kernel_address = ALIAS;
	data->syscall_vec = 0x80;
	guest_dir[WINDOW_VA >> 22] = (uint32_t)WINDOW | 0x27;
	guest_dir[STACK_VA >> 22] = (uint32_t)STACK_TABLE | 0x27;
	guest_dir[CODE_VA >> 22] = (uint32_t)CODE_TABLE | 0x27;
	for (uint32_t n = 0; n < STACK_PAGES; n++)
		STACK_TABLE[n] = ((uint32_t)stack + n * PAGE_BYTES) | 0x67;
	hypercall1(LG_HC_INIT, (uint32_t)data);
	lguest_data.reserve_mem = 1;	/* the INIT of guest_shutdown has been made */
	guest_paging();
	guest_try_ready();
	guest_user_ready(GATE_INTERRUPT, NULL);
	if (which == 7)
		attack_scan();
	if (which != 1)
		catch();
	companions = guest_number("companions", 0);
	if (companions && !guest_word("companion"))
		out8(PORT_COMPANIONS, companions);
}

int main(void)
{
	uint32_t which = guest_number("case", 0);

	begin(which);
	switch (which) {
	case 1: return bad_stack();
	case 2: return faults();
	case 3: return ports();
	case 4: return gates();
	case 5: return storm();
	case 6: return bad_entry();
	case 7: return slots();
	}
	probe_all();
	return the_end("frames");
}
