/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.lgtest.synth: events in the schema of our traces, from a text script.
 *
 * One directive a line, words are key=value, # starts a comment:
 *	start|stop cpu=0 [cpus=1]	a mark; it carries the CPU's true counters
 *	trips n=5 cpu=0 guest=1 variant=classic twin=plain vector=31 entry=40 trip=100
 *	      handling=300 jitter=0 phase=8 c_phase=5 reentry=0
 *	      forge=order|outside|empty|plain|lie|c_order|c_empty
 *	enter cpu=0 guest=1		an enter alone
 *	copy_in cpu=0 guest=1 reason=hit changed=0 bytes=0
 *	hypercall cpu=0 guest=1 number=flush_async from=direct
 *	calibrate cpu=0 n=1 cost=700	pairs of calibration events
 *	lose cpu=0 type=exit n=2	numbers are used, and no event is emitted
 *	at now=1000			set the clock, also back
 *	foreign cpu=0			an event of another program
 *	disturb cpu=0			an irq_handler_entry
 *	discarded cpu=0 n=3		the tracer says that it dropped events
 * With the parameter schema=N the marks say that the trace is of schema N; of schema 1 stamps are
 * arrays, as they were.
 * With the parameter packed=yes trips and their copy-ins come as lg_batch, PACKED to a batch.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <babeltrace2/babeltrace.h>

#include "lg/probe.h"
#include "lg/record.h"
#include "lg-events.h"

#pragma GCC visibility push(default)
BT_PLUGIN_MODULE();
#pragma GCC visibility pop
BT_PLUGIN(lgtest);

#define MAX_CPUS	64
#define STAMPS		LG_NR_PROBES
#define C_STAMPS	LG_NR_C_PROBES
#define PACKET_EVENTS	4096
#define PACKED		7
#define RECORD_WORDS	(LG_RECORD_FIXED + 1 + C_STAMPS + STAMPS)

enum type { MARK, ENTER, EXIT, COPY_IN, CALIBRATE, HYPERCALL, BATCH, TYPES, FOREIGN = TYPES, IRQ,
	    CLASSES };

static const char * const type_names[CLASSES] = {
	"lg_mark", "lg_enter", "lg_exit", "lg_copy_in", "lg_calibrate",
	"lg_hypercall", "lg_batch", "other_event", "irq_handler_entry",
};

struct cpu {
	bt_stream *stream;
	bt_packet *packet;
	uint32_t seq[TYPES];
	uint64_t in_packet;
	uint64_t back;		/* of the last exit */
	struct packed {
		uint32_t words[PACKED * RECORD_WORDS], first[3];
		uint32_t n, switches, copied, head;
		bool copy;
	} packed;
};

struct synth {
	char *script;
	bool packed;
	uint64_t schema;
	bt_trace_class *tc;
	bt_stream_class *sc;
	bt_clock_class *clock;
	bt_trace *trace;
	bt_event_class *classes[CLASSES];
};

struct iterator {
	bt_self_message_iterator *self;
	bt_self_component *component;
	struct synth *synth;
	FILE *script;
	char *line;
	size_t line_room;
	uint64_t left;		/* trips of the line that are still to come */
	uint64_t now, random;
	struct cpu cpus[MAX_CPUS];
	const bt_message *queue[64 + 4 * MAX_CPUS];
	size_t head, tail;
	bool ended;
};

static const struct label {
	const char *name;
	uint64_t low, high;
} variants[] = { { "classic", 0, 0 }, { "cr3_only", 1, 1 }, { NULL, 0, 0 } },
calls[] = { { "flush_async", 0, 0 }, { "set_pte", 14, 14 }, { NULL, 0, 0 } },
froms[] = { { "direct", 0, 0 }, { "ring", 1, 1 }, { NULL, 0, 0 } },
twins[] = { { "plain", 0, 0 }, { "probed", 1, 1 }, { NULL, 0, 0 } },
marks[] = { { "start", 0, 0 }, { "stop", 1, 1 }, { NULL, 0, 0 } },
reasons[] = { { "hit", 0, 0 }, { "first_run", 1, 1 }, { "other_guest", 2, 2 },
	      { "other_cpu", 3, 3 }, { "bits", 4, 4 }, { NULL, 0, 0 } },
vectors[] = { { "divide_error", 0, 0 }, { "debug", 1, 1 }, { "nmi", 2, 2 },
	      { "invalid_opcode", 6, 6 }, { "device_not_available", 7, 7 },
	      { "general_protection", 13, 13 }, { "page_fault", 14, 14 },
	      { "hypercall", 31, 31 }, { "irq", 32, 255 }, { "syscall", 128, 128 },
	      { NULL, 0, 0 } };

static uint64_t label_value(const struct label *labels, const char *name)
{
	for (; labels->name; labels++)
		if (!strcmp(labels->name, name))
			return labels->low;
	return strtoull(name, NULL, 0);
}

/* The text after "key=" in the line, up to a space; @otherwise if there is none. */
static const char *word(const struct iterator *it, const char *key, const char *otherwise)
{
	static char value[64];
	char pattern[32];
	const char *at;

	snprintf(pattern, sizeof(pattern), " %s=", key);
	at = strstr(it->line, pattern);
	if (!at)
		return otherwise;
	at += strlen(pattern);
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, " \n"), at);
	return value;
}

static uint64_t number(const struct iterator *it, const char *key, uint64_t otherwise)
{
	const char *text = word(it, key, NULL);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

static bt_field_class *integer(bt_trace_class *tc, unsigned int bits)
{
	bt_field_class *fc = bt_field_class_integer_unsigned_create(tc);

	bt_field_class_integer_set_field_value_range(fc, bits);
	return fc;
}

static bt_field_class *enumeration(bt_trace_class *tc, const struct label *labels)
{
	bt_field_class *fc = bt_field_class_enumeration_unsigned_create(tc);

	bt_field_class_integer_set_field_value_range(fc, 8);
	for (; labels->name; labels++) {
		bt_integer_range_set_unsigned *set = bt_integer_range_set_unsigned_create();

		bt_integer_range_set_unsigned_add_range(set, labels->low, labels->high);
		bt_field_class_enumeration_unsigned_add_mapping(fc, labels->name, set);
		bt_integer_range_set_unsigned_put_ref(set);
	}
	return fc;
}

static bt_field_class *array(bt_trace_class *tc, unsigned int n)
{
	bt_field_class *element = integer(tc, 32);
	bt_field_class *fc = bt_field_class_array_static_create(tc, element, n);

	bt_field_class_put_ref(element);
	return fc;
}

static bt_field_class *stamps(bt_trace_class *tc, const char *const *names, int n)
{
	bt_field_class *fc = bt_field_class_structure_create(tc);

	for (int i = 0; i < n; i++) {
		bt_field_class *member = integer(tc, 32);

		bt_field_class_structure_append_member(fc, names[i], member);
		bt_field_class_put_ref(member);
	}
	return fc;
}

static const char *const probes[] = {
#define LG_X(SYMBOL, name, world) LG_PROBE_LABEL(name, world),
	LG_PROBES(LG_X)
#undef LG_X
}, *const c_probes[] = {
#define LG_X(SYMBOL, name) #name,
	LG_C_PROBES(LG_X)
#undef LG_X
};

/* "name:bits", "name:[n" (array of 32 bits), "name:!probes" or "name:?labels" by first letters. */
static bt_field_class *shape(bt_trace_class *tc, const char *spec)
{
	if (!strcmp(spec, "!probes"))
		return stamps(tc, probes, STAMPS);
	if (!strcmp(spec, "!c_probes"))
		return stamps(tc, c_probes, C_STAMPS);
	if (!strcmp(spec, "?variant"))
		return enumeration(tc, variants);
	if (!strcmp(spec, "?twin"))
		return enumeration(tc, twins);
	if (!strcmp(spec, "?mark"))
		return enumeration(tc, marks);
	if (!strcmp(spec, "?vector"))
		return enumeration(tc, vectors);
	if (!strcmp(spec, "?reason"))
		return enumeration(tc, reasons);
	if (!strcmp(spec, "?call"))
		return enumeration(tc, calls);
	if (!strcmp(spec, "?from"))
		return enumeration(tc, froms);
	if (*spec == '*') {
		bt_field_class *element = integer(tc, 32), *fc;

		fc = bt_field_class_array_dynamic_create(tc, element, NULL);
		bt_field_class_put_ref(element);
		return fc;
	}
	return *spec == '[' ? array(tc, atoi(spec + 1)) : integer(tc, atoi(spec));
}

static void make_class(struct synth *synth, enum type type, const char *fields)
{
	bt_field_class *payload = bt_field_class_structure_create(synth->tc), *fc;
	bt_event_class *ec = bt_event_class_create(synth->sc);
	char name[32], spec[32];
	int n;

	bt_event_class_set_name(ec, type_names[type]);
	while (sscanf(fields, " %31[^:]:%31s%n", name, spec, &n) == 2) {
		fc = shape(synth->tc, spec);
		bt_field_class_structure_append_member(payload, name, fc);
		bt_field_class_put_ref(fc);
		fields += n;
	}
	bt_event_class_set_payload_field_class(ec, payload);
	bt_field_class_put_ref(payload);
	synth->classes[type] = ec;
}

static void make_classes(struct synth *synth)
{
	bool old = synth->schema == 1;

	make_class(synth, MARK, "seq:32 schema:8 mark:?mark cpus:32 batched:8 next_seq:[4");
	make_class(synth, ENTER, old ? "seq:32 guest:32 variant:?variant twin:?twin eip:32 ring:8"
		   " tsc:64 stamps:[10" :
		   "seq:32 guest:32 variant:?variant twin:?twin eip:32 ring:8"
		   " tsc:64 stamps:!c_probes");
	make_class(synth, EXIT, "seq:32 guest:32 variant:?variant twin:?twin vector:?vector"
		   " number:8 error:32 cr2:32 eip:32 ring:8 tsc_call:64 tsc_back:64"
		   " stamps:!probes");
	make_class(synth, COPY_IN, "seq:32 guest:32 variant:?variant reason:?reason changed:32"
		   " bytes:32");
	make_class(synth, CALIBRATE, "seq:32");
	make_class(synth, HYPERCALL, "seq:32 guest:32 number:?call from:?from");
	make_class(synth, BATCH, "seq:32 first_seq:[3 switches:32 pack_tsc:32 flush_tsc:32"
		   " probes:8 c_probes:8 variant:?variant twin:?twin vector:?vector reason:?reason"
		   " words:*");
	make_class(synth, FOREIGN, "value:32");
	make_class(synth, IRQ, "irq:32");
}

static void make_trace(struct synth *synth, bt_self_component *component)
{
	bt_field_class *context, *cpu_id;

	synth->tc = bt_trace_class_create(component);
	synth->sc = bt_stream_class_create(synth->tc);
	synth->clock = bt_clock_class_create(component);
	bt_clock_class_set_name(synth->clock, "lg_tsc");
	bt_clock_class_set_frequency(synth->clock, 1000000000);
	bt_stream_class_set_default_clock_class(synth->sc, synth->clock);
	bt_stream_class_set_supports_packets(synth->sc, BT_TRUE, BT_TRUE, BT_TRUE);
	bt_stream_class_set_supports_discarded_events(synth->sc, BT_TRUE, BT_TRUE);
	context = bt_field_class_structure_create(synth->tc);
	cpu_id = integer(synth->tc, 32);
	bt_field_class_structure_append_member(context, "cpu_id", cpu_id);
	bt_stream_class_set_packet_context_field_class(synth->sc, context);
	bt_field_class_put_ref(cpu_id);
	bt_field_class_put_ref(context);
	make_classes(synth);
	synth->trace = bt_trace_create(synth->tc);
	bt_trace_set_name(synth->trace, "synth");
}

static bt_component_class_initialize_method_status
synth_init(bt_self_component_source *self, bt_self_component_source_configuration *config,
	   const bt_value *params, void *data)
{
	const bt_value *script = bt_value_map_borrow_entry_value_const(params, "script");
	const bt_value *schema;
	struct synth *synth = calloc(1, sizeof(*synth));
	bt_self_component *component = bt_self_component_source_as_self_component(self);

	(void)config;
	(void)data;
	if (!script || !bt_value_is_string(script) || !synth) {
		fprintf(stderr, "synth: script=\"FILE\" is needed\n");
		free(synth);
		return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_ERROR;
	}
	synth->packed = bt_value_map_has_entry(params, "packed");
	schema = bt_value_map_borrow_entry_value_const(params, "schema");
	synth->schema = schema ? bt_value_integer_signed_get(schema) : LG_TRACE_SCHEMA;
	synth->script = strdup(bt_value_string_get(script));
	make_trace(synth, component);
	bt_self_component_source_add_output_port(self, "out", NULL, NULL);
	bt_self_component_set_data(component, synth);
	return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_OK;
}

static void synth_finalize(bt_self_component_source *self)
{
	struct synth *synth = bt_self_component_get_data(
		bt_self_component_source_as_self_component(self));
	int i;

	for (i = 0; i < CLASSES; i++)
		bt_event_class_put_ref(synth->classes[i]);
	bt_trace_put_ref(synth->trace);
	bt_clock_class_put_ref(synth->clock);
	bt_stream_class_put_ref(synth->sc);
	bt_trace_class_put_ref(synth->tc);
	free(synth->script);
	free(synth);
}

static void push(struct iterator *it, const bt_message *message)
{
	it->queue[it->tail++] = message;
}

static void open_packet(struct iterator *it, struct cpu *cpu)
{
	bt_field *context;

	cpu->packet = bt_packet_create(cpu->stream);
	context = bt_packet_borrow_context_field(cpu->packet);
	bt_field_integer_unsigned_set_value(
		bt_field_structure_borrow_member_field_by_index(context, 0), cpu - it->cpus);
	push(it, bt_message_packet_beginning_create_with_default_clock_snapshot(
		it->self, cpu->packet, it->now));
	cpu->in_packet = 0;
}

static void close_packet(struct iterator *it, struct cpu *cpu)
{
	if (!cpu->packet)
		return;
	push(it, bt_message_packet_end_create_with_default_clock_snapshot(
		it->self, cpu->packet, it->now));
	bt_packet_put_ref(cpu->packet);
	cpu->packet = NULL;
}

static struct cpu *cpu_of(struct iterator *it)
{
	uint64_t n = number(it, "cpu", 0) % MAX_CPUS;
	struct cpu *cpu = &it->cpus[n];

	if (!cpu->stream) {
		cpu->stream = bt_stream_create(it->synth->sc, it->synth->trace);
		push(it, bt_message_stream_beginning_create(it->self, cpu->stream));
	}
	return cpu;
}

/* A new event at the present time; its payload is to be filled. */
static bt_field *event(struct iterator *it, struct cpu *cpu, enum type type)
{
	bt_message *message;

	if (cpu->packet && cpu->in_packet == PACKET_EVENTS)
		close_packet(it, cpu);
	if (!cpu->packet)
		open_packet(it, cpu);
	cpu->in_packet++;
	message = bt_message_event_create_with_packet_and_default_clock_snapshot(
		it->self, it->synth->classes[type], cpu->packet, it->now);
	push(it, message);
	return bt_event_borrow_payload_field(bt_message_event_borrow_event(message));
}

static void put(bt_field *payload, int *i, uint64_t value)
{
	bt_field_integer_unsigned_set_value(
		bt_field_structure_borrow_member_field_by_index(payload, (*i)++), value);
}

static void put_array(bt_field *payload, int *i, const uint32_t *values, int n)
{
	bt_field *list = bt_field_structure_borrow_member_field_by_index(payload, (*i)++);
	int j;

	for (j = 0; j < n; j++)
		bt_field_integer_unsigned_set_value(
			bt_field_array_borrow_element_field_by_index(list, j), values[j]);
}

static void put_stamps(bt_field *payload, int *i, const uint32_t *values, int n)
{
	bt_field *all = bt_field_structure_borrow_member_field_by_index(payload, (*i)++);
	int j = 0;

	if (bt_field_get_class_type(all) != BT_FIELD_CLASS_TYPE_STRUCTURE) {
		--*i;
		put_array(payload, i, values, n);
		return;
	}
	while (j < n)
		put(all, &j, values[j]);
}

/* Writes what is packed. */
static void flush(struct iterator *it, struct cpu *cpu)
{
	struct packed *packed = &cpu->packed;
	bt_field *payload, *words;
	uint32_t j;
	int i = 0;

	if (!packed->switches)
		return;
	payload = event(it, cpu, BATCH);
	put(payload, &i, cpu->seq[BATCH]++);
	put_array(payload, &i, packed->first, 3);
	put(payload, &i, packed->switches);
	put(payload, &i, 0);
	put(payload, &i, 0);
	put(payload, &i, STAMPS);
	put(payload, &i, C_STAMPS);
	for (j = 0; j < 4; j++)
		put(payload, &i, 0);
	words = bt_field_structure_borrow_member_field_by_index(payload, i);
	if (bt_field_array_dynamic_set_length(words, packed->n))
		abort();
	for (j = 0; j < packed->n; j++)
		bt_field_integer_unsigned_set_value(
			bt_field_array_borrow_element_field_by_index(words, j),
			packed->words[j]);
	packed->n = packed->switches = 0;
}

static struct packed *pack_begin(struct iterator *it, struct cpu *cpu)
{
	struct packed *packed = &cpu->packed;

	if (packed->switches == PACKED)
		flush(it, cpu);
	if (!packed->switches) {
		packed->first[0] = cpu->seq[ENTER];
		packed->first[1] = cpu->seq[EXIT];
		packed->first[2] = cpu->seq[COPY_IN] - packed->copy;
	}
	return packed;
}

static void mark(struct iterator *it, bool start)
{
	struct cpu *cpu = cpu_of(it);
	bt_field *payload;
	int i = 0;

	flush(it, cpu);
	it->now += 10;
	payload = event(it, cpu, MARK);
	put(payload, &i, cpu->seq[MARK]++);
	put(payload, &i, it->synth->schema);
	put(payload, &i, !start);
	put(payload, &i, number(it, "cpus", 1));
	put(payload, &i, it->synth->packed);
	put_array(payload, &i, cpu->seq, 4);
}

/* Those of C since the last exit, phases of "c_phase" ticks each.  A re-entry passes two of the
 * probes, the whole loop all but that of fast re-entry and that of the Launcher. */
static void make_c_stamps(struct iterator *it, struct cpu *cpu, uint32_t *stamps)
{
	static const bool way[2][C_STAMPS] = { { 1, 0, 1, 1, 1, 1, 0, 1, 1, 1 }, { 1, 1 } };
	bool fast = number(it, "reentry", 0);
	uint64_t phase = number(it, "c_phase", 5), at = cpu->back;
	const char *forge = word(it, "forge", "");
	int i;

	memset(stamps, 0, C_STAMPS * sizeof(*stamps));
	if (!label_value(twins, word(it, "twin", "plain")) || !cpu->back ||
	    !strcmp(word(it, "forge", ""), "c_empty"))
		return;
	for (i = 0; i < C_STAMPS; i++)
		if (way[fast][i])
			stamps[i] = at += phase;
	if (!strcmp(forge, "c_order"))
		stamps[9] = stamps[0];
}

static void enter(struct iterator *it, struct cpu *cpu)
{
	uint32_t stamps[C_STAMPS];
	bt_field *payload;
	int i = 0;

	make_c_stamps(it, cpu, stamps);

	it->now += 15;
	payload = event(it, cpu, ENTER);
	put(payload, &i, cpu->seq[ENTER]++);
	put(payload, &i, number(it, "guest", 1));
	put(payload, &i, label_value(variants, word(it, "variant", "classic")));
	put(payload, &i, label_value(twins, word(it, "twin", "plain")));
	put(payload, &i, 0xc0001000);
	put(payload, &i, 1);
	put(payload, &i, it->now - 15);
	put_stamps(payload, &i, stamps, C_STAMPS);
}

/* Ten stamps, phases of "phase" ticks each; the Guest has the rest. */
static void make_stamps(struct iterator *it, uint64_t call, uint64_t back, uint32_t *stamps)
{
	uint64_t phase = number(it, "phase", 8);
	const char *forge = word(it, "forge", "");
	int i;

	for (i = 0; i < STAMPS; i++)
		stamps[i] = i < 5 ? call + (i + 1) * phase : back - (STAMPS - i) * phase;
	if (!strcmp(forge, "order"))
		stamps[6] = stamps[4];
	/* In order, and between the Host's own stamps: this cannot be detected. */
	if (!strcmp(forge, "lie")) {
		stamps[LG_PROBE_CR3_OUT] = stamps[LG_PROBE_TR_OUT] + 1;
		stamps[LG_PROBE_GUEST_REGS] = stamps[LG_PROBE_GUEST_SAVED] - 1;
	}
	if (!strcmp(forge, "outside"))
		stamps[9] = back + 1000;
	if (!strcmp(forge, "empty"))
		memset(stamps, 0, STAMPS * sizeof(*stamps));
}

static void leave(struct iterator *it, struct cpu *cpu, uint64_t call, uint64_t back)
{
	uint64_t vector = label_value(vectors, word(it, "vector", "hypercall"));
	uint64_t twin = label_value(twins, word(it, "twin", "plain"));
	uint32_t stamps[STAMPS] = { 0 };
	bt_field *payload;
	int i = 0;

	if (twin || !strcmp(word(it, "forge", ""), "plain"))
		make_stamps(it, call, back, stamps);
	payload = event(it, cpu, EXIT);
	put(payload, &i, cpu->seq[EXIT]++);
	put(payload, &i, number(it, "guest", 1));
	put(payload, &i, label_value(variants, word(it, "variant", "classic")));
	put(payload, &i, twin);
	put(payload, &i, vector);
	put(payload, &i, vector);
	put(payload, &i, 0);
	put(payload, &i, 0);
	put(payload, &i, 0xc0001234);
	put(payload, &i, 1);
	put(payload, &i, call);
	put(payload, &i, back);
	put_stamps(payload, &i, stamps, STAMPS);
}

static uint64_t jitter(struct iterator *it)
{
	uint64_t range = number(it, "jitter", 0);

	it->random = it->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return range ? (it->random >> 33) % (range + 1) : 0;
}

static void pack_trip(struct iterator *it, struct cpu *cpu, uint64_t tsc, uint64_t call,
		      uint64_t back)
{
	uint64_t twin = label_value(twins, word(it, "twin", "plain"));
	struct packed *packed = pack_begin(it, cpu);
	uint32_t *word_at = packed->words + packed->n;

	*word_at++ = label_value(vectors, word(it, "vector", "hypercall")) |
		     label_value(variants, word(it, "variant", "classic")) << LG_RECORD_VARIANT |
		     twin << LG_RECORD_TWIN | 1 << LG_RECORD_RING |
		     (packed->copy ? LG_RECORD_COPIED | packed->head : 0) |
		     (number(it, "reentry", 0) ? LG_RECORD_AGAIN : 0);
	*word_at++ = number(it, "guest", 1);
	*word_at++ = tsc;
	*word_at++ = call;
	*word_at++ = call >> 32;
	*word_at++ = back;
	*word_at++ = 0;
	*word_at++ = 0;
	*word_at++ = 0xc0001234;
	if (twin) {
		make_c_stamps(it, cpu, word_at);
		word_at += number(it, "reentry", 0) ? LG_RECORD_AGAIN_STAMPS : C_STAMPS;
		make_stamps(it, call, back, word_at);
		word_at += STAMPS;
	}
	if (packed->copy && packed->head)
		*word_at++ = packed->copied;
	packed->n = word_at - packed->words;
	packed->switches++;
	packed->copy = false;
	cpu->seq[ENTER]++;
	cpu->seq[EXIT]++;
}

/* Enter, switch, exit; the clock then stands at the next enter's TSC. */
static void trip(struct iterator *it)
{
	struct cpu *cpu = cpu_of(it);
	uint64_t tsc = it->now, call, back;

	call = tsc + number(it, "entry", 40);
	if (!it->synth->packed)
		enter(it, cpu);
	back = call + number(it, "trip", 200) + jitter(it);
	it->now = back + 20;
	if (it->synth->packed)
		pack_trip(it, cpu, tsc, call, back);
	else
		leave(it, cpu, call, back);
	cpu->back = back;
	it->now = back + number(it, "handling", 300) + jitter(it);
}

static void copy_in(struct iterator *it)
{
	struct cpu *cpu = cpu_of(it);
	bt_field *payload;
	int i = 0;

	it->now += 10;
	if (it->synth->packed) {
		if (cpu->packed.switches == PACKED)
			flush(it, cpu);
		cpu->packed.copy = true;
		cpu->packed.head = label_value(reasons,
					       word(it, "reason", "hit")) << LG_RECORD_REASON;
		cpu->packed.copied = number(it, "changed", 0) |
			number(it, "bytes", 0) << LG_RECORD_BYTES;
		cpu->seq[COPY_IN]++;
		return;
	}
	payload = event(it, cpu, COPY_IN);
	put(payload, &i, cpu->seq[COPY_IN]++);
	put(payload, &i, number(it, "guest", 1));
	put(payload, &i, label_value(variants, word(it, "variant", "classic")));
	put(payload, &i, label_value(reasons, word(it, "reason", "hit")));
	put(payload, &i, number(it, "changed", 0));
	put(payload, &i, number(it, "bytes", 0));
}

static void hypercall(struct iterator *it)
{
	struct cpu *cpu = cpu_of(it);
	bt_field *payload;
	int i = 0;

	it->now += 10;
	payload = event(it, cpu, HYPERCALL);
	put(payload, &i, cpu->seq[HYPERCALL]++);
	put(payload, &i, number(it, "guest", 1));
	put(payload, &i, label_value(calls, word(it, "number", "flush_async")));
	put(payload, &i, label_value(froms, word(it, "from", "direct")));
}

static void calibrate(struct iterator *it)
{
	struct cpu *cpu = cpu_of(it);
	int i = 0;

	put(event(it, cpu, CALIBRATE), &i, cpu->seq[CALIBRATE]++);
	it->now += number(it, "cost", 700);
	i = 0;
	put(event(it, cpu, CALIBRATE), &i, cpu->seq[CALIBRATE]++);
	it->now += 100;
}

static void lose(struct iterator *it)
{
	struct cpu *cpu = cpu_of(it);
	char name[32];
	int type;

	flush(it, cpu);
	snprintf(name, sizeof(name), "%s", word(it, "type", "exit"));
	for (type = 0; type < TYPES; type++)
		if (!strcmp(type_names[type] + 3, name))
			cpu->seq[type] += number(it, "n", 1);
}

static void simple(struct iterator *it, enum type type)
{
	int i = 0;

	it->now += 10;
	put(event(it, cpu_of(it), type), &i, 7);
}

static void discarded(struct iterator *it)
{
	struct cpu *cpu = cpu_of(it);
	bt_message *message;

	close_packet(it, cpu);
	message = bt_message_discarded_events_create_with_default_clock_snapshots(
		it->self, cpu->stream, it->now, it->now);
	bt_message_discarded_events_set_count(message, number(it, "n", 1));
	push(it, message);
	open_packet(it, cpu);
}

static bool is(const struct iterator *it, const char *directive)
{
	size_t n = strlen(directive);

	return !strncmp(it->line, directive, n) && strchr(" \n", it->line[n]);
}

static bool directive(struct iterator *it)
{
	if (is(it, "start") || is(it, "stop"))
		mark(it, is(it, "start"));
	else if (is(it, "trips"))
		it->left = number(it, "n", 1);
	else if (is(it, "calibrate"))
		it->left = number(it, "n", 1);
	else if (is(it, "enter"))
		enter(it, cpu_of(it));
	else if (is(it, "copy_in"))
		copy_in(it);
	else if (is(it, "hypercall"))
		hypercall(it);
	else if (is(it, "lose"))
		lose(it);
	else if (is(it, "at"))
		it->now = number(it, "now", 0);
	else if (is(it, "foreign"))
		simple(it, FOREIGN);
	else if (is(it, "disturb"))
		simple(it, IRQ);
	else if (is(it, "discarded"))
		discarded(it);
	else
		return *it->line == '#' || *it->line == '\n';
	return true;
}

static void end(struct iterator *it)
{
	int i;

	it->ended = true;
	for (i = 0; i < MAX_CPUS; i++)
		if (it->cpus[i].stream) {
			flush(it, &it->cpus[i]);
			close_packet(it, &it->cpus[i]);
			push(it, bt_message_stream_end_create(it->self, it->cpus[i].stream));
		}
}

static bool step(struct iterator *it)
{
	if (it->left) {
		it->left--;
		if (is(it, "trips"))
			trip(it);
		else
			calibrate(it);
		return true;
	}
	if (getline(&it->line, &it->line_room, it->script) < 0) {
		end(it);
		return true;
	}
	if (directive(it))
		return true;
	fprintf(stderr, "synth: unknown directive: %s", it->line);
	return false;
}

static bt_message_iterator_class_next_method_status
synth_next(bt_self_message_iterator *self, bt_message_array_const messages, uint64_t capacity,
	   uint64_t *count)
{
	struct iterator *it = bt_self_message_iterator_get_data(self);

	for (*count = 0; *count < capacity;) {
		if (it->head < it->tail) {
			messages[(*count)++] = it->queue[it->head++];
			continue;
		}
		it->head = it->tail = 0;
		if (it->ended)
			break;
		if (!step(it))
			return BT_MESSAGE_ITERATOR_CLASS_NEXT_METHOD_STATUS_ERROR;
	}
	return *count ? BT_MESSAGE_ITERATOR_CLASS_NEXT_METHOD_STATUS_OK :
			BT_MESSAGE_ITERATOR_CLASS_NEXT_METHOD_STATUS_END;
}

static bt_message_iterator_class_initialize_method_status
synth_start(bt_self_message_iterator *self, bt_self_message_iterator_configuration *config,
	    bt_self_component_port_output *port)
{
	struct iterator *it = calloc(1, sizeof(*it));

	(void)config;
	(void)port;
	it->self = self;
	it->component = bt_self_message_iterator_borrow_component(self);
	it->synth = bt_self_component_get_data(it->component);
	it->now = 1000;
	it->random = 1;
	it->script = fopen(it->synth->script, "r");
	bt_self_message_iterator_set_data(self, it);
	if (it->script)
		return BT_MESSAGE_ITERATOR_CLASS_INITIALIZE_METHOD_STATUS_OK;
	perror(it->synth->script);
	return BT_MESSAGE_ITERATOR_CLASS_INITIALIZE_METHOD_STATUS_ERROR;
}

static void synth_stop(bt_self_message_iterator *self)
{
	struct iterator *it = bt_self_message_iterator_get_data(self);
	int i;

	while (it->head < it->tail)
		bt_message_put_ref(it->queue[it->head++]);
	for (i = 0; i < MAX_CPUS; i++) {
		bt_packet_put_ref(it->cpus[i].packet);
		bt_stream_put_ref(it->cpus[i].stream);
	}
	if (it->script)
		fclose(it->script);
	free(it->line);
	free(it);
}

BT_PLUGIN_SOURCE_COMPONENT_CLASS(synth, synth_next);
BT_PLUGIN_SOURCE_COMPONENT_CLASS_INITIALIZE_METHOD(synth, synth_init);
BT_PLUGIN_SOURCE_COMPONENT_CLASS_FINALIZE_METHOD(synth, synth_finalize);
BT_PLUGIN_SOURCE_COMPONENT_CLASS_MESSAGE_ITERATOR_CLASS_INITIALIZE_METHOD(synth, synth_start);
BT_PLUGIN_SOURCE_COMPONENT_CLASS_MESSAGE_ITERATOR_CLASS_FINALIZE_METHOD(synth, synth_stop);
