/* SPDX-License-Identifier: GPL-2.0 */
/*
 * check.h - the validators: pure functions from what a Guest or Launcher asked for
 * to what the CPU may be given.
 *
 * They touch no memory but their arguments and know nothing of the kernel, so that
 * tests/unit runs them in user space over the whole attribute space, under
 * sanitizers.  docs/promises.md describes the rules they enforce.
 */
#ifndef KMOD_CHECK_H
#define KMOD_CHECK_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stdint.h>
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
#endif
#include "lg/abi.h"
#include "layout.h"

/* EFLAGS bits (Intel SDM 1, "EFLAGS Register"). */
#define LG_FLAG_CF	0x00000001u
#define LG_FLAG_FIXED	0x00000002u
#define LG_FLAG_PF	0x00000004u
#define LG_FLAG_AF	0x00000010u
#define LG_FLAG_ZF	0x00000040u
#define LG_FLAG_SF	0x00000080u
#define LG_FLAG_TF	0x00000100u
#define LG_FLAG_IF	0x00000200u
#define LG_FLAG_DF	0x00000400u
#define LG_FLAG_OF	0x00000800u
#define LG_FLAG_NT	0x00004000u
#define LG_FLAG_AC	0x00040000u
#define LG_FLAG_ID	0x00200000u

/* What a Guest may own: arithmetic, direction, alignment, CPUID, single step. */
#define LG_FLAGS_ALLOWED	(LG_FLAG_CF | LG_FLAG_PF | LG_FLAG_AF | LG_FLAG_ZF | \
				 LG_FLAG_SF | LG_FLAG_TF | LG_FLAG_DF | LG_FLAG_OF | \
				 LG_FLAG_AC | LG_FLAG_ID)

/*
 * Rule 1: the flags that enter a Guest.  IF is on, or a Guest could keep the Host
 * from its interrupts; IOPL is 0, or it could use any port; VM, NT, RF, VIF and VIP
 * are off, or the iret would do something else than return.
 */
static inline u32 lg_check_flags(u32 flags)
{
	return (flags & LG_FLAGS_ALLOWED) | LG_FLAG_FIXED | LG_FLAG_IF;
}

/* Descriptor bits, in the high word (Intel SDM 3A, "Segment Descriptors"). */
#define LG_DESC_ACCESSED	0x00000100u
#define LG_DESC_S		0x00001000u
#define LG_DESC_DPL		0x00006000u
#define LG_DESC_DPL1		0x00002000u
#define LG_DESC_P		0x00008000u

/*
 * Rule 2: a descriptor for the running GDT.  Absent ones become zero.  System
 * descriptors (S = 0: gates, TSS, LDT) are refused: a call gate alone reaches ring 0,
 * even from a read-only table.  DPL 0 becomes 1.  Accessed is set, or the CPU would
 * write the read-only table on first use and fault.
 * Returns false for a refused descriptor; *fixed is then zero.
 */
static inline bool lg_check_descriptor(u32 low, u32 high, u64 *fixed)
{
	*fixed = 0;
	if (!(high & LG_DESC_P))
		return true;
	if (!(high & LG_DESC_S))
		return false;
	if (!(high & LG_DESC_DPL))
		high |= LG_DESC_DPL1;
	high |= LG_DESC_ACCESSED;
	*fixed = (u64)high << 32 | low;
	return true;
}

/*
 * The same for an entry of the LDT's copy, where a refused one is absent.  An absent segment
 * stays as it is, since LAR and LSL show it, and a load of it has a fault of its own (#NP).
 */
static inline void lg_check_ldt_descriptor(u32 low, u32 high, u64 *fixed)
{
	if (high & LG_DESC_S && !(high & LG_DESC_P))
		*fixed = (u64)high << 32 | low;
	else
		lg_check_descriptor(low, high, fixed);
}

static inline bool lg_is_present(u64 descriptor)
{
	return descriptor >> 32 & LG_DESC_P;
}

#define LG_DESC_TYPE		0x00001f00u	/* with the S bit */
#define LG_DESC_LDT		0x00000200u
#define LG_DESC_TSS_FREE	0x00000900u	/* a 32-bit TSS that is not busy */
#define LG_DESC_G		0x00800000u	/* the limit counts pages */

#define LG_DESC_CODE		0x00000800u	/* of a segment: else data */
#define LG_DESC_CONFORMING	0x00000400u	/* of code */
#define LG_DESC_RW		0x00000200u	/* code: readable; data: writable */

static inline u32 lg_descriptor_dpl(u64 descriptor)
{
	return (u32)(descriptor >> 32) >> 13 & 3;
}

/* The base of a segment descriptor. */
static inline u32 lg_descriptor_base(u64 descriptor)
{
	return (u32)(descriptor >> 16 & 0xffffff) | (u32)(descriptor >> 56) << 24;
}

/* The last offset that a descriptor reaches. */
static inline u32 lg_descriptor_limit(u64 descriptor)
{
	u32 limit = (descriptor & 0xffff) | (u32)(descriptor >> 32 & 0x000f0000);

	return (u32)(descriptor >> 32) & LG_DESC_G ? limit << 12 | 0xfff : limit;
}

/*
 * Whether DS, ES, FS or GS may be loaded with `selector`, whose entry in the running GDT or
 * LDT is `descriptor`, 0 beyond the table's end.  The Switcher loads them at ring 0, where only
 * the selector's own ring is weighed; a selector that fails there ends the Guest.
 */
static inline bool lg_check_data_selector(u32 selector, u64 descriptor)
{
	u32 high = descriptor >> 32;

	if (!(selector & ~3u))
		return true;
	if (selector > 0xffff || !(high & LG_DESC_P) || !(high & LG_DESC_S))
		return false;
	if (high & LG_DESC_CODE && !(high & LG_DESC_RW))
		return false;
	return (high & LG_DESC_CODE && high & LG_DESC_CONFORMING) ||
	       (selector & 3) <= lg_descriptor_dpl(descriptor);
}

/* Whether SS of ring 1 may be loaded with `selector`: writable data of that ring. */
static inline bool lg_check_stack_selector(u32 selector, u64 descriptor)
{
	u32 high = descriptor >> 32;

	return !(selector & 4) && selector >= 8 && selector / 8 < LG_GDT_ENTRIES &&
	       (high & LG_DESC_P) && (high & LG_DESC_S) && !(high & LG_DESC_CODE) &&
	       (high & LG_DESC_RW) && lg_descriptor_dpl(descriptor) == 1;
}

/* GDT entries that no Guest value ever reaches: the Switcher's two, the TSS, the
 * double-fault TSS. */
static inline bool lg_gdt_entry_reserved(u32 index)
{
	return index == LG_SWITCHER_CS_ENTRY || index == LG_SWITCHER_DS_ENTRY ||
	       index == LG_TSS_ENTRY || index == LG_DOUBLE_FAULT_ENTRY;
}

enum lg_gate { LG_GATE_ABSENT, LG_GATE_INTERRUPT, LG_GATE_TRAP, LG_GATE_BAD };

/* What kind of gate a Guest asked for: absent, interrupt (0xE), trap (0xF), or bad. */
static inline enum lg_gate lg_check_gate(u32 high)
{
	u32 type = high >> 8 & 0x1f;

	if (!(high & LG_DESC_P))
		return LG_GATE_ABSENT;
	if (type == 0xe)
		return LG_GATE_INTERRUPT;
	return type == 0xf ? LG_GATE_TRAP : LG_GATE_BAD;
}

/* Vectors for which the CPU pushes an error code.  `int n` pushes none, so a gate
 * that it could reach would let a Guest shift the frame (rule 5). */
static inline bool lg_vector_has_error(u32 vector)
{
	return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17;
}

/* Vectors whose gate is always the Host's own. */
static inline bool lg_vector_host_owned(u32 vector, u32 syscall_vector)
{
	return vector == 2 || vector == 8 || vector == 18 ||
	       (vector >= 32 && vector != syscall_vector);
}

/* Vectors that may go to the Guest without an exit, given a trap gate.  Not an
 * alignment check (17): where the Guest's code segment is of ring 3 or conforming its frame
 * goes to a stack of ring 3, and if that is unaligned the push raises the next, within the
 * same instruction and for ever; neither an interrupt nor an NMI ends that on silicon. */
static inline bool lg_vector_direct(u32 vector, u32 syscall_vector)
{
	if (lg_vector_host_owned(vector, syscall_vector))
		return false;
	return vector != 1 && vector != 7 && vector != 13 && vector != 14 &&
	       vector != 17 && vector != LG_HYPERCALL_VECTOR;
}

/* The DPL of the live gate: the Guest's own, so that its `int3` works from ring 3,
 * but 0 where `int n` must not reach. */
static inline u32 lg_gate_dpl(u32 vector, u32 guest_high)
{
	return lg_vector_has_error(vector) ? 0 : guest_high & LG_DESC_DPL;
}

/* A code selector to return to: ring 1 or 3, from the GDT. */
static inline bool lg_check_code_selector(u32 selector)
{
	u32 ring = selector & 3;

	return (ring == 1 || ring == 3) && !(selector & 4) && selector >= 8 &&
	       selector < 256;
}

/* A Guest range [pa, pa + bytes) inside memory of `limit` bytes, without wrap. */
static inline bool lg_check_range(u32 pa, u32 bytes, u32 limit)
{
	return pa < limit && bytes <= limit - pa;
}

/* Rule 15: a byte of a Guest's text as it may stand in a line of a trace, a log or a
 * terminal: printable ASCII is itself, everything else '?'. */
static inline u8 lg_clean_byte(u8 byte)
{
	return byte >= ' ' && byte <= '~' ? byte : '?';
}

/* The same of a string of at most `bytes` bytes, its NUL included: `from` may lack one, `to`,
 * which has as much room, has one.  `bytes` is not 0. */
static inline void lg_clean_text(char *to, const char *from, u32 bytes)
{
	u32 i;

	for (i = 0; i + 1 < bytes && from[i]; i++)
		to[i] = lg_clean_byte(from[i]);
	to[i] = '\0';
}

/* Page-table bits. */
#define LG_PTE_PRESENT	0x001u
#define LG_PTE_RW	0x002u
#define LG_PTE_USER	0x004u
#define LG_PTE_ACCESSED	0x020u
#define LG_PTE_DIRTY	0x040u
#define LG_PTE_PSE	0x080u
#define LG_PTE_FRAME	0xfffff000u
#define LG_PTE_LOW	0x00000fffu

/* A present Guest directory entry that may be followed: no flag but present, rw,
 * user, accessed, dirty, and the page table inside memory. */
static inline bool lg_check_gpde(u32 gpde, u32 limit)
{
	u32 allowed = LG_PTE_PRESENT | LG_PTE_RW | LG_PTE_USER | LG_PTE_ACCESSED |
		      LG_PTE_DIRTY;

	return !(gpde & LG_PTE_LOW & ~allowed) && (gpde & LG_PTE_FRAME) < limit;
}

/* A present Guest page-table entry that names memory or the device window:
 * frames in [0, limit + device bytes); the bit of PSE is PAT here and refused. */
static inline bool lg_check_gpte(u32 gpte, u32 frames, u32 device_frames)
{
	return !(gpte & LG_PTE_PSE) && gpte >> 12 < frames + device_frames;
}

#endif
