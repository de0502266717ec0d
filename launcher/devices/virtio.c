/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio.c - the registers of a virtio device on PCI (Virtual I/O Device Version 1.0, 4.1),
 * and the capabilities that say where they are.
 */
#include <string.h>

#include "devices/virtio.h"

#define VENDOR			0x1af4
#define DEVICE_OF_TYPE_0	0x1040
#define REVISION		1

enum { STATUS_DRIVER_OK = 0x04, STATUS_FEATURES_OK = 0x08, STATUS_NEEDS_RESET = 0x40 };
#define ISR_CONFIG	2
#define NO_VECTOR	0xffff

/* Capabilities: where each stands in configuration space, and its bytes. */
enum {
	CAP_COMMON = 0x40, CAP_NOTIFY = 0x50, CAP_ISR = 0x64, CAP_DEVICE = 0x74, CAP_WINDOW = 0x84,
};
enum { TYPE_COMMON = 1, TYPE_NOTIFY, TYPE_ISR, TYPE_DEVICE, TYPE_WINDOW };
#define CAP_VENDOR	9
#define CAP_BYTES	16		/* those of NOTIFY and WINDOW have four more */
/* Fields of one. */
enum { CAP_BAR = 4, CAP_OFFSET = 8, CAP_LENGTH = 12, CAP_MORE = 16 };

/* The common registers. */
enum {
	OFFERED_SELECT = 0x00, OFFERED = 0x04, ACCEPTED_SELECT = 0x08, ACCEPTED = 0x0c,
	CONFIG_VECTOR = 0x10, NR_QUEUES = 0x12, STATUS = 0x14, GENERATION = 0x15,
	QUEUE_SELECT = 0x16, QUEUE_SIZE = 0x18, QUEUE_VECTOR = 0x1a, QUEUE_ENABLE = 0x1c,
	QUEUE_NOTIFY = 0x1e, QUEUE_ADDRESSES = 0x20, COMMON_END = 0x38,
};

/* ---- life ---- */

bool virtio_is_alive(const struct virtio *v)
{
	return v->status & STATUS_DRIVER_OK && !(v->status & STATUS_NEEDS_RESET) &&
	       !v->reset_waits;
}

void virtio_break(struct virtio *v)
{
	if (v->status & STATUS_NEEDS_RESET)
		return;
	v->status |= STATUS_NEEDS_RESET;
	v->statistics.broken++;
	if (!(v->status & STATUS_DRIVER_OK))
		return;
	v->isr |= ISR_CONFIG;
	line_set(&v->irq, true);
}

static void reset(struct virtio *v)
{
	v->accepted = 0;
	v->offered_select = v->accepted_select = 0;
	v->queue_select = 0;
	v->status = v->isr = 0;
	v->reset_waits = false;
	memset(v->queues, 0, sizeof(v->queues));
	for (unsigned int i = 0; i < v->kind->nr_queues; i++)
		v->queues[i].size = VIRTIO_QUEUE_SIZE;
	line_set(&v->irq, false);
}

void virtio_begin(struct virtio *v)
{
	v->busy++;
}

void virtio_end(struct virtio *v)
{
	if (!--v->busy && v->reset_waits)
		reset(v);
}

/* ---- common registers ---- */

/* Features are taken only with VERSION_1, and only such as were offered. */
static bool features_are_good(const struct virtio *v)
{
	return v->accepted & VIRTIO_F_VERSION_1 && !(v->accepted & ~v->offered);
}

/* Requests that wait already are carried out at once. */
static void go(struct virtio *v)
{
	for (unsigned int i = 0; i < v->kind->nr_queues; i++) {
		if (v->kind->unnotified & 1u << i)
			virtqueue_unnotified(&v->queues[i]);
		else
			v->kind->notify(v, i);
	}
}

/* Until a reset is over the status reads as its old value, and never as 0. */
static void set_status(struct virtio *v, uint8_t value)
{
	if (!value) {
		v->reset_waits = v->busy;
		if (!v->busy)
			reset(v);
		return;
	}
	if (v->reset_waits)
		return;
	value |= v->status;
	if (!(v->status & STATUS_FEATURES_OK) && !features_are_good(v))
		value &= ~(STATUS_FEATURES_OK | STATUS_DRIVER_OK);
	if (value & ~v->status & STATUS_DRIVER_OK) {
		v->status = value;
		go(v);
	}
	v->status |= value;
}

static void set_accepted(struct virtio *v, uint32_t value)
{
	unsigned int shift = 32 * v->accepted_select;

	if (v->accepted_select > 1 || v->status & STATUS_FEATURES_OK)
		return;
	v->accepted = (v->accepted & ~(0xffffffffull << shift)) | (uint64_t)value << shift;
}

static uint32_t half(uint64_t value, uint32_t select)
{
	return select > 1 ? 0 : value >> 32 * select;
}

/* NULL: there is no such queue. */
static struct virtio_queue *selected(struct virtio *v)
{
	return v->queue_select < v->kind->nr_queues ? &v->queues[v->queue_select] : NULL;
}

static void set_queue_size(struct virtio_queue *q, uint16_t value)
{
	if (value && value <= VIRTIO_QUEUE_SIZE && !(value & (value - 1)))
		q->size = value;
}

static void enable_queue(struct virtio *v, struct virtio_queue *q)
{
	if (!virtqueue_enable(q, &v->memory))
		virtio_break(v);
}

/* What an enabled queue is stays until the reset. */
static void write_queue(struct virtio *v, uint32_t at, uint32_t value)
{
	struct virtio_queue *q = selected(v);

	if (!q || q->enabled || v->reset_waits)
		return;
	if (at == QUEUE_SIZE)
		set_queue_size(q, value);
	else if (at == QUEUE_ENABLE && value == 1)
		enable_queue(v, q);
	else if (at >= QUEUE_ADDRESSES)
		q->addresses[(at - QUEUE_ADDRESSES) / 4] = value;
}

/* Each register is written whole: the width that belongs to it. */
static unsigned int width_of(uint32_t at)
{
	if (at < CONFIG_VECTOR || at >= QUEUE_ADDRESSES)
		return 4;
	return at == STATUS || at == GENERATION ? 1 : 2;
}

static void write_common(struct virtio *v, uint32_t at, unsigned int width, uint32_t value)
{
	if (width != width_of(at) || at % width)
		return;
	switch (at) {
	case OFFERED_SELECT: v->offered_select = value; return;
	case ACCEPTED_SELECT: v->accepted_select = value; return;
	case ACCEPTED: set_accepted(v, value); return;
	case STATUS: set_status(v, value); return;
	case QUEUE_SELECT: v->queue_select = value; return;
	default: write_queue(v, at, value);
	}
}

static uint32_t read_queue(struct virtio *v, uint32_t at)
{
	const struct virtio_queue *q = selected(v);

	if (!q)
		return 0;
	switch (at) {
	case QUEUE_SIZE: return q->size;
	case QUEUE_ENABLE: return q->enabled;
	case QUEUE_NOTIFY: return 0;
	}
	return q->addresses[(at - QUEUE_ADDRESSES) / 4];
}

static uint32_t read_common(struct virtio *v, uint32_t at, unsigned int width)
{
	if (width != width_of(at) || at % width)
		return 0;
	switch (at) {
	case OFFERED_SELECT: return v->offered_select;
	case OFFERED: return half(v->offered, v->offered_select);
	case ACCEPTED_SELECT: return v->accepted_select;
	case ACCEPTED: return half(v->accepted, v->accepted_select);
	case CONFIG_VECTOR: case QUEUE_VECTOR: return NO_VECTOR;
	case NR_QUEUES: return v->kind->nr_queues;
	case STATUS: return v->status;
	case GENERATION: return 0;
	case QUEUE_SELECT: return v->queue_select;
	}
	return read_queue(v, at);
}

/* ---- behind the BAR ---- */

static void notify(struct virtio *v, uint32_t queue)
{
	v->statistics.notifications++;
	if (queue < v->kind->nr_queues && !(v->kind->unnotified & 1u << queue) &&
	    virtio_is_alive(v))
		v->kind->notify(v, queue);
}

/* Reading the reason clears it. */
static uint8_t read_isr(struct virtio *v)
{
	uint8_t isr = v->isr;

	v->isr = 0;
	line_set(&v->irq, false);
	return isr;
}

static void write_config(struct virtio *v, uint32_t at, unsigned int width, uint32_t value)
{
	for (unsigned int i = 0; v->kind->configure && i < width; i++)
		v->kind->configure(v, at + i, value >> 8 * i);
}

static void out(void *context, uint32_t at, unsigned int width, uint32_t value)
{
	struct virtio *v = context;

	v->statistics.registers++;
	if (at + width <= COMMON_END)
		write_common(v, at, width, value);
	else if (at == VIRTIO_AT_NOTIFY)
		notify(v, value);
	else if (at >= VIRTIO_AT_CONFIG && at + width <= VIRTIO_AT_CONFIG + VIRTIO_CONFIG_BYTES)
		write_config(v, at - VIRTIO_AT_CONFIG, width, value);
}

static uint32_t in(void *context, uint32_t at, unsigned int width)
{
	struct virtio *v = context;
	uint32_t value = 0;

	v->statistics.registers++;
	if (at + width <= COMMON_END)
		return read_common(v, at, width);
	if (at == VIRTIO_AT_ISR)
		return read_isr(v);
	if (at >= VIRTIO_AT_CONFIG && at + width <= VIRTIO_AT_CONFIG + VIRTIO_CONFIG_BYTES)
		memcpy(&value, v->config + at - VIRTIO_AT_CONFIG, width);
	return value;
}

/* ---- configuration space ---- */

/* The window's capability names a register by BAR, offset and width; false: there is none. */
static bool window_names(struct virtio *v, uint32_t *at, uint32_t *width)
{
	*at = pci_get32(&v->pci, CAP_WINDOW + CAP_OFFSET);
	*width = pci_get32(&v->pci, CAP_WINDOW + CAP_LENGTH);
	return !v->pci.config[CAP_WINDOW + CAP_BAR] && *at < PCI_BAR_BYTES &&
	       (*width == 1 || *width == 2 || *width == 4) && *at % *width == 0;
}

static uint32_t window_in(void *context)
{
	uint32_t at, width;

	return window_names(context, &at, &width) ? in(context, at, width) : 0;
}

static void window_out(void *context)
{
	struct virtio *v = context;
	uint32_t at, width;

	if (window_names(v, &at, &width))
		out(v, at, width, pci_get32(&v->pci, CAP_WINDOW + CAP_MORE));
}

struct capability {
	uint8_t at, type, next, bytes;
	uint32_t offset, length;
};

static void add_capability(struct virtio *v, const struct capability *c)
{
	uint8_t *config = v->pci.config + c->at;

	config[0] = CAP_VENDOR;
	config[1] = c->next;
	config[2] = c->bytes;
	config[3] = c->type;
	pci_put32(&v->pci, c->at + CAP_OFFSET, c->offset);
	pci_put32(&v->pci, c->at + CAP_LENGTH, c->length);
}

static void add_capabilities(struct virtio *v)
{
	static const struct capability capabilities[] = {
		{ CAP_COMMON, TYPE_COMMON, CAP_NOTIFY, CAP_BYTES, VIRTIO_AT_COMMON, COMMON_END },
		{ CAP_NOTIFY, TYPE_NOTIFY, CAP_ISR, CAP_BYTES + 4, VIRTIO_AT_NOTIFY, 2 },
		{ CAP_ISR, TYPE_ISR, CAP_DEVICE, CAP_BYTES, VIRTIO_AT_ISR, 1 },
		{ CAP_DEVICE, TYPE_DEVICE, CAP_WINDOW, CAP_BYTES, VIRTIO_AT_CONFIG,
		  VIRTIO_CONFIG_BYTES },
		{ CAP_WINDOW, TYPE_WINDOW, 0, CAP_BYTES + 4, 0, 0 },
	};
	uint8_t *writable = v->pci.writable + CAP_WINDOW;

	for (unsigned int i = 0; i < sizeof(capabilities) / sizeof(*capabilities); i++)
		add_capability(v, &capabilities[i]);
	writable[CAP_BAR] = 0xff;
	memset(writable + CAP_OFFSET, 0xff, CAP_MORE + 4 - CAP_OFFSET);
	v->pci.window = CAP_WINDOW + CAP_MORE;
}

void virtio_init(struct virtio *v, const struct virtio_kind *kind, uint64_t features,
		 struct virtio_memory memory)
{
	struct pci_function *f = &v->pci;

	v->kind = kind;
	v->memory = memory;
	v->offered = features | VIRTIO_F_VERSION_1 | VIRTIO_F_INDIRECT;
	pci_put16(f, PCI_VENDOR, VENDOR);
	pci_put16(f, PCI_DEVICE, DEVICE_OF_TYPE_0 + kind->id);
	pci_put16(f, PCI_STATUS, PCI_STATUS_CAPABILITIES);
	f->config[PCI_REVISION] = REVISION;
	pci_put16(f, PCI_CLASS, kind->pci_class);
	pci_put16(f, PCI_SUB_VENDOR, VENDOR);
	pci_put16(f, PCI_SUB_DEVICE, kind->id);
	f->config[PCI_CAPABILITIES] = CAP_COMMON;
	f->in = in;
	f->out = out;
	f->window_in = window_in;
	f->window_out = window_out;
	f->context = v;
	add_capabilities(v);
	for (unsigned int i = 0; i < kind->nr_queues; i++)
		v->queues[i].size = VIRTIO_QUEUE_SIZE;
}

void virtio_config16(struct virtio *v, unsigned int at, uint16_t value)
{
	memcpy(v->config + at, &value, sizeof(value));
}

void virtio_config32(struct virtio *v, unsigned int at, uint32_t value)
{
	memcpy(v->config + at, &value, sizeof(value));
}

void virtio_config64(struct virtio *v, unsigned int at, uint64_t value)
{
	memcpy(v->config + at, &value, sizeof(value));
}
