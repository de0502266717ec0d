/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cr3_only - no LGDT, LIDT or LTR: the CR3 load alone changes the tables.
 *
 * The Guest's IDT, GDT and TSS are mapped, read-only, at the very linear addresses where
 * this CPU's Host tables lie (lever alias_tables), so GDTR, IDTR and TR keep their values
 * and mean the Host's tables under the Host's CR3 and the Guest's under the Guest's.  An
 * NMI always meets the IDT that belongs to the live page tables.
 *
 * What must hold: no global entry maps the CPU entry area (PGE is off), or a CPU would
 * keep the Host's; every accessed and busy bit is set already, since nothing may be
 * written; the TSS's first page is all that is mapped, with its I/O bitmap out of reach.
 * docs/variants.md says what could differ on silicon.
 *
 * `stacked` includes this file with a name and levers of its own.
 */
#ifndef LG_VARIANT
#define LG_VARIANT		cr3_only
#define LG_VARIANT_LEVERS	LG_LEVER_ALIAS_TABLES
#endif

.macro STEP_TABLES_OUT
.endm
#define STEP_TABLES_OUT		STEP_TABLES_OUT
.macro STEP_TR_OUT
.endm
#define STEP_TR_OUT		STEP_TR_OUT
.macro STEP_TABLES_IN
.endm
#define STEP_TABLES_IN		STEP_TABLES_IN
.macro STEP_TR_IN
.endm
#define STEP_TR_IN		STEP_TR_IN
.macro STEP_TABLES_BACK
.endm
#define STEP_TABLES_BACK	STEP_TABLES_BACK

#include "../body.S"
