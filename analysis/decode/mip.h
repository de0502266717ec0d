/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The message interchange protocol (MIP) that our components speak: 0, and 1 where Babeltrace has
 * it (from 2.1 on), which a CTF 2 trace needs.  What they use of either is the same.
 */
#ifndef ANALYSIS_DECODE_MIP_H
#define ANALYSIS_DECODE_MIP_H

#include <babeltrace2/babeltrace.h>

static inline uint64_t lg_greatest_mip(void)
{
	return bt_get_maximal_mip_version() >= 1 ? 1 : 0;
}

/* A component class's method, whatever its kind. */
#define LG_MIP_METHOD(name, kind)							\
	static bt_component_class_get_supported_mip_versions_method_status name(	\
		bt_self_component_class_##kind *self, const bt_value *params, void *data, \
		bt_logging_level level, bt_integer_range_set_unsigned *versions)	\
	{										\
		(void)self;								\
		(void)params;								\
		(void)data;								\
		(void)level;								\
		return bt_integer_range_set_unsigned_add_range(versions, 0, lg_greatest_mip()) ? \
			BT_COMPONENT_CLASS_GET_SUPPORTED_MIP_VERSIONS_METHOD_STATUS_MEMORY_ERROR : \
			BT_COMPONENT_CLASS_GET_SUPPORTED_MIP_VERSIONS_METHOD_STATUS_OK;	\
	}

#endif
