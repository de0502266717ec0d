/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz.c - `device fuzz SEED OPS` and `device fuzz SEED fatal N`: requests at random, with
 * arguments right, nearly right and wrong (H4).
 *
 * The seed is printed first and gives the same operations again: none depends on what came
 * of another.  Several Guests, of all variants, live at once; a request may come back with
 * no errors but those that include/lg/dev.h names.  At least 98 of 100 operations leave
 * every Guest alive; with `fatal` each Guest is used for a little, brought to its end, and
 * closed, N times.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

#define SLOTS		4
#define TICK_US		2000
#define VARIANTS_MAX	32
#define ROUNDS_TO_DIE	8

static struct slot {
	int fd;			/* -1: not open */
	uint8_t *window;
} slots[SLOTS];

static uint32_t state, made, fatal;
static char variants[VARIANTS_MAX][LG_NAME_BYTES];
static uint32_t variants_count;
/* Pages that cannot be read, cannot be written, and the end of one that can. */
static uint8_t *no_page, *read_only, *page_end;

static uint32_t any(void)
{
	return next_random(&state);
}

static uint32_t pick(uint32_t n)
{
	return any() % n;
}

/* An edge, a small number, or any. */
static uint32_t word(void)
{
	static const uint32_t edges[] = {
		0, 1, 15, 16, 31, 32, 255, 4095, 4096, 65535, 65536, 1u << 31, ~0u, 0xff400000,
		0xc0000000, LG_MAX_WINDOW_PAGES, LG_MAX_WINDOW_PAGES + 1,
	};

	switch (pick(3)) {
	case 0: return edges[pick(ARRAY_SIZE(edges))];
	case 1: return pick(64);
	}
	return any();
}

static void *bad_pointer(void)
{
	void *pointers[] = { NULL, no_page, page_end - 1, (void *)0xc0100000, (void *)~0u,
			     (void *)0xff961000 };

	return pointers[pick(ARRAY_SIZE(pointers))];
}

/* A result that dev.h does not name for the request is a bug. */
static void allow(const char *what, int result, const int *errors)
{
	if (result >= 0 || errno == EFAULT || errno == EBADFD || errno == ENODEV ||
	    errno == EINTR)
		return;
	for (; *errors; errors++)
		if (*errors == errno)
			return;
	fail("%s: %s is no answer of it", what, strerrorname_np(errno));
}
#define ALLOW(call, ...)	allow(#call, (call), (const int[]){ __VA_ARGS__, 0 })

static void open_slot(struct slot *s)
{
	struct lg_create create;

	fill_window(s->window);
	create = create_for(s->window);
	s->fd = open_device();
	strcpy(create.variant, variants[made % variants_count]);
	create.twin = made / variants_count % LG_TWINS;
	made++;
	WANT(ioctl(s->fd, LG_CREATE, &create), 0);
}

static void close_slot(struct slot *s)
{
	close(s->fd);
	s->fd = -1;
}

/* ---- operations ---- */

static void op_run(struct slot *s)
{
	static struct lg_run run;
	int result = ioctl(s->fd, LG_RUN, &run);

	allow("LG_RUN", result, (const int[]){ 0 });
	if (result || run.reason == LG_RUN_PORT || run.reason == LG_RUN_DEVICE)
		return;
	if (run.reason != LG_RUN_KILLED && run.reason != LG_RUN_SHUTDOWN)
		fail("LG_RUN came back with reason %u", run.reason);
	if (!memchr(run.killed.message, 0, sizeof(run.killed.message)))
		fail("a reason without an end");
	fatal++;
	close_slot(s);
	open_slot(s);
}

static void op_regs(struct slot *s)
{
	struct lg_user_regs r;

	if (ioctl(s->fd, LG_GET_REGS, &r))
		fail("LG_GET_REGS: %s", strerror(errno));
	if (r.eflags & 0x7000 || (r.cs & 3) % 2 != 1)
		fail("a Guest with eflags %#x, cs %#x", r.eflags, r.cs);
	switch (pick(4)) {
	case 0: r.cs = any(); break;
	case 1: r.ss ^= 1 + pick(3); break;
	case 2: r.eflags = any() & ~0x100u; break;
	case 3: r.edi = any(); break;
	}
	/* A selector that it takes must not be left: the Guest has no such segment. */
	if (r.cs != LG_GUEST_CS && (r.cs & 3) == (r.ss & 3))
		r.ss ^= 2;
	ALLOW(ioctl(s->fd, LG_SET_REGS, &r), EINVAL);
}

static void op_irq(struct slot *s)
{
	ALLOW(ioctl(s->fd, LG_RAISE_IRQ, pick(4) ? pick(LG_IRQS) : word()), EINVAL);
}

/* The Guest has handlers for 0 to 7, and 2 is never its own. */
static void op_trap(struct slot *s)
{
	struct lg_trap trap = { pick(2) ? pick(7) : 64 + word() % 1000, any() };

	trap.vector += trap.vector == 2;
	ALLOW(ioctl(s->fd, LG_TRAP, &trap), EINVAL);
}

static void op_ports(struct slot *s)
{
	struct lg_ports ports = { word(), word(), any() & 1 };

	ALLOW(ioctl(s->fd, LG_CLAIM_PORTS, &ports), EINVAL, ENOMEM);
}

static void op_counters(struct slot *s)
{
	struct lg_counters counters;

	ALLOW(ioctl(s->fd, LG_COUNTERS, &counters), 0);
}

static void op_ask(struct slot *s)
{
	struct lg_variant v = { .index = word(), .twin = pick(4) };
	struct lg_version version;

	ALLOW(ioctl(s->fd, LG_VARIANT, &v), ENOENT, EINVAL);
	WANT(ioctl(s->fd, LG_VERSION, &version), 0);
}

/* A second creation of a Guest, or one that is wrong, in a file of its own. */
static void op_create(struct slot *s)
{
	struct lg_create c = create_for(s->window);
	int fd = pick(2) ? s->fd : open_device();

	switch (pick(9)) {
	case 0: c.interface = word(); break;
	case 1: c.twin = word(); break;
	case 2: memset(c.variant, any(), pick(sizeof(c.variant) + 1)); break;
	case 3: c.memory_hva = (uint64_t)word() << 32 | word(); break;
	case 4: c.memory_hva = word(); break;
	case 5: c.memory_pages = word(); break;
	case 6: c.device_pages = word(); break;
	case 7: c.entry_pa = word(); break;
	case 8: c.flags = pick(2) << pick(32) | pick(8) << LG_CREATE_SHADOW_SHIFT; break;
	}
	ALLOW(ioctl(fd, LG_CREATE, &c), EINVAL, ENOENT, EBUSY, ENOMEM, ENOSPC);
	if (fd != s->fd)
		close(fd);
}

static const unsigned long requests[] = {
	LG_VERSION, LG_VARIANT, LG_CREATE, LG_RUN, LG_GET_REGS, LG_SET_REGS, LG_TRAP,
	LG_CLAIM_PORTS, LG_COUNTERS,
};

static void op_pointer(struct slot *s)
{
	unsigned long request = requests[pick(ARRAY_SIZE(requests))];
	void *pointer = bad_pointer();

	if (!ioctl(s->fd, request, pointer))
		fail("request %#lx took the pointer %p", request, pointer);
	allow("a bad pointer", -1, (const int[]){ EINVAL, ENOENT, EBUSY, 0 });
}

/* What can be read but not written: an answer must not get through. */
static void op_read_only(struct slot *s)
{
	static const unsigned long answers[] = { LG_VERSION, LG_GET_REGS, LG_COUNTERS };

	if (!ioctl(s->fd, answers[pick(ARRAY_SIZE(answers))], read_only) || errno != EFAULT)
		fail("an answer in a page that is read-only: %s", strerror(errno));
}

static void op_unknown(struct slot *s)
{
	unsigned long request = any();

	if (pick(2))
		request = requests[pick(ARRAY_SIZE(requests))] ^ (1u << pick(32));
	for (uint32_t i = 0; i < ARRAY_SIZE(requests); i++)
		if (request == requests[i])
			return;
	if (request == LG_RAISE_IRQ)
		return;
	if (!ioctl(s->fd, request, s->window) || errno == EFAULT)
		fail("request %#lx, which is none: %s", request, strerror(errno));
}

/* Words that the Guest and the Host share, while neither runs; calls that do no harm. */
static void op_shared(struct slot *s)
{
	struct lguest_data *data = (void *)(s->window + GUEST_DATA);
	uint32_t n = pick(LG_RING_ENTRIES);

	data->irq_enabled = any();
	data->irq_pending = any();
	data->blocked_interrupts = any();
	data->noirq_iret = any();
	data->ring[n] = (struct lg_ring_call){
		.number = pick(2) ? LG_HC_FLUSH_TLB : LG_HC_TS, .arg1 = 8 * pick(2),
	};
	data->ring_status[n] = LG_RING_QUEUED;
}

static void op_close(struct slot *s)
{
	close_slot(s);
	open_slot(s);
}

static void (*const operations[])(struct slot *) = {
	op_run, op_run, op_run, op_run, op_regs, op_regs, op_irq, op_irq, op_trap, op_ports,
	op_counters, op_ask, op_create, op_pointer, op_read_only, op_unknown, op_shared,
	op_shared, op_regs, op_close,
};

/* ---- operations that are the end of a Guest ---- */

static void end_by_regs(struct slot *s)
{
	struct lg_user_regs r;
	uint16_t *const segments[] = { &r.ds, &r.es, &r.fs, &r.gs };

	WANT(ioctl(s->fd, LG_GET_REGS, &r), 0);
	switch (pick(3)) {
	case 0: r.eip = any(); break;
	case 1: r.esp = any(); break;
	case 2: *segments[pick(4)] = any() | 8; break;
	}
	ALLOW(ioctl(s->fd, LG_SET_REGS, &r), EINVAL);
}

static void end_by_code(struct slot *s)
{
	for (uint32_t i = 0; i < PAGE; i++)
		s->window[GUEST_ENTRY + i] = (uint8_t)any();
}

static void end_by_ring(struct slot *s)
{
	struct lguest_data *data = (void *)(s->window + GUEST_DATA);

	for (uint32_t n = 0; n < LG_RING_ENTRIES; n++) {
		data->ring[n] = (struct lg_ring_call){ 1 + pick(30), any(), any(), any(), any() };
		data->ring_status[n] = LG_RING_QUEUED;
	}
}

static void end_by_trap(struct slot *s)
{
	struct lg_user_regs r;
	struct lg_trap trap = { 0, 0 };

	WANT(ioctl(s->fd, LG_GET_REGS, &r), 0);
	r.esp = any() | 1u << 31;
	ALLOW(ioctl(s->fd, LG_SET_REGS, &r), EINVAL);
	ALLOW(ioctl(s->fd, LG_TRAP, &trap), EINVAL);
}

static void (*const ends[])(struct slot *) = {
	end_by_regs, end_by_code, end_by_ring, end_by_trap,
};

/* ---- */

static void get_ready(void)
{
	int fd = open_device();

	for (uint32_t i = 0; i < VARIANTS_MAX; i++) {
		struct lg_variant v = { .index = i };

		if (ioctl(fd, LG_VARIANT, &v))
			break;
		memcpy(variants[variants_count++], v.name, LG_NAME_BYTES);
	}
	close(fd);
	no_page = mmap(NULL, 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	page_end = no_page + PAGE;
	no_page += PAGE;
	mprotect(page_end - PAGE, PAGE, PROT_READ | PROT_WRITE);
	read_only = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (uint32_t i = 0; i < SLOTS; i++) {
		slots[i].window = make_window(MAP_PRIVATE);
		open_slot(&slots[i]);
	}
	tick_every(TICK_US);
}

static void survive(uint32_t ops)
{
	for (uint32_t i = 0; i < ops; i++)
		operations[pick(ARRAY_SIZE(operations))](&slots[pick(SLOTS)]);
	printf("%u operations, %u Guests, %u of them ended by it\n", ops, made, fatal);
	if ((uint64_t)fatal * 50 > ops)
		fail("more than one operation in fifty was fatal");
}

static void end(uint32_t deaths)
{
	while (fatal < deaths) {
		struct slot *s = &slots[pick(SLOTS)];
		uint32_t before = fatal;

		for (uint32_t n = pick(8); n; n--)
			operations[pick(ARRAY_SIZE(operations))](s);
		ends[pick(ARRAY_SIZE(ends))](s);
		for (uint32_t n = 0; n < ROUNDS_TO_DIE && fatal == before; n++)
			op_run(s);
		if (fatal == before)
			op_close(s);
		if (made > 8 * deaths + 100)
			fail("only %u of %u Guests could be ended", fatal, made);
	}
	printf("%u Guests, %u of them ended\n", made, fatal);
}

int do_fuzz(int argc, char **argv)
{
	uint32_t seed;

	if (argc < 2 || argc > 3)
		return 2;
	seed = strtoul(argv[0], NULL, 10);
	printf("seed %u\n", seed);
	fflush(stdout);
	state = seed * 2654435761u | 1;
	get_ready();
	if (argc == 3)
		end(strtoul(argv[2], NULL, 10));
	else
		survive(strtoul(argv[1], NULL, 10));
	return 0;
}
