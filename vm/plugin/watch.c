/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch.c - the rule by which blocks become counts.
 *
 * Only the beginning of an instruction is seen.  When the next block of that CPU begins,
 * the counter gives the number of instructions of the last one that were begun, and the address
 * shows what happened to the last of these:
 *
 *	done		it was executed; the TSC has it
 *	abandoned	a memory access or a helper of the emulator refused it half-way: the
 *			emulator takes it back from its count, so the TSC does not have it
 *	refused		the translator itself refused it (#UD, #NM, #GP of what only ring 0
 *			may): the TSC has it
 *	unsure		a page fault after a far jump or the like, or at a page's end: its
 *			own, or that of fetching what follows.  Counted, and reported
 *
 * So the TSC's difference is the number of insns begun, less those abandoned, plus those that
 * follow a trapping `into` in its block: the emulator has counted the whole block.  That is exact
 * where nothing is unsure and no CPU halts.  An op is counted if its instruction was done.
 */
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "tally.h"
#include "watch.h"

#define MAX_ENTRIES	1024
#define MAX_STUBS	64
#define STUB_BYTES	10	/* LG_STUB_BYTES */
#define HOST_KERNEL	0xc0000000u
#define HARDWARE	32	/* vectors from here on are interrupts */

enum verdict { DONE, ABANDONED, REFUSED, UNSURE };

struct range {
	uint32_t from, to;
};

struct cpu {
	const struct block *last;
	uint64_t begun;			/* instructions of it */
	uint64_t accessed;		/* accesses of its last instruction (watch.h) */
	enum lg_where where;
	bool in_guest;
	bool away;			/* the Host has run since the Guest was left */
};

struct window {
	bool open;
	struct tally tally;
};

static struct cpu cpus[WATCH_CPUS], *current;
static uint64_t current_from, current_accessed;
static bool armed;
static char pending[LG_MAIL_LINE];

static struct range switcher, module, interrupts;
static uint32_t stubs[MAX_STUBS];
static struct {
	uint32_t va;
	int vector;
} entries[MAX_ENTRIES];
static size_t n_stubs, n_entries;

static struct files files;
static struct window sample, asked;
static struct profile log_of_sample;
static struct series series;
static char cell[LG_MAIL_LINE], name[LG_MAIL_LINE];

static bool within(const struct range *range, uint32_t va)
{
	return va >= range->from && va < range->to;
}

/* Entries by the low bits of their addresses, which are multiples of 16; a full slot's
 * tenants go on in the next. */
static size_t slot_of(uint32_t va)
{
	size_t slot = va / 16 % MAX_ENTRIES;

	while (entries[slot].va && entries[slot].va != va)
		slot = (slot + 1) % MAX_ENTRIES;
	return slot;
}

/* The vector whose handler begins there; -1: none. */
static int vector_at(uint32_t va)
{
	size_t slot;

	for (size_t i = 0; within(&switcher, va) && i < n_stubs; i++)
		if (va - stubs[i] < 256 * STUB_BYTES)
			return (va - stubs[i]) % STUB_BYTES ? -1 :
			       (int)((va - stubs[i]) / STUB_BYTES);
	if (within(&interrupts, va))
		return HARDWARE;
	slot = slot_of(va);
	return entries[slot].va ? entries[slot].vector : -1;
}

static bool is_interrupt(int vector)
{
	return vector >= HARDWARE || vector == 2 || vector == 18;
}

static enum lg_where where_of(struct cpu *cpu, uint32_t va)
{
	if (within(&switcher, va)) {
		cpu->in_guest = false;
		return LG_WHERE_SWITCHER;
	}
	if (cpu->in_guest)
		return LG_WHERE_GUEST;
	cpu->away = true;
	if (va < HOST_KERNEL)
		return LG_WHERE_USER;
	return within(&module, va) ? LG_WHERE_MODULE : LG_WHERE_KERNEL;
}

static bool is_expected(const struct insn *insn, uint32_t landing)
{
	switch (insn->flow) {
	case FLOW_NEXT:
		return landing == insn->next;
	case FLOW_REPEAT:
		return landing == insn->next || landing == insn->va;
	case FLOW_JUMP:
	case FLOW_CALL:
		return landing == insn->next || landing == insn->target;
	default:
		return true;
	}
}

/* The fetch of what follows can fault only where that begins in another page or reaches
 * into one. */
static bool ends_page(const struct insn *insn)
{
	return (insn->next & 4095) == 0 || (insn->next & 4095) > 4096 - 15;
}

static enum verdict page_fault(const struct insn *insn, bool last, uint64_t accessed)
{
	if (!last)
		return ABANDONED;
	switch (insn->flow) {
	case FLOW_JUMP:
	case FLOW_IRET:
		return DONE;
	case FLOW_CALL:
	case FLOW_ELSEWHERE:
		if (insn->accesses == ACCESSES_UNKNOWN)
			return UNSURE;
		return accessed < insn->accesses ? ABANDONED : DONE;
	default:
		return ends_page(insn) ? UNSURE : ABANDONED;
	}
}

static enum verdict exception(const struct insn *insn, int vector, bool last, uint64_t accessed)
{
	switch (vector) {
	case 1:
	case 3:
	case 4:
		return DONE;
	case 6:
	case 7:
		return REFUSED;
	case 13:
		return insn->raised_early ? REFUSED : ABANDONED;
	case 14:
		return page_fault(insn, last, accessed);
	default:
		return ABANDONED;
	}
}

/* What happened to the last instruction begun, when execution went on at `landing`; and how it got
 * there. */
static enum verdict verify_event(const struct cpu *cpu, const struct insn *insn, bool last,
			  uint32_t landing, enum lg_op *event)
{
	int vector;

	*event = LG_OP_NONE;
	if (insn->flow == FLOW_TRAP ||
	    (insn->flow < FLOW_ELSEWHERE && is_expected(insn, landing)))
		return DONE;
	vector = vector_at(landing);
	if (is_interrupt(vector)) {
		*event = LG_OP_INTERRUPT;
		return DONE;
	}
	if (vector < 0 && (cpu->where != LG_WHERE_GUEST || within(&switcher, landing) ||
			   insn->flow >= FLOW_ELSEWHERE))
		return DONE;
	*event = LG_OP_EXCEPTION;
	if (vector >= 0)
		return exception(insn, vector, last, cpu->accessed);
	/* A direct trap: the Guest's own handler, of an unknown vector. */
	return insn->raised_early ? REFUSED : ABANDONED;
}

static void count_op(struct tally *tally, enum lg_where where, const struct insn *insn,
		     bool moved)
{
	if (insn->op == LG_OP_MOVS_BYTES)
		tally->ops[where][insn->op] += moved ? insn->bytes : 0;
	else if (insn->op)
		tally->ops[where][insn->op]++;
}

/* into is the one instruction in the middle of a block that traps without the emulator
 * taking back what it has counted for the rest of the block. */
static uint64_t overcounted(const struct cpu *cpu, uint32_t landing)
{
	const struct insn *insn = &cpu->last->insn[cpu->begun - 1];

	return insn->flow == FLOW_TRAP && landing != insn->next ? cpu->last->n - cpu->begun : 0;
}

/* With rep, an instruction that goes on behind itself has moved nothing: under -icount
 * the last turn only finds that the count is 0. */
static void count_block(struct tally *tally, const struct cpu *cpu, enum verdict verdict,
			uint32_t landing)
{
	const struct block *block = cpu->last;

	tally->insns[cpu->where] += cpu->begun;
	tally->abandoned[cpu->where] += verdict == ABANDONED;
	tally->unsure[cpu->where] += verdict == UNSURE;
	tally->overcounted[cpu->where] += overcounted(cpu, landing);
	for (size_t i = 0; i + 1 < cpu->begun; i++)
		count_op(tally, cpu->where, &block->insn[i], true);
	if (verdict == DONE || verdict == UNSURE) {
		const struct insn *insn = &block->insn[cpu->begun - 1];

		count_op(tally, cpu->where, insn,
			 insn->flow != FLOW_REPEAT || landing != insn->next);
	}
}

static void count(const struct cpu *cpu, enum verdict verdict, uint32_t landing,
		  enum lg_op event, enum lg_op entered)
{
	struct window *const windows[] = { &sample, &asked };

	for (size_t i = 0; i < 2; i++) {
		struct tally *tally = &windows[i]->tally;

		if (!windows[i]->open)
			continue;
		count_block(tally, cpu, verdict, landing);
		if (event)
			tally->ops[cpu->where][event]++;
		if (entered)
			tally->ops[cpu->where][entered]++;
	}
	if (sample.open)
		profile_add(&log_of_sample, cpu->last->va, cpu->where,
			    cpu->begun - (verdict == ABANDONED));
}

/* The Guest has read the TSC: every other time a sample ends with that, which the
 * reading itself belongs to. */
static void sample_boundary(void)
{
	if (sample.open)
		series_add(&series, &sample.tally, &log_of_sample);
	sample.open = !sample.open;
	memset(&sample.tally, 0, sizeof(sample.tally));
	log_of_sample.n = 0;
}

/* The iret of enter_guest leads to the Guest, even if its first instruction cannot be fetched
 * or an interrupt comes before it; that of a nested handler back into the Switcher.  If the Host
 * has not run since the Guest was left, the exit has stayed. */
static void settle(struct cpu *cpu, uint32_t landing)
{
	const struct insn *insn = &cpu->last->insn[cpu->begun - 1];
	enum verdict verdict;
	enum lg_op event;
	bool entered;
	enum lg_op how;

	/* Between windows only entries and exits of the Guest matter. */
	if (!sample.open && !asked.open && insn->flow != FLOW_IRET &&
	    insn->op != LG_OP_RDTSC)
		return;
	verdict = verify_event(cpu, insn, cpu->begun == cpu->last->n, landing, &event);
	entered = cpu->where == LG_WHERE_SWITCHER && insn->flow == FLOW_IRET &&
		  verdict == DONE && (event || !within(&switcher, landing));
	how = cpu->away ? LG_OP_SWITCH : LG_OP_STAY;
	count(cpu, verdict, landing, event, entered ? how : LG_OP_NONE);
	if (entered) {
		cpu->in_guest = true;
		cpu->away = false;
	}
	if (cell[0] && cpu->where == LG_WHERE_GUEST && insn->op == LG_OP_RDTSC &&
	    verdict == DONE)
		sample_boundary();
}

/* ---- messages ---- */

static void forget(void)
{
	memset(&switcher, 0, sizeof(switcher));
	memset(&module, 0, sizeof(module));
	memset(&interrupts, 0, sizeof(interrupts));
	memset(entries, 0, sizeof(entries));
	n_stubs = n_entries = 0;
	armed = false;
}

static void set_range(const char *which, uint32_t from, uint32_t to)
{
	if (!strcmp(which, "switcher"))
		switcher = (struct range){ from, to };
	else if (!strcmp(which, "module"))
		module = (struct range){ from, to };
	else if (!strcmp(which, "interrupts"))
		interrupts = (struct range){ from, to };
	armed = true;
}

static void add_entry(uint32_t va, int vector)
{
	size_t slot = slot_of(va);

	if (!entries[slot].va && ++n_entries >= MAX_ENTRIES)
		return;
	entries[slot].va = va;
	entries[slot].vector = vector;
}

static void begin(const char *of)
{
	if (!armed || asked.open)
		write_error(&files, of, armed ? "a window is open already" :
			    "no addresses were sent: run 'ops map' first");
	snprintf(name, sizeof(name), "%s", of);
	memset(&asked.tally, 0, sizeof(asked.tally));
	asked.open = true;
}

static void end(void)
{
	if (!asked.open)
		write_error(&files, "end", "no window is open");
	else
		write_tally(&files, name, 0, 1, &asked.tally);
	asked.open = false;
}

static void no_samples(void)
{
	series_clear(&series);
	sample.open = false;
}

static void end_of_series(const char *of, unsigned int samples)
{
	char window[2 * LG_MAIL_LINE];

	if (!cell[0])
		return;
	snprintf(window, sizeof(window), "%s/%s", cell, of);
	if (series.samples != samples || sample.open)
		write_error(&files, window,
			    "the Guest's readings of the TSC do not pair up with its samples");
	else
		write_series(&files, window, &series);
	no_samples();
}

static void heed(const char *line)
{
	char word[LG_MAIL_LINE];
	unsigned int a, b;

	if (!strcmp(line, "forget")) {
		forget();
	} else if (sscanf(line, "range %199s %x %x", word, &a, &b) == 3) {
		set_range(word, a, b);
	} else if (sscanf(line, "stubs %x", &a) == 1) {
		if (n_stubs < MAX_STUBS)
			stubs[n_stubs++] = a;
	} else if (sscanf(line, "exception %x %u", &a, &b) == 2) {
		add_entry(a, (int)b);
	} else if (sscanf(line, "begin %199s", word) == 1) {
		begin(word);
	} else if (!strcmp(line, "end")) {
		end();
	} else if (sscanf(line, "cell %199s", word) == 1) {
		snprintf(cell, sizeof(cell), "%s", word);
		no_samples();
	} else if (sscanf(line, "series %199s %u", word, &a) == 2) {
		end_of_series(word, a);
	} else {
		write_error(&files, "message", "not understood");
	}
}

bool watch_in_guest(unsigned int cpu)
{
	return armed && cpus[cpu].where == LG_WHERE_GUEST;
}

/* A message that still waits came before any block was counted: no window depends on its order. */
void watch_message(const char *line)
{
	if (pending[0])
		heed(pending);
	snprintf(pending, sizeof(pending), "%s", line);
}

/* ---- blocks ---- */

void watch_block(unsigned int number, const struct block *block)
{
	struct cpu *cpu = &cpus[number];

	if (current) {
		current->begun = counter_value(COUNTER_BEGUN) - current_from;
		current->accessed = counter_value(COUNTER_ACCESSED) - current_accessed;
	}
	current = NULL;
	if (cpu->last && cpu->begun && cpu->begun <= cpu->last->n)
		settle(cpu, block->va);
	cpu->last = NULL;
	if (pending[0]) {
		heed(pending);
		pending[0] = '\0';
	}
	if (!armed)
		return;
	cpu->last = block;
	cpu->where = where_of(cpu, block->va);
	current = cpu;
	current_from = counter_value(COUNTER_BEGUN);
	current_accessed = counter_value(COUNTER_ACCESSED);
}

bool watch_open(const char *folder)
{
	return files_open(&files, folder);
}

void watch_close(void)
{
	if (asked.open)
		write_error(&files, name, "the window was not ended");
	files_close(&files);
}
