/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel modules, ours and LTTng's, put in and taken out by libkmod. */
#ifndef SESSION_MODULES_H
#define SESSION_MODULES_H

#include <stdbool.h>

/* True if a module of that name ("lttng_tracer") is in the kernel. */
bool module_loaded(const char *name);

/* Put in an installed module and all it needs.  Prints what went wrong. */
bool module_load_installed(const char *name);

/*
 * Put in the module of a file, or, where there is no such file, the installed module of that name,
 * as modprobe does.  One that is loaded already is accepted only if it is the same build.  Prints
 * what went wrong, with the kernel's own reason.
 */
bool module_load_file(const char *path);
/* The same with options for it ("a=1 b=c"); a module that is loaded already ignores them. */
bool module_load_with(const char *path, const char *options);

/* Take a module out; true too if it was not there. */
bool module_unload(const char *name);

/* Take LTTng's tracer out, with the ring-buffer clients that sit on it. */
bool module_unload_tracer(void);

#endif
