/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rng - the simplest of the devices: features, queues, random bytes, its interrupt.
 *
 * test: rng; variants=all; twins=all; launch=--rng; expect=INERT
 */
#include "virtio.h"

static struct card card;
static struct queue queue;
static uint32_t words[64];
static volatile uint32_t irqs;
static volatile uint8_t isr;

static void irq(struct trap *trap)
{
	irqs++;
	isr = in8(card.ports[CAP_ISR]);
	lguest_data.irq_enabled = trap->eflags & LG_IF;
}

static void features(void)
{
	out32(COMMON(&card, OFFERED_SELECT), 1);
	report(in32(COMMON(&card, OFFERED)) == VERSION_1, "it offers VERSION_1");
	out32(COMMON(&card, OFFERED_SELECT), 2);
	report(!in32(COMMON(&card, OFFERED)), "and nothing beyond 64 bits");
	report(!card_begin(&card, 1u << 5), "a feature that it does not offer is refused");
	card_go(&card);
	report(!(card_status(&card) & DRIVER_OK), "and it does not go without");
	report(card_begin(&card, 1u << 28), "indirect descriptors are not");
}

static bool fill(uint32_t bytes)
{
	uint16_t index = queue.used.index + 1;

	memset(words, 0, sizeof(words));
	queue_part(&queue, 0, words, bytes, WRITE);
	queue_push(&queue, 0);
	card_notify(&card, 0);
	return queue_wait(&queue, index) && queue.used.ring[(index - 1) % ENTRIES].bytes == bytes;
}

static void numbers(void)
{
	uint32_t first, zeros = 0;

	report(fill(sizeof(words)), "it fills 256 bytes");
	for (uint32_t i = 0; i < ARRAY_SIZE(words); i++)
		zeros += !words[i];
	first = words[0];
	report(!zeros, "with numbers");
	report(fill(4) && words[0] != first && !words[1], "four bytes are four others");
}

static void interrupts(void)
{
	irqs = 0;
	irq_disable();
	in8(card.ports[CAP_ISR]);
	report(fill(4) && !irqs, "with irqs off none comes");
	irq_enable();
	report(irqs == 1 && isr == 1, "the reason is reported: %u, %u", irqs, isr);
	report(!in8(card.ports[CAP_ISR]), "and only once");
	queue.available.flags = 1;
	report(fill(4) && irqs == 1, "none comes that the driver does not want");
	queue.available.flags = 0;
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_try_ready();
	if (!card_find(&card, TYPE_RNG)) {
		report(false, "there is no rng");
		return report_status();
	}
	guest_gate(LG_IRQ_VECTOR + card.line, GATE_INTERRUPT, 0, irq);
	lguest_data.blocked_interrupts = 0;
	irq_enable();
	features();
	queue_enable(&card, 0, &queue);
	card_go(&card);
	numbers();
	interrupts();
	return report_status();
}
