/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Methods of the component classes that the babeltrace2 plugin offers. */
#ifndef ANALYSIS_PLUGIN_PLUGIN_H
#define ANALYSIS_PLUGIN_PLUGIN_H

#include <babeltrace2/babeltrace.h>

#define LG_INIT(name) \
	bt_component_class_initialize_method_status name( \
		bt_self_component_sink *self, bt_self_component_sink_configuration *config, \
		const bt_value *params, void *data)

LG_INIT(lg_exits_init);
LG_INIT(lg_csv_init);
LG_INIT(lg_check_init);
LG_INIT(lg_cpu_states_init);
bt_component_class_sink_consume_method_status lg_sink_consume(bt_self_component_sink *self);
bt_component_class_sink_graph_is_configured_method_status
lg_sink_configured(bt_self_component_sink *self);
void lg_sink_finalize(bt_self_component_sink *self);

bt_component_class_initialize_method_status
lg_pair_init(bt_self_component_filter *self, bt_self_component_filter_configuration *config,
	     const bt_value *params, void *data);
bt_message_iterator_class_initialize_method_status
lg_pair_start(bt_self_message_iterator *self, bt_self_message_iterator_configuration *config,
	      bt_self_component_port_output *port);
bt_message_iterator_class_next_method_status
lg_pair_next(bt_self_message_iterator *self, bt_message_array_const messages,
	     uint64_t capacity, uint64_t *count);
void lg_pair_finalize(bt_self_message_iterator *self);

#endif
