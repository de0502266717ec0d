/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Learns event classes once and reads events by index, see decode.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lg-events.h"

#include "decode.h"
#include "unpack.h"

#define VALUES		256	/* values of an enumeration that labels are kept for */
#define NO_NAME		UINT16_MAX
#define CACHE		256
#define NO_KIND		(LG_DISTURB + 1)

/* The fields of lg_pair that no event of the Host has (analysis/plugin/pair_filter.c). */
#define LG_PAIR_FIELDS(X)						\
	X(CPU, cpu) X(STATE, state) X(HAS, has) X(ENTRY, entry) X(TRIP, trip)	\
	X(HANDLING, handling) X(ENTER_SEQ, enter_seq) X(ENTER_TSC, enter_tsc)	\
	X(INNER, inner) X(BREAKDOWN, breakdown) X(PHASES, phases)		\
	X(HYPERCALL, hypercall) X(C_BREAKDOWN, c_breakdown) X(C_PHASES, c_phases)

enum field {
#define LG_X(NAME, name) F_##NAME,
	LG_FIELDS(LG_X) LG_PAIR_FIELDS(LG_X)
#undef LG_X
	FIELDS
};

static const char * const field_names[FIELDS] = {
#define LG_X(NAME, name) #name,
	LG_FIELDS(LG_X) LG_PAIR_FIELDS(LG_X)
#undef LG_X
};

_Static_assert(FIELDS <= 64, "a set of fields is 64 bits");

#define LG_TEXT_OF(x)	#x
#define LG_TEXT(x)	LG_TEXT_OF(x)
#define LG_SCHEMA_TEXT	LG_TEXT(LG_TRACE_SCHEMA)

#define BIT(field)	(1ULL << (field))

/* What an event of each kind must have. */
static const uint64_t required[] = {
	[LG_MARK] = BIT(F_SEQ) | BIT(F_SCHEMA) | BIT(F_MARK) | BIT(F_CPUS) | BIT(F_NEXT_SEQ),
	[LG_ENTER] = BIT(F_SEQ) | BIT(F_GUEST) | BIT(F_VARIANT) | BIT(F_TWIN) | BIT(F_TSC) |
		     BIT(F_STAMPS),
	[LG_EXIT] = BIT(F_SEQ) | BIT(F_GUEST) | BIT(F_VARIANT) | BIT(F_TWIN) |
		    BIT(F_VECTOR) | BIT(F_TSC_CALL) | BIT(F_TSC_BACK) | BIT(F_STAMPS),
	[LG_COPY_IN] = BIT(F_SEQ) | BIT(F_GUEST) | BIT(F_VARIANT) | BIT(F_REASON) |
		       BIT(F_BYTES),
	[LG_CALIBRATE] = BIT(F_SEQ),
	[LG_HYPERCALL] = BIT(F_SEQ) | BIT(F_GUEST) | BIT(F_NUMBER),
	[LG_BATCH] = BIT(F_SEQ) | BIT(F_FIRST_SEQ) | BIT(F_SWITCHES) | BIT(F_PACK_TSC) |
		     BIT(F_FLUSH_TSC) | BIT(F_PROBES) | BIT(F_C_PROBES) | BIT(F_WORDS) |
		     BIT(F_VARIANT) | BIT(F_TWIN) | BIT(F_VECTOR) | BIT(F_REASON),
	[LG_TRAP] = BIT(F_SEQ) | BIT(F_GUEST) | BIT(F_CLASS),
	[LG_STAYED] = BIT(F_SEQ) | BIT(F_GUEST) | BIT(F_VARIANT) | BIT(F_CLASS) | BIT(F_EXITS) |
		      BIT(F_TICKS),
	[LG_OTHER] = 0,
	[LG_DISTURB] = 0,
};

static const uint64_t required_pair =
	BIT(F_SEQ) | BIT(F_CPU) | BIT(F_STATE) | BIT(F_HAS) | BIT(F_ENTRY) | BIT(F_TRIP) |
	BIT(F_HANDLING) | BIT(F_ENTER_SEQ) | BIT(F_ENTER_TSC) | BIT(F_INNER) |
	BIT(F_BREAKDOWN) | BIT(F_PHASES) | BIT(F_C_BREAKDOWN) | BIT(F_C_PHASES) | BIT(F_VARIANT) |
	BIT(F_TWIN) | BIT(F_VECTOR);

struct class {
	const bt_event_class *bt;
	enum lg_kind kind;
	bool is_pair, bad;
	uint32_t type;
	int index[FIELDS];		/* -1: the class has no such field */
	bool is_signed[FIELDS];
	uint16_t *label[FIELDS];	/* names by value, for enumerations */
	uint16_t probed, start, ring;	/* names with a meaning */
};

struct stream {
	const bt_stream *bt;
	uint32_t cpu;
};

/* A batch that is being unpacked. */
struct unpacking {
	struct class *class;
	struct lg_event like;		/* the batch's own event */
	struct lg_record record;
	struct lg_packed batch;
	uint32_t at, switches, copies;	/* words, records and copy-ins read so far */
	enum { NEXT_RECORD, NEXT_ENTER, NEXT_EXIT } next;
};

struct lg_decoder {
	struct lg_intern *names;
	struct lg_loss *seq;
	struct class **classes, *cache[CACHE];
	struct stream *streams, *last;
	struct unpacking unpacking;
	size_t n_classes, n_streams;
	char error[200];
};

struct lg_decoder *lg_decoder_new(struct lg_intern *names, struct lg_loss *seq)
{
	struct lg_decoder *decoder = calloc(1, sizeof(*decoder));

	if (!decoder)
		return NULL;
	decoder->names = names;
	decoder->seq = seq;
	lg_intern(names, "?");
	return decoder;
}

static void free_class(struct class *class)
{
	int i;

	for (i = 0; i < FIELDS; i++)
		free(class->label[i]);
	bt_event_class_put_ref(class->bt);
	free(class);
}

void lg_decoder_free(struct lg_decoder *decoder)
{
	if (!decoder)
		return;
	while (decoder->n_classes)
		free_class(decoder->classes[--decoder->n_classes]);
	while (decoder->n_streams)
		bt_stream_put_ref(decoder->streams[--decoder->n_streams].bt);
	free(decoder->classes);
	free(decoder->streams);
	free(decoder);
}

const char *lg_decoder_error(const struct lg_decoder *decoder)
{
	return decoder->error;
}

enum lg_kind lg_kind_of(const char *name, bool *is_pair)
{
	static const struct {
		const char *name;
		enum lg_kind kind;
	} kinds[] = {
		{ "lg_mark", LG_MARK }, { "lg_enter", LG_ENTER }, { "lg_exit", LG_EXIT },
		{ "lg_copy_in", LG_COPY_IN }, { "lg_calibrate", LG_CALIBRATE },
		{ "lg_hypercall", LG_HYPERCALL }, { "lg_batch", LG_BATCH }, { "lg_trap", LG_TRAP },
		{ "lg_stayed", LG_STAYED },
		{ "sched_switch", LG_DISTURB }, { "irq_handler_entry", LG_DISTURB },
	};
	size_t i, n = strlen(name);

	*is_pair = !strcmp(name, "lg_pair");
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(name, kinds[i].name))
			return kinds[i].kind;
	if (!strncmp(name, "x86_irq_vectors_", 16) && n > 6 && !strcmp(name + n - 6, "_entry"))
		return LG_DISTURB;
	return strncmp(name, "lg_", 3) ? NO_KIND : LG_OTHER;
}

/* Narrow ranges win over wide ones, so that a single value keeps its own label. */
static void label_range(struct class *class, enum field field, uint64_t low, uint64_t high,
			uint16_t name, uint64_t *width)
{
	uint64_t v;

	for (v = low; v < VALUES && v <= high; v++)
		if (class->label[field][v] == NO_NAME || high - low < width[v]) {
			class->label[field][v] = name;
			width[v] = high - low;
		}
}

static void unsigned_labels(struct lg_decoder *decoder, struct class *class, enum field field,
			    const bt_field_class *fc, uint64_t i, uint64_t *width)
{
	const bt_field_class_enumeration_unsigned_mapping *mapping =
		bt_field_class_enumeration_unsigned_borrow_mapping_by_index_const(fc, i);
	const bt_integer_range_set_unsigned *ranges =
		bt_field_class_enumeration_unsigned_mapping_borrow_ranges_const(mapping);
	const bt_integer_range_set *set =
		bt_integer_range_set_unsigned_as_range_set_const(ranges);
	uint16_t name = lg_intern(decoder->names, bt_field_class_enumeration_mapping_get_label(
		bt_field_class_enumeration_unsigned_mapping_as_mapping_const(mapping)));
	uint64_t j;

	for (j = 0; j < bt_integer_range_set_get_range_count(set); j++) {
		const bt_integer_range_unsigned *range =
			bt_integer_range_set_unsigned_borrow_range_by_index_const(ranges, j);

		label_range(class, field, bt_integer_range_unsigned_get_lower(range),
			    bt_integer_range_unsigned_get_upper(range), name, width);
	}
}

static void signed_labels(struct lg_decoder *decoder, struct class *class, enum field field,
			  const bt_field_class *fc, uint64_t i, uint64_t *width)
{
	const bt_field_class_enumeration_signed_mapping *mapping =
		bt_field_class_enumeration_signed_borrow_mapping_by_index_const(fc, i);
	const bt_integer_range_set_signed *ranges =
		bt_field_class_enumeration_signed_mapping_borrow_ranges_const(mapping);
	const bt_integer_range_set *set =
		bt_integer_range_set_signed_as_range_set_const(ranges);
	uint16_t name = lg_intern(decoder->names, bt_field_class_enumeration_mapping_get_label(
		bt_field_class_enumeration_signed_mapping_as_mapping_const(mapping)));
	uint64_t j;

	for (j = 0; j < bt_integer_range_set_get_range_count(set); j++) {
		const bt_integer_range_signed *range =
			bt_integer_range_set_signed_borrow_range_by_index_const(ranges, j);
		int64_t low = bt_integer_range_signed_get_lower(range);
		int64_t high = bt_integer_range_signed_get_upper(range);

		if (high >= 0)
			label_range(class, field, low < 0 ? 0 : low, high, name, width);
	}
}

static bool learn_labels(struct lg_decoder *decoder, struct class *class, enum field field,
			 const bt_field_class *fc)
{
	uint64_t width[VALUES] = { 0 }, i;

	class->label[field] = malloc(VALUES * sizeof(uint16_t));
	if (!class->label[field])
		return false;
	memset(class->label[field], 0xff, VALUES * sizeof(uint16_t));
	if (bt_field_class_get_type(fc) == BT_FIELD_CLASS_TYPE_UNSIGNED_ENUMERATION)
		for (i = 0; i < bt_field_class_enumeration_get_mapping_count(fc); i++)
			unsigned_labels(decoder, class, field, fc, i, width);
	else if (class->is_signed[field] &&
		 bt_field_class_get_type(fc) == BT_FIELD_CLASS_TYPE_SIGNED_ENUMERATION)
		for (i = 0; i < bt_field_class_enumeration_get_mapping_count(fc); i++)
			signed_labels(decoder, class, field, fc, i, width);
	return true;
}

static bool is_integer(const bt_field_class *fc, bool *is_signed)
{
	switch (bt_field_class_get_type(fc)) {
	case BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER:
	case BT_FIELD_CLASS_TYPE_UNSIGNED_ENUMERATION:
		*is_signed = false;
		return true;
	case BT_FIELD_CLASS_TYPE_SIGNED_INTEGER:
	case BT_FIELD_CLASS_TYPE_SIGNED_ENUMERATION:
		*is_signed = true;
		return true;
	default:
		return false;
	}
}

static bool is_array(const bt_field_class *fc, bool *is_signed)
{
	bt_field_class_type type = bt_field_class_get_type(fc);

	return (type == BT_FIELD_CLASS_TYPE_STATIC_ARRAY ||
		type == BT_FIELD_CLASS_TYPE_DYNAMIC_ARRAY_WITH_LENGTH_FIELD ||
		type == BT_FIELD_CLASS_TYPE_DYNAMIC_ARRAY_WITHOUT_LENGTH_FIELD) &&
	       is_integer(bt_field_class_array_borrow_element_field_class_const(fc), is_signed);
}

/* The number of an exit is a number, that of a hypercall has names. */
static bool is_label(const struct class *class, enum field field)
{
	if (field == F_NUMBER)
		return class->kind == LG_HYPERCALL;
	return field == F_VARIANT || field == F_TWIN || field == F_VECTOR ||
	       field == F_REASON || field == F_MARK ||
	       field == F_FROM || field == F_HYPERCALL || field == F_CLASS;
}

/* Stamps are a structure with a 32-bit member for each probe. */
static bool is_stamps(const bt_field_class *fc, bool *is_signed)
{
	uint64_t i;

	if (bt_field_class_get_type(fc) != BT_FIELD_CLASS_TYPE_STRUCTURE)
		return false;
	for (i = 0; i < bt_field_class_structure_get_member_count(fc); i++)
		if (!is_integer(bt_field_class_structure_member_borrow_field_class_const(
			bt_field_class_structure_borrow_member_by_index_const(fc, i)), is_signed) ||
		    *is_signed)
			return false;
	return true;
}

/* Does the field have a shape that get() and its kin can read? */
static bool fits(const struct class *class, enum field field, const bt_field_class *fc,
		 bool *is_signed)
{
	if (field == F_STAMPS && !class->is_pair)
		return is_stamps(fc, is_signed);
	if (field == F_STAMPS || field == F_NEXT_SEQ || field == F_PHASES || field == F_C_PHASES ||
	    field == F_FIRST_SEQ || field == F_WORDS)
		return is_array(fc, is_signed);
	if (class->is_pair && is_label(class, field))
		return bt_field_class_get_type(fc) == BT_FIELD_CLASS_TYPE_STRING;
	return is_integer(fc, is_signed);
}

static bool learn_field(struct lg_decoder *decoder, struct class *class, enum field field,
			const bt_field_class *payload)
{
	uint64_t i, n = bt_field_class_structure_get_member_count(payload);

	class->index[field] = -1;
	for (i = 0; i < n; i++) {
		const bt_field_class_structure_member *member =
			bt_field_class_structure_borrow_member_by_index_const(payload, i);
		const bt_field_class *fc =
			bt_field_class_structure_member_borrow_field_class_const(member);

		if (strcmp(bt_field_class_structure_member_get_name(member),
			   field_names[field]))
			continue;
		if (!fits(class, field, fc, &class->is_signed[field]))
			return true;
		class->index[field] = i;
		return class->is_pair || !is_label(class, field) ||
		       learn_labels(decoder, class, field, fc);
	}
	return true;
}

static void lacks_field(struct lg_decoder *decoder, struct class *class, uint64_t need)
{
	int i;

	for (i = 0; i < FIELDS; i++)
		if (need & BIT(i) && class->index[i] < 0) {
			snprintf(decoder->error, sizeof(decoder->error),
				 "event %s has no usable field '%s': the trace is not of schema "
				 LG_SCHEMA_TEXT ", record it again or read it with the version "
				 "that made it", bt_event_class_get_name(class->bt),
				 field_names[i]);
			class->bad = true;
		}
}

/* The labels of a mark's field "counters" name the types in the order of its counters. */
static void learn_order(struct lg_decoder *decoder, const bt_field_class *payload)
{
	const bt_field_class_structure_member *member =
		bt_field_class_structure_borrow_member_by_name_const(payload, "counters");
	const bt_field_class *fc;
	struct class scratch = { 0 };
	char name[64];
	uint32_t i;

	if (!member)
		return;
	fc = bt_field_class_structure_member_borrow_field_class_const(member);
	if (!is_integer(fc, &scratch.is_signed[F_MARK]) ||
	    !learn_labels(decoder, &scratch, F_MARK, fc))
		return;
	for (i = 0; i < LG_MAX_TYPES; i++)
		if (scratch.label[F_MARK][i] != NO_NAME) {
			snprintf(name, sizeof(name), "lg_%s",
				 lg_name_of(decoder->names, scratch.label[F_MARK][i]));
			lg_loss_order(decoder->seq, i, name);
		}
	free(scratch.label[F_MARK]);
}

static bool learn_fields(struct lg_decoder *decoder, struct class *class)
{
	const bt_field_class *payload =
		bt_event_class_borrow_payload_field_class_const(class->bt);
	int i;

	for (i = 0; payload && i < FIELDS; i++)
		if (!learn_field(decoder, class, i, payload))
			return false;
	if (class->kind == LG_MARK && payload)
		learn_order(decoder, payload);
	lacks_field(decoder, class, class->is_pair ? required_pair : required[class->kind]);
	return true;
}

static struct class *learn(struct lg_decoder *decoder, const bt_event_class *bt)
{
	struct class **classes, *class;
	const char *name = bt_event_class_get_name(bt);

	classes = realloc(decoder->classes, (decoder->n_classes + 1) * sizeof(*classes));
	if (!classes)
		return NULL;
	decoder->classes = classes;
	class = calloc(1, sizeof(*class));
	if (!class)
		return NULL;
	bt_event_class_get_ref(bt);
	class->bt = bt;
	memset(class->index, 0xff, sizeof(class->index));
	class->kind = lg_kind_of(name ? name : "", &class->is_pair);
	if (class->is_pair)
		class->kind = LG_EXIT;
	class->type = LG_NO_TYPE;
	if (class->is_pair)
		class->type = lg_loss_type(decoder->seq, "lg_exit");
	else if (class->kind < LG_DISTURB)
		class->type = lg_loss_type(decoder->seq, name);
	class->probed = lg_intern(decoder->names, "probed");
	class->start = lg_intern(decoder->names, "start");
	class->ring = lg_intern(decoder->names, "ring");
	classes[decoder->n_classes++] = class;
	if (class->kind < LG_DISTURB && !learn_fields(decoder, class))
		class->bad = true;
	return class;
}

static struct class *class_of(struct lg_decoder *decoder, const bt_event_class *bt)
{
	struct class **slot = &decoder->cache[((uintptr_t)bt >> 4) % CACHE];
	struct class *class = *slot;
	size_t i;

	if (class && class->bt == bt)
		return class;
	for (i = 0; i < decoder->n_classes; i++)
		if (decoder->classes[i]->bt == bt)
			break;
	class = i < decoder->n_classes ? decoder->classes[i] : learn(decoder, bt);
	*slot = class;
	return class;
}

/* The number in a context's member "cpu_id", as LTTng names it. */
static bool cpu_in(const bt_field *context, uint32_t *cpu)
{
	const bt_field *field;
	bool is_signed;

	if (!context || bt_field_get_class_type(context) != BT_FIELD_CLASS_TYPE_STRUCTURE)
		return false;
	field = bt_field_structure_borrow_member_field_by_name_const(context, "cpu_id");
	if (!field || !is_integer(bt_field_borrow_class_const(field), &is_signed))
		return false;
	*cpu = is_signed ? (uint64_t)bt_field_integer_signed_get_value(field) :
			   bt_field_integer_unsigned_get_value(field);
	return true;
}

static struct stream *new_stream(struct lg_decoder *decoder, const bt_event *event,
				 const bt_stream *bt)
{
	const bt_packet *packet = NULL;
	struct stream *streams;
	uint32_t cpu = bt_stream_get_id(bt);

	streams = realloc(decoder->streams, (decoder->n_streams + 1) * sizeof(*streams));
	if (!streams)
		return NULL;
	decoder->streams = streams;
	if (bt_stream_class_supports_packets(bt_stream_borrow_class_const(bt)))
		packet = bt_event_borrow_packet_const(event);
	if (!packet || !cpu_in(bt_packet_borrow_context_field_const(packet), &cpu))
		cpu_in(bt_event_borrow_common_context_field_const(event), &cpu);
	bt_stream_get_ref(bt);
	streams += decoder->n_streams++;
	streams->bt = bt;
	streams->cpu = cpu;
	return streams;
}

/* One stream is of one CPU, as LTTng writes them. */
static struct stream *stream_of(struct lg_decoder *decoder, const bt_event *event)
{
	const bt_stream *bt = bt_event_borrow_stream_const(event);
	size_t i;

	if (decoder->last && decoder->last->bt == bt)
		return decoder->last;
	for (i = 0; i < decoder->n_streams; i++)
		if (decoder->streams[i].bt == bt)
			return decoder->last = &decoder->streams[i];
	return decoder->last = new_stream(decoder, event, bt);
}

static inline uint64_t value(const bt_field *field, bool is_signed)
{
	return is_signed ? (uint64_t)bt_field_integer_signed_get_value(field) :
			   bt_field_integer_unsigned_get_value(field);
}

static inline uint64_t get(const struct class *class, const bt_field *payload, enum field field)
{
	if (class->index[field] < 0)
		return 0;
	return value(bt_field_structure_borrow_member_field_by_index_const(
			payload, class->index[field]), class->is_signed[field]);
}

static uint16_t unlabelled(struct lg_decoder *decoder, enum field field, uint64_t v)
{
	char text[48];

	snprintf(text, sizeof(text), "%s %llu",
		 field == F_NUMBER ? "hypercall" : field_names[field], (unsigned long long)v);
	return lg_intern(decoder->names, text);
}

/* A value's label, or "vector 77" for one that has none. */
static uint16_t name_of(struct lg_decoder *decoder, struct class *class, enum field field,
			uint64_t v)
{
	if (v >= VALUES)
		return unlabelled(decoder, field, v);
	if (class->label[field][v] == NO_NAME)
		class->label[field][v] = unlabelled(decoder, field, v);
	return class->label[field][v];
}

static uint16_t get_name(struct lg_decoder *decoder, struct class *class,
			 const bt_field *payload, enum field field)
{
	const bt_field *member;

	if (class->index[field] < 0)
		return 0;
	if (class->is_pair) {
		member = bt_field_structure_borrow_member_field_by_index_const(
			payload, class->index[field]);
		return lg_intern(decoder->names, bt_field_string_get_value(member));
	}
	return name_of(decoder, class, field, get(class, payload, field));
}

static uint32_t get_array(const struct class *class, const bt_field *payload, enum field field,
			  uint32_t *out, uint32_t room)
{
	const bt_field *array;
	uint64_t i, n;

	if (class->index[field] < 0)
		return 0;
	array = bt_field_structure_borrow_member_field_by_index_const(payload,
								      class->index[field]);
	n = bt_field_array_get_length(array);
	if (n > room)
		n = room;
	for (i = 0; i < n; i++)
		out[i] = value(bt_field_array_borrow_element_field_by_index_const(array, i),
			       class->is_signed[field]);
	return n;
}

/* In the order of the probes, which is that of the members. */
static uint32_t get_stamps(const struct class *class, const bt_field *payload, uint32_t *out)
{
	const bt_field *stamps;
	uint64_t i, n;

	if (class->is_pair || class->index[F_STAMPS] < 0)
		return get_array(class, payload, F_STAMPS, out, LG_MAX_STAMPS);
	stamps = bt_field_structure_borrow_member_field_by_index_const(payload,
								       class->index[F_STAMPS]);
	n = bt_field_class_structure_get_member_count(bt_field_borrow_class_const(stamps));
	if (n > LG_MAX_STAMPS)
		n = LG_MAX_STAMPS;
	for (i = 0; i < n; i++)
		out[i] = bt_field_integer_unsigned_get_value(
			bt_field_structure_borrow_member_field_by_index_const(stamps, i));
	return n;
}

static void read_exit(struct lg_decoder *decoder, struct class *class, const bt_field *payload,
		      struct lg_event *event)
{
	struct lg_exit *exit = &event->exit;

	exit->exit = get_name(decoder, class, payload, F_VECTOR);
	exit->number = get(class, payload, F_NUMBER);
	exit->error = get(class, payload, F_ERROR);
	exit->cr2 = get(class, payload, F_CR2);
	exit->eip = get(class, payload, F_EIP);
	exit->ring = get(class, payload, F_RING);
	exit->tsc_call = get(class, payload, F_TSC_CALL);
	exit->tsc_back = get(class, payload, F_TSC_BACK);
	exit->probed = event->twin == class->probed;
	exit->pack_tsc = 0;
	exit->n_stamps = get_stamps(class, payload, exit->stamps);
}

static void read_event(struct lg_decoder *decoder, struct class *class, const bt_field *payload,
		       struct lg_event *event)
{
	event->seq = get(class, payload, F_SEQ);
	event->guest = get(class, payload, F_GUEST);
	event->variant = get_name(decoder, class, payload, F_VARIANT);
	event->twin = get_name(decoder, class, payload, F_TWIN);
	switch (class->kind) {
	case LG_MARK:
		event->mark.start = get_name(decoder, class, payload, F_MARK) == class->start;
		event->mark.cpus = get(class, payload, F_CPUS);
		event->mark.batched = get(class, payload, F_BATCHED);
		event->mark.n_next = get_array(class, payload, F_NEXT_SEQ,
					       event->mark.next_seq, LG_MAX_TYPES);
		break;
	case LG_ENTER:
		event->enter.tsc = get(class, payload, F_TSC);
		event->enter.overhead = get(class, payload, F_OVERHEAD);
		event->enter.reports_overhead = class->index[F_OVERHEAD] >= 0;
		event->enter.eip = get(class, payload, F_EIP);
		event->enter.ring = get(class, payload, F_RING);
		event->enter.n_stamps = get_stamps(class, payload, event->enter.stamps);
		break;
	case LG_EXIT:
		read_exit(decoder, class, payload, event);
		break;
	case LG_CALIBRATE:
		event->calibrate.overhead = get(class, payload, F_OVERHEAD);
		event->calibrate.reports_overhead = class->index[F_OVERHEAD] >= 0;
		break;
	case LG_COPY_IN:
		event->copy_in.reason = get_name(decoder, class, payload, F_REASON);
		event->copy_in.changed = get(class, payload, F_CHANGED);
		event->copy_in.bytes = get(class, payload, F_BYTES);
		break;
	case LG_TRAP:
		event->trap.class = get_name(decoder, class, payload, F_CLASS);
		event->trap.eip = get(class, payload, F_EIP);
		break;
	case LG_STAYED:
		event->stayed.class = get_name(decoder, class, payload, F_CLASS);
		event->stayed.exits = get(class, payload, F_EXITS);
		event->stayed.ticks = get(class, payload, F_TICKS);
		break;
	case LG_HYPERCALL:
		event->hypercall.name = get_name(decoder, class, payload, F_NUMBER);
		event->hypercall.direct =
			get_name(decoder, class, payload, F_FROM) != class->ring;
		break;
	default:
		break;
	}
}

static void read_phases(const struct class *class, const bt_field *payload, enum field field,
			struct lg_breakdown *breakdown)
{
	const bt_field *array = bt_field_structure_borrow_member_field_by_index_const(
		payload, class->index[field]);
	uint64_t i, n = bt_field_array_get_length(array);

	breakdown->n = n < LG_MAX_STAMPS + 1 ? n : LG_MAX_STAMPS + 1;
	for (i = 0; i < breakdown->n; i++)
		breakdown->phase[i] = value(
			bt_field_array_borrow_element_field_by_index_const(array, i),
			class->is_signed[field]);
}

static void read_pair(struct lg_decoder *decoder, struct class *class, const bt_field *payload,
		      struct lg_pair *pair)
{
	uint64_t state = get(class, payload, F_STATE), breakdown = get(class, payload, F_BREAKDOWN);
	uint64_t in_c = get(class, payload, F_C_BREAKDOWN);
	uint64_t has = get(class, payload, F_HAS);

	pair->exit.cpu = get(class, payload, F_CPU);
	pair->state = state < LG_PAIR_STATES ? state : LG_PAIR_NO_ENTER;
	pair->has_entry = has & 1;
	pair->has_trip = has & 2;
	pair->has_enter = has & 4;
	pair->entry = get(class, payload, F_ENTRY);
	pair->trip = get(class, payload, F_TRIP);
	pair->handling = get(class, payload, F_HANDLING);
	pair->enter_ts = pair->exit.ts;
	pair->enter_seq = get(class, payload, F_ENTER_SEQ);
	pair->enter_tsc = get(class, payload, F_ENTER_TSC);
	pair->inner = get(class, payload, F_INNER);
	pair->hypercall = get_name(decoder, class, payload, F_HYPERCALL);
	if (!*lg_name_of(decoder->names, pair->hypercall))
		pair->hypercall = 0;
	pair->breakdown.state = breakdown < LG_BREAKDOWN_STATES ? breakdown : LG_BREAKDOWN_UNKNOWN;
	pair->breakdown.whole = pair->trip;
	read_phases(class, payload, F_PHASES, &pair->breakdown);
	pair->c_breakdown.state = in_c < LG_BREAKDOWN_STATES ? in_c : LG_BREAKDOWN_UNKNOWN;
	pair->c_breakdown.whole = pair->handling;
	read_phases(class, payload, F_C_PHASES, &pair->c_breakdown);
}

static enum lg_decoded damaged(struct lg_decoder *decoder)
{
	snprintf(decoder->error, sizeof(decoder->error),
		 "the records of a batch do not add up: a damaged trace?");
	return LG_IS_BAD;
}

static enum lg_decoded begin_batch(struct lg_decoder *decoder, struct class *class,
				   const bt_field *payload, const struct lg_event *like)
{
	struct unpacking *it = &decoder->unpacking;
	uint32_t first[3];

	it->class = class;
	it->like = *like;
	it->at = it->switches = it->copies = 0;
	it->next = NEXT_RECORD;
	if (get_array(class, payload, F_FIRST_SEQ, first, 3) != 3)
		return damaged(decoder);
	it->batch.first_enter = first[0];
	it->batch.first_exit = first[1];
	it->batch.first_copy_in = first[2];
	it->batch.switches = get(class, payload, F_SWITCHES);
	it->batch.pack_tsc = get(class, payload, F_PACK_TSC);
	it->batch.flush_tsc = get(class, payload, F_FLUSH_TSC);
	it->batch.probes = get(class, payload, F_PROBES);
	it->batch.c_probes = get(class, payload, F_C_PROBES);
	it->batch.n_words = get_array(class, payload, F_WORDS, it->batch.words, LG_MAX_WORDS);
	if (it->batch.probes > LG_MAX_STAMPS || it->batch.c_probes < 2 ||
	    it->batch.c_probes > LG_MAX_STAMPS)
		return damaged(decoder);
	return LG_IS_BATCH;
}

static void unpack_common(struct lg_decoder *decoder, struct lg_event *event,
			  enum lg_kind kind, const char *type, uint64_t ts)
{
	struct unpacking *it = &decoder->unpacking;

	event->kind = kind;
	event->cpu = it->like.cpu;
	event->type = lg_loss_type(decoder->seq, type);
	event->ts = ts;
	event->packed = true;
	event->guest = it->record.guest;
	event->variant = name_of(decoder, it->class, F_VARIANT, it->record.variant);
	event->twin = name_of(decoder, it->class, F_TWIN, it->record.twin);
}

static void unpack_copy_in(struct lg_decoder *decoder, struct lg_event *event)
{
	struct unpacking *it = &decoder->unpacking;

	unpack_common(decoder, event, LG_COPY_IN, "lg_copy_in", it->record.tsc);
	event->seq = it->batch.first_copy_in + it->copies++;
	event->copy_in.reason = name_of(decoder, it->class, F_REASON, it->record.reason);
	event->copy_in.changed = it->record.changed;
	event->copy_in.bytes = it->record.bytes;
}

/* The first @n stamps exist; the other probes were not passed. */
static void copy_stamps(uint32_t *to, const uint32_t *from, uint32_t n, uint32_t all)
{
	uint32_t i;

	for (i = 0; i < all; i++)
		to[i] = i < n ? from[i] : 0;
}

/* The time to write the previous batch lies before the first enter. */
static void unpack_enter(struct lg_decoder *decoder, struct lg_event *event)
{
	struct unpacking *it = &decoder->unpacking;

	unpack_common(decoder, event, LG_ENTER, "lg_enter", it->record.tsc);
	event->seq = it->batch.first_enter + it->switches;
	event->enter.tsc = it->record.tsc;
	event->enter.eip = 0;
	event->enter.ring = 0;
	event->enter.overhead = it->switches ? 0 : it->batch.flush_tsc;
	event->enter.reports_overhead = false;
	copy_stamps(event->enter.stamps, it->record.c_stamps, it->record.n_c_stamps,
		    it->batch.c_probes);
	event->enter.n_stamps = it->batch.c_probes;
}

static void unpack_exit(struct lg_decoder *decoder, struct lg_event *event)
{
	struct unpacking *it = &decoder->unpacking;
	const struct lg_record *record = &it->record;
	struct lg_exit *exit = &event->exit;

	unpack_common(decoder, event, LG_EXIT, "lg_exit", record->tsc_back);
	event->seq = it->batch.first_exit + it->switches;
	exit->tsc_call = record->tsc_call;
	exit->tsc_back = record->tsc_back;
	exit->pack_tsc = it->batch.pack_tsc;
	exit->error = record->error;
	exit->cr2 = record->cr2;
	exit->eip = record->eip;
	exit->exit = name_of(decoder, it->class, F_VECTOR, record->vector);
	exit->number = record->vector;
	exit->ring = record->ring;
	exit->probed = event->twin == it->class->probed;
	exit->n_stamps = it->batch.probes;
	copy_stamps(exit->stamps, record->stamps, record->stamps ? exit->n_stamps : 0,
		    exit->n_stamps);
}

/* The batch's own number comes last: its time is that of its writing. */
static enum lg_decoded end_batch(struct lg_decoder *decoder, struct lg_event *event)
{
	struct unpacking *it = &decoder->unpacking;

	if (it->switches != it->batch.switches || it->at != it->batch.n_words)
		return damaged(decoder);
	*event = it->like;
	it->class = NULL;
	return LG_IS_EVENT;
}

enum lg_decoded lg_decode_next(struct lg_decoder *decoder, struct lg_event *event)
{
	struct unpacking *it = &decoder->unpacking;

	if (!it->class)
		return LG_IS_NONE;
	switch (it->next) {
	case NEXT_RECORD:
		if (it->at == it->batch.n_words)
			return end_batch(decoder, event);
		if (!lg_unpack(&it->batch, &it->at, &it->record))
			return damaged(decoder);
		it->next = it->record.copied ? NEXT_ENTER : NEXT_EXIT;
		(it->record.copied ? unpack_copy_in : unpack_enter)(decoder, event);
		break;
	case NEXT_ENTER:
		it->next = NEXT_EXIT;
		unpack_enter(decoder, event);
		break;
	case NEXT_EXIT:
		it->next = NEXT_RECORD;
		unpack_exit(decoder, event);
		it->switches++;
	}
	return LG_IS_EVENT;
}

/* The CPU of a stream that has shown an event already. */
static uint32_t known_cpu(const struct lg_decoder *decoder, const bt_stream *bt)
{
	size_t i;

	for (i = 0; i < decoder->n_streams; i++)
		if (decoder->streams[i].bt == bt)
			return decoder->streams[i].cpu;
	return LG_NO_CPU;
}

static void read_discarded(struct lg_decoder *decoder, const bt_message *message, bool packets)
{
	uint64_t count = 0;
	uint32_t cpu;
	bool known;

	if (packets) {
		known = bt_message_discarded_packets_get_count(message, &count) ==
			BT_PROPERTY_AVAILABILITY_AVAILABLE;
		cpu = known_cpu(decoder,
				bt_message_discarded_packets_borrow_stream_const(message));
	} else {
		known = bt_message_discarded_events_get_count(message, &count) ==
			BT_PROPERTY_AVAILABILITY_AVAILABLE;
		cpu = known_cpu(decoder,
				bt_message_discarded_events_borrow_stream_const(message));
	}
	lg_loss_discarded(decoder->seq, cpu, packets, known, count);
}

/* Another schema may use the same name of a field with another meaning. */
static bool other_schema(struct lg_decoder *decoder, struct class *class, const bt_field *payload)
{
	uint64_t schema;

	if (class->kind != LG_MARK || !payload)
		return false;
	schema = get(class, payload, F_SCHEMA);
	if (schema == LG_TRACE_SCHEMA)
		return false;
	snprintf(decoder->error, sizeof(decoder->error), "the trace is of schema %llu, not "
		 LG_SCHEMA_TEXT ": read it with the version that made it",
		 (unsigned long long)schema);
	return true;
}

static enum lg_decoded decode_event(struct lg_decoder *decoder, const bt_message *message,
				    struct lg_event *event, struct lg_pair *pair)
{
	const bt_event *bt = bt_message_event_borrow_event_const(message);
	struct class *class = class_of(decoder, bt_event_borrow_class_const(bt));
	struct lg_event *out = class && class->is_pair ? &pair->exit : event;
	const bt_field *payload;
	struct stream *stream;

	if (!class || class->bad)
		return LG_IS_BAD;
	if (class->kind == NO_KIND)
		return LG_IS_FOREIGN;
	stream = stream_of(decoder, bt);
	if (!stream)
		return LG_IS_BAD;
	out->kind = class->kind;
	out->type = class->type;
	out->cpu = stream->cpu;
	out->ts = 0;
	out->packed = false;
	if (bt_stream_class_borrow_default_clock_class_const(
			bt_stream_borrow_class_const(stream->bt)))
		out->ts = bt_clock_snapshot_get_value(
			bt_message_event_borrow_default_clock_snapshot_const(message));
	payload = bt_event_borrow_payload_field_const(bt);
	if (other_schema(decoder, class, payload))
		return LG_IS_BAD;
	if (payload && class->kind < LG_DISTURB)
		read_event(decoder, class, payload, out);
	if (class->kind == LG_BATCH)
		return payload ? begin_batch(decoder, class, payload, out) : damaged(decoder);
	if (class->is_pair)
		read_pair(decoder, class, payload, pair);
	return class->is_pair ? LG_IS_PAIR : LG_IS_EVENT;
}

enum lg_decoded lg_decode(struct lg_decoder *decoder, const bt_message *message,
			  struct lg_event *event, struct lg_pair *pair)
{
	switch (bt_message_get_type(message)) {
	case BT_MESSAGE_TYPE_EVENT:
		return decode_event(decoder, message, event, pair);
	case BT_MESSAGE_TYPE_DISCARDED_EVENTS:
		read_discarded(decoder, message, false);
		return LG_IS_NONE;
	case BT_MESSAGE_TYPE_DISCARDED_PACKETS:
		read_discarded(decoder, message, true);
		return LG_IS_NONE;
	default:
		return LG_IS_NONE;
	}
}

bool lg_feed_init(struct lg_feed *feed, struct lg_tally *tally)
{
	memset(feed, 0, sizeof(*feed));
	feed->tally = tally;
	feed->decoder = lg_decoder_new(&tally->names, &tally->loss);
	return feed->decoder;
}

void lg_feed_free(struct lg_feed *feed)
{
	lg_decoder_free(feed->decoder);
	feed->decoder = NULL;
}

static bool feed_batch(struct lg_feed *feed)
{
	enum lg_decoded what;

	while ((what = lg_decode_next(feed->decoder, &feed->event)) == LG_IS_EVENT)
		lg_tally_event(feed->tally, &feed->event);
	return what == LG_IS_NONE;
}

bool lg_feed_message(struct lg_feed *feed, const bt_message *message)
{
	switch (lg_decode(feed->decoder, message, &feed->event, &feed->pair)) {
	case LG_IS_EVENT:
		lg_tally_event(feed->tally, &feed->event);
		return true;
	case LG_IS_BATCH:
		return feed_batch(feed);
	case LG_IS_PAIR:
		lg_tally_pair(feed->tally, &feed->pair);
		return true;
	case LG_IS_FOREIGN:
		feed->tally->foreign++;
		return true;
	case LG_IS_NONE:
		return true;
	default:
		return false;
	}
}
