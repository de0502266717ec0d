/* SPDX-License-Identifier: GPL-2.0-or-later */
/* filter.lg.pair: an exit and the next enter on that CPU become one event, lg_pair.
 *
 * Exits and the enters that close them are removed; everything else passes through in order. Pairs
 * are in a stream of their own, in a trace of their own, with the clock of the stream they come
 * from. A message may yield two, so a queue stands between.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/decode/decode.h"
#include "plugin.h"

struct iterator {
	bt_message_iterator *upstream;
	bt_self_message_iterator *self;
	bt_self_component *component;
	struct lg_intern names;
	struct lg_loss loss;
	struct lg_decoder *decoder;
	struct lg_pairing pairing;
	bt_trace_class *trace_class;
	bt_event_class *event_class;
	bt_stream *stream;
	const bt_clock_class *clock;
	uint64_t now;
	bool swallowed, ended, failed;
	const bt_message **queue;
	size_t head, tail, room;
	struct lg_event event;
	struct lg_pair pair;
};

/* The payload of lg_pair, in this order. */
static const struct {
	const char *name;
	enum { NUMBER, HEX, TEXT, LIST } shape;
} members[] = {
	{ "seq", NUMBER }, { "cpu", NUMBER }, { "guest", NUMBER }, { "variant", TEXT },
	{ "twin", TEXT }, { "vector", TEXT }, { "number", NUMBER }, { "error", HEX },
	{ "cr2", HEX }, { "eip", HEX }, { "ring", NUMBER }, { "tsc_call", NUMBER },
	{ "tsc_back", NUMBER }, { "stamps", LIST }, { "state", NUMBER }, { "has", NUMBER },
	{ "entry", NUMBER }, { "trip", NUMBER }, { "handling", NUMBER },
	{ "enter_seq", NUMBER }, { "enter_tsc", NUMBER }, { "inner", NUMBER },
	{ "breakdown", NUMBER }, { "phases", LIST }, { "hypercall", TEXT },
	{ "c_breakdown", NUMBER }, { "c_phases", LIST },
};

#define N_MEMBERS (sizeof(members) / sizeof(members[0]))

static bool push(struct iterator *it, const bt_message *message)
{
	const bt_message **queue;
	size_t room = it->room ? it->room * 2 : 64;

	if (!message) {
		it->failed = true;
		return false;
	}
	if (it->tail == it->room) {
		queue = realloc(it->queue, room * sizeof(*queue));
		if (!queue) {
			bt_message_put_ref(message);
			it->failed = true;
			return false;
		}
		it->queue = queue;
		it->room = room;
	}
	it->queue[it->tail++] = message;
	return true;
}

static bt_field_class *member_class(bt_trace_class *tc, int shape)
{
	bt_field_class *fc, *element;

	if (shape == TEXT)
		return bt_field_class_string_create(tc);
	element = bt_field_class_integer_unsigned_create(tc);
	if (shape == HEX)
		bt_field_class_integer_set_preferred_display_base(element,
			BT_FIELD_CLASS_INTEGER_PREFERRED_DISPLAY_BASE_HEXADECIMAL);
	if (shape != LIST)
		return element;
	fc = bt_field_class_array_dynamic_create(tc, element, NULL);
	bt_field_class_put_ref(element);
	return fc;
}

static bool make_payload(struct iterator *it)
{
	bt_field_class *payload = bt_field_class_structure_create(it->trace_class), *fc;
	bool good = payload;
	size_t i;

	for (i = 0; good && i < N_MEMBERS; i++) {
		fc = member_class(it->trace_class, members[i].shape);
		good = fc && !bt_field_class_structure_append_member(payload, members[i].name,
								     fc);
		bt_field_class_put_ref(fc);
	}
	good = good && !bt_event_class_set_payload_field_class(it->event_class, payload);
	bt_field_class_put_ref(payload);
	return good;
}

static bool make_stream(struct iterator *it)
{
	bt_stream_class *sc;
	bt_trace *trace;
	bool good;

	it->trace_class = bt_trace_class_create(it->component);
	sc = it->trace_class ? bt_stream_class_create(it->trace_class) : NULL;
	trace = it->trace_class ? bt_trace_create(it->trace_class) : NULL;
	good = sc && trace && (!it->clock ||
			       !bt_stream_class_set_default_clock_class(
				       sc, (bt_clock_class *)it->clock));
	it->event_class = good ? bt_event_class_create(sc) : NULL;
	good = it->event_class && !bt_event_class_set_name(it->event_class, "lg_pair") &&
	       make_payload(it);
	it->stream = good ? bt_stream_create(sc, trace) : NULL;
	bt_stream_class_put_ref(sc);
	bt_trace_put_ref(trace);
	return it->stream;
}

static bool open_stream(struct iterator *it)
{
	bt_message *message;

	if (it->stream)
		return true;
	if (!make_stream(it)) {
		it->failed = true;
		return false;
	}
	message = bt_message_stream_beginning_create(it->self, it->stream);
	return push(it, message);
}

static void set_number(bt_field *payload, uint64_t *i, uint64_t value)
{
	bt_field_integer_unsigned_set_value(
		bt_field_structure_borrow_member_field_by_index(payload, (*i)++), value);
}

static bool set_text(bt_field *payload, uint64_t *i, const char *text)
{
	return !bt_field_string_set_value(
		bt_field_structure_borrow_member_field_by_index(payload, (*i)++), text);
}

/* Set a list of stamps (32 bits) or of phases (64 bits), whichever is not NULL. */
static bool set_list(bt_field *payload, uint64_t *i, const uint32_t *narrow,
		     const uint64_t *wide, uint32_t n)
{
	bt_field *list = bt_field_structure_borrow_member_field_by_index(payload, (*i)++);
	uint32_t j;

	if (bt_field_array_dynamic_set_length(list, n))
		return false;
	for (j = 0; j < n; j++)
		bt_field_integer_unsigned_set_value(
			bt_field_array_borrow_element_field_by_index(list, j),
			narrow ? narrow[j] : wide[j]);
	return true;
}

static bool fill_exit(struct iterator *it, const struct lg_pair *pair, bt_field *payload,
		      uint64_t *i)
{
	const struct lg_event *event = &pair->exit;
	const struct lg_exit *exit = &event->exit;
	bool good;

	set_number(payload, i, event->seq);
	set_number(payload, i, event->cpu);
	set_number(payload, i, event->guest);
	good = set_text(payload, i, lg_name_of(&it->names, event->variant));
	good &= set_text(payload, i, lg_name_of(&it->names, event->twin));
	good &= set_text(payload, i, lg_name_of(&it->names, exit->exit));
	set_number(payload, i, exit->number);
	set_number(payload, i, exit->error);
	set_number(payload, i, exit->cr2);
	set_number(payload, i, exit->eip);
	set_number(payload, i, exit->ring);
	set_number(payload, i, exit->tsc_call);
	set_number(payload, i, exit->tsc_back);
	return good && set_list(payload, i, exit->stamps, NULL, exit->n_stamps);
}

static bool fill(struct iterator *it, const struct lg_pair *pair, bt_field *payload)
{
	bool breakdown = pair->breakdown.state == LG_BREAKDOWN_GOOD;
	bool in_c = pair->c_breakdown.state == LG_BREAKDOWN_GOOD;
	uint64_t i = 0;

	if (!fill_exit(it, pair, payload, &i))
		return false;
	set_number(payload, &i, pair->state);
	set_number(payload, &i, pair->has_entry | pair->has_trip << 1 | pair->has_enter << 2);
	set_number(payload, &i, pair->entry);
	set_number(payload, &i, pair->trip);
	set_number(payload, &i, pair->handling);
	set_number(payload, &i, pair->has_enter ? pair->enter_seq : 0);
	set_number(payload, &i, pair->has_enter ? pair->enter_tsc : 0);
	set_number(payload, &i, pair->inner);
	set_number(payload, &i, pair->breakdown.state);
	if (!set_list(payload, &i, NULL, pair->breakdown.phase, breakdown ? pair->breakdown.n :
		      0) ||
	    !set_text(payload, &i,
		      pair->hypercall ? lg_name_of(&it->names, pair->hypercall) : ""))
		return false;
	set_number(payload, &i, pair->c_breakdown.state);
	return set_list(payload, &i, NULL, pair->c_breakdown.phase,
			in_c ? pair->c_breakdown.n : 0);
}

static void emit(const struct lg_pair *pair, void *arg)
{
	struct iterator *it = arg;
	bt_message *message;

	it->swallowed = pair->has_enter;
	if (it->failed || !open_stream(it))
		return;
	if (it->clock)
		message = bt_message_event_create_with_default_clock_snapshot(
			it->self, it->event_class, it->stream, it->now);
	else
		message = bt_message_event_create(it->self, it->event_class, it->stream);
	if (!push(it, message))
		return;
	if (!fill(it, pair, bt_event_borrow_payload_field(
			bt_message_event_borrow_event(message))))
		it->failed = true;
}

/* The pairs use the clock of our first event. */
static void learn_clock(struct iterator *it, const bt_message *message)
{
	const bt_event *event = bt_message_event_borrow_event_const(message);

	if (it->stream || it->clock)
		return;
	it->clock = bt_stream_class_borrow_default_clock_class_const(
		bt_stream_borrow_class_const(bt_event_borrow_stream_const(event)));
}

/* True if the message has become (part of) a pair, and must not pass. */
static bool take(struct iterator *it, const bt_message *message)
{
	enum lg_decoded what = lg_decode(it->decoder, message, &it->event, &it->pair);

	if (what == LG_IS_BAD) {
		bt_current_thread_error_append_cause_from_component(it->component, __FILE__,
			__LINE__, "%s", lg_decoder_error(it->decoder));
		it->failed = true;
	}
	if (what != LG_IS_EVENT)
		return false;
	learn_clock(it, message);
	it->now = it->event.ts;
	it->swallowed = false;
	lg_pairing_event(&it->pairing, &it->event);
	it->failed |= it->pairing.failed;
	return it->event.kind == LG_EXIT || (it->event.kind == LG_ENTER && it->swallowed);
}

static void handle(struct iterator *it, const bt_message *message)
{
	if (take(it, message))
		bt_message_put_ref(message);
	else
		push(it, message);
}

static void end(struct iterator *it)
{
	it->ended = true;
	lg_pairing_end(&it->pairing);
	if (it->stream)
		push(it, bt_message_stream_end_create(it->self, it->stream));
}

static bt_message_iterator_class_next_method_status pull(struct iterator *it)
{
	bt_message_array_const messages;
	bt_message_iterator_next_status status;
	uint64_t i, n;

	it->head = it->tail = 0;
	status = bt_message_iterator_next(it->upstream, &messages, &n);
	if (status == BT_MESSAGE_ITERATOR_NEXT_STATUS_END) {
		if (it->ended)
			return BT_MESSAGE_ITERATOR_CLASS_NEXT_METHOD_STATUS_END;
		end(it);
	} else if (status == BT_MESSAGE_ITERATOR_NEXT_STATUS_OK) {
		for (i = 0; i < n; i++)
			handle(it, messages[i]);
	} else {
		return (bt_message_iterator_class_next_method_status)status;
	}
	return it->failed ? BT_MESSAGE_ITERATOR_CLASS_NEXT_METHOD_STATUS_ERROR :
			    BT_MESSAGE_ITERATOR_CLASS_NEXT_METHOD_STATUS_OK;
}

bt_message_iterator_class_next_method_status
lg_pair_next(bt_self_message_iterator *self, bt_message_array_const messages,
	     uint64_t capacity, uint64_t *count)
{
	struct iterator *it = bt_self_message_iterator_get_data(self);
	bt_message_iterator_class_next_method_status status;

	while (it->head == it->tail) {
		if (it->ended)
			return BT_MESSAGE_ITERATOR_CLASS_NEXT_METHOD_STATUS_END;
		status = pull(it);
		if (status)
			return status;
	}
	for (*count = 0; *count < capacity && it->head < it->tail; (*count)++)
		messages[*count] = it->queue[it->head++];
	return BT_MESSAGE_ITERATOR_CLASS_NEXT_METHOD_STATUS_OK;
}

static void free_iterator(struct iterator *it)
{
	while (it->head < it->tail)
		bt_message_put_ref(it->queue[it->head++]);
	free(it->queue);
	bt_message_iterator_put_ref(it->upstream);
	bt_stream_put_ref(it->stream);
	bt_event_class_put_ref(it->event_class);
	bt_trace_class_put_ref(it->trace_class);
	lg_decoder_free(it->decoder);
	lg_pairing_free(&it->pairing);
	lg_loss_free(&it->loss);
	lg_intern_free(&it->names);
	free(it);
}

bt_message_iterator_class_initialize_method_status
lg_pair_start(bt_self_message_iterator *self, bt_self_message_iterator_configuration *config,
	      bt_self_component_port_output *port)
{
	bt_self_component *component = bt_self_message_iterator_borrow_component(self);
	bt_self_component_port_input *input;
	struct iterator *it = calloc(1, sizeof(*it));

	(void)config;
	(void)port;
	if (!it)
		return BT_MESSAGE_ITERATOR_CLASS_INITIALIZE_METHOD_STATUS_MEMORY_ERROR;
	it->self = self;
	it->component = component;
	lg_loss_init(&it->loss, true);
	it->decoder = lg_decoder_new(&it->names, &it->loss);
	lg_pairing_init(&it->pairing, emit, it);
	input = bt_self_component_filter_borrow_input_port_by_index(
		(bt_self_component_filter *)component, 0);
	if (!it->decoder || bt_message_iterator_create_from_message_iterator(
				    self, input, &it->upstream)) {
		free_iterator(it);
		return BT_MESSAGE_ITERATOR_CLASS_INITIALIZE_METHOD_STATUS_ERROR;
	}
	bt_self_message_iterator_set_data(self, it);
	return BT_MESSAGE_ITERATOR_CLASS_INITIALIZE_METHOD_STATUS_OK;
}

void lg_pair_finalize(bt_self_message_iterator *self)
{
	struct iterator *it = bt_self_message_iterator_get_data(self);

	if (it)
		free_iterator(it);
}

bt_component_class_initialize_method_status
lg_pair_init(bt_self_component_filter *self, bt_self_component_filter_configuration *config,
	     const bt_value *params, void *data)
{
	(void)config;
	(void)params;
	(void)data;
	if (bt_self_component_filter_add_input_port(self, "in", NULL, NULL) ||
	    bt_self_component_filter_add_output_port(self, "out", NULL, NULL))
		return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_ERROR;
	return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_OK;
}
