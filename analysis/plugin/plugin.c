/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Babeltrace 2 plugin "lg": filter.lg.pair, sink.lg.exits, .csv, .check, .cpu_state.
 *
 *	babeltrace2 --plugin-path=DIR TRACE --component=sink.lg.exits
 *
 * The sinks end in an error, and so does babeltrace2, when an event is missing.
 * Parameters: by="exit,number,hypercall,guest,cpu", variant=, twin=, exit= (only these),
 * unit=, window=yes (a snapshot: no marks are expected), path= (exits, csv; cpu_state needs it).
 */
#include "plugin.h"
#include "analysis/decode/mip.h"

LG_MIP_METHOD(sink_versions, sink)
LG_MIP_METHOD(filter_versions, filter)

/* Babeltrace must see the descriptors even when all other symbols are hidden. */
#pragma GCC visibility push(default)
BT_PLUGIN_MODULE();
BT_PLUGIN(lg);
#pragma GCC visibility pop
BT_PLUGIN_DESCRIPTION("World switches of Switchyard: pairing, exit table, loss check");
BT_PLUGIN_LICENSE("GPL-2.0-or-later");

BT_PLUGIN_SINK_COMPONENT_CLASS(exits, lg_sink_consume);
BT_PLUGIN_SINK_COMPONENT_CLASS_DESCRIPTION(exits, "Table of exits, samples, time and quantiles");
BT_PLUGIN_SINK_COMPONENT_CLASS_INITIALIZE_METHOD(exits, lg_exits_init);
BT_PLUGIN_SINK_COMPONENT_CLASS_FINALIZE_METHOD(exits, lg_sink_finalize);
BT_PLUGIN_SINK_COMPONENT_CLASS_GRAPH_IS_CONFIGURED_METHOD(exits, lg_sink_configured);
BT_PLUGIN_SINK_COMPONENT_CLASS_GET_SUPPORTED_MIP_VERSIONS_METHOD(exits, sink_versions);

BT_PLUGIN_SINK_COMPONENT_CLASS(csv, lg_sink_consume);
BT_PLUGIN_SINK_COMPONENT_CLASS_DESCRIPTION(csv, "One CSV line for each world switch");
BT_PLUGIN_SINK_COMPONENT_CLASS_INITIALIZE_METHOD(csv, lg_csv_init);
BT_PLUGIN_SINK_COMPONENT_CLASS_FINALIZE_METHOD(csv, lg_sink_finalize);
BT_PLUGIN_SINK_COMPONENT_CLASS_GRAPH_IS_CONFIGURED_METHOD(csv, lg_sink_configured);
BT_PLUGIN_SINK_COMPONENT_CLASS_GET_SUPPORTED_MIP_VERSIONS_METHOD(csv, sink_versions);

BT_PLUGIN_SINK_COMPONENT_CLASS(check, lg_sink_consume);
BT_PLUGIN_SINK_COMPONENT_CLASS_DESCRIPTION(check, "Is every event of the recording there?");
BT_PLUGIN_SINK_COMPONENT_CLASS_INITIALIZE_METHOD(check, lg_check_init);
BT_PLUGIN_SINK_COMPONENT_CLASS_FINALIZE_METHOD(check, lg_sink_finalize);
BT_PLUGIN_SINK_COMPONENT_CLASS_GRAPH_IS_CONFIGURED_METHOD(check, lg_sink_configured);
BT_PLUGIN_SINK_COMPONENT_CLASS_GET_SUPPORTED_MIP_VERSIONS_METHOD(check, sink_versions);

BT_PLUGIN_SINK_COMPONENT_CLASS(cpu_state, lg_sink_consume);
BT_PLUGIN_SINK_COMPONENT_CLASS_DESCRIPTION(cpu_state,
					   "A trace of where each CPU is: Host, Switcher, Guest");
BT_PLUGIN_SINK_COMPONENT_CLASS_INITIALIZE_METHOD(cpu_state, lg_cpu_states_init);
BT_PLUGIN_SINK_COMPONENT_CLASS_FINALIZE_METHOD(cpu_state, lg_sink_finalize);
BT_PLUGIN_SINK_COMPONENT_CLASS_GRAPH_IS_CONFIGURED_METHOD(cpu_state, lg_sink_configured);
BT_PLUGIN_SINK_COMPONENT_CLASS_GET_SUPPORTED_MIP_VERSIONS_METHOD(cpu_state, sink_versions);

BT_PLUGIN_FILTER_COMPONENT_CLASS(pair, lg_pair_next);
BT_PLUGIN_FILTER_COMPONENT_CLASS_DESCRIPTION(pair, "An exit and the next enter become one event");
BT_PLUGIN_FILTER_COMPONENT_CLASS_INITIALIZE_METHOD(pair, lg_pair_init);
BT_PLUGIN_FILTER_COMPONENT_CLASS_GET_SUPPORTED_MIP_VERSIONS_METHOD(pair, filter_versions);
BT_PLUGIN_FILTER_COMPONENT_CLASS_MESSAGE_ITERATOR_CLASS_INITIALIZE_METHOD(pair, lg_pair_start);
BT_PLUGIN_FILTER_COMPONENT_CLASS_MESSAGE_ITERATOR_CLASS_FINALIZE_METHOD(pair, lg_pair_finalize);
