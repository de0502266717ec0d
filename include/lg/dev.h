/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dev.h - the contract between a Launcher and the Host: /dev/switchyard.
 *
 * Each open file is at most one Guest.  LG_CREATE makes it; the task that
 * called it is the Guest's owner, and only the owner may LG_RUN it.  Closing the
 * file ends the Guest and releases all it held.  Creation needs CAP_SYS_ADMIN.
 *
 * Every request checks its argument whole before it changes anything; a request
 * that fails has changed nothing.  Errors common to all requests:
 *   EFAULT   the argument cannot be read or written
 *   ENOTTY   no such request (a Launcher built for another interface)
 *   EBADFD   the request needs a Guest and LG_CREATE has not been called
 *   ENODEV   the Guest has been killed; LG_RUN gave the reason
 *
 * Addresses carry their space in their name: _pa Guest-physical, _va
 * Guest-virtual, _hva an address in the Launcher.
 */
#ifndef LG_DEV_H
#define LG_DEV_H

#include <linux/types.h>
#include <linux/ioctl.h>
#include "lg/stay.h"

/* Raised on every change of this header that an old Launcher would notice. */
#define LG_INTERFACE		3

#define LG_NAME_BYTES		24
#define LG_REASON_BYTES		128

enum lg_twin { LG_TWIN_PLAIN, LG_TWIN_PROBED, LG_TWINS };

/* LG_VERSION: what the loaded module is. */
struct lg_version {
	__u32 interface;		/* LG_INTERFACE of the module */
	__u32 region_va;		/* first address that no Guest may map */
	__u32 tsc_khz;			/* 0: the TSC is no clock for a Guest */
	char build[64];			/* commit and build identity, a string */
};

/* LG_VARIANT: variant number `index`; ENOENT past the last. */
struct lg_variant {
	__u32 index;			/* in */
	__u32 twin;			/* in: enum lg_twin */
	char name[LG_NAME_BYTES];	/* out */
	__u32 text_bytes;		/* out: of the Switcher's page */
	__u32 levers;			/* out: LG_LEVER_* */
	char hash[20];			/* out: of the blob's sources, hexadecimal */
};

/*
 * LG_CREATE: make this file a Guest.
 *   EINVAL   interface, an unaligned or empty window, entry outside it, a bad name,
 *            a flag that is not known, a policy that is not, or one without
 *            LG_CREATE_PRIVILEGED
 *   ENOENT   no variant of that name
 *   EPERM    not CAP_SYS_ADMIN
 *   EBUSY    this file is a Guest already; or the variant must not run beside kvm-intel
 *   ENOMEM, EFAULT  the window cannot be pinned (it must be writable)
 *   ENOSPC   more Guests than LG_MAX_GUESTS, or 2^32 since the module was loaded
 *   ENODEV   LG_CREATE_PRIVILEGED, and the Switcher lies where the shared page must be
 * The whole window is pinned until the file is closed, whatever the Launcher
 * maps over it meanwhile.
 */
struct lg_create {
	__u32 interface;		/* LG_INTERFACE this Launcher was built for */
	__u32 twin;			/* enum lg_twin */
	char variant[LG_NAME_BYTES];
	__u64 memory_hva;		/* page-aligned: Guest-physical 0 */
	__u32 memory_pages;
	__u32 device_pages;		/* device window, right above the memory */
	__u32 entry_pa;			/* first EIP */
	__u32 flags;			/* LG_CREATE_* */
	__u32 id;			/* out: the Guest's number, never used again */
};

/*
 * The Guest's kernel speaks to the Host by privileged instructions, which the Host carries
 * out, and not by hypercalls (docs/linux.md).  Its lguest_data is the page at LG_SHARED_VA,
 * and the only hypercalls it has are FLUSH_ASYNC and SHUTDOWN.
 */
#define LG_CREATE_PRIVILEGED	1u

/*
 * What a load of CR3 leaves in the shadow of such a Guest, and how much a page fault fills in:
 * X(NAME, name).  The Guest sees no difference but CPUID's bit PGE.
 *   kept    what is global; and what was filled in from a directory is put away, and is there
 *           again with the directory where the Guest's tables still say the same.  Pages around
 *           that of the fault are filled in with it
 *   global  what is global
 *   flush   nothing: the Guest's CPU has no PGE, so nothing is global
 *   single  as kept, but the page of the fault alone is filled in
 */
#define LG_SHADOW_POLICIES(X)	\
	X(KEPT,   kept)		\
	X(GLOBAL, global)	\
	X(FLUSH,  flush)	\
	X(SINGLE, single)

enum lg_shadow_policy {
#define LG_X(NAME, name) LG_SHADOW_##NAME,
	LG_SHADOW_POLICIES(LG_X)
#undef LG_X
	LG_NR_SHADOW_POLICIES
};

/* In the flags: enum lg_shadow_policy. */
#define LG_CREATE_SHADOW_SHIFT	8
#define LG_CREATE_SHADOW	(0xffu << LG_CREATE_SHADOW_SHIFT)
#define LG_CREATE_FLAGS		(LG_CREATE_PRIVILEGED | LG_CREATE_SHADOW)

#define LG_MAX_GUESTS		256
#define LG_MAX_WINDOW_PAGES	(256u << 8)	/* 256 MiB */

/* Why LG_RUN came back with 0.  A message is one line of printable ASCII: any other byte that the
 * Guest wrote is replaced by '?'. */
enum lg_run_reason {
	LG_RUN_SHUTDOWN = 1,		/* .shutdown: the Guest ended itself */
	LG_RUN_KILLED,			/* .killed: the Host ended it */
	LG_RUN_PORT,			/* .port: IN or OUT on a claimed port */
	LG_RUN_DEVICE,			/* .device: access to the device window */
};

/*
 * LG_RUN: run the Guest until the Launcher is needed.
 *   0        .reason says why
 *   EINTR    a signal is pending, or the kernel has work that it does only on the way to
 *            user space; call again to go on
 *   EPERM    the caller is not the Guest's owner
 * After LG_RUN_PORT the Guest stands behind its IN or OUT; with in = 1 the next LG_RUN
 * reads .value and puts it in the Guest's EAX, so the same structure is passed again.
 * After LG_RUN_DEVICE the Guest still stands at its instruction.  The Launcher decodes
 * .insn, carries it out by LG_GET_REGS and LG_SET_REGS, and moves eip on itself; .value
 * is not used.  A Launcher that only calls LG_RUN again gets the same access again.
 * Only the members that the reason names are written; the rest stays as it was.
 */
struct lg_run {
	__u32 reason;
	__u32 value;			/* OUT: what was written; IN: the answer */
	union {
		struct {
			__u32 how;	/* LG_SHUTDOWN_* of abi.h */
			char message[LG_REASON_BYTES];
		} shutdown;
		struct {
			char message[LG_REASON_BYTES];
		} killed;
		struct {
			__u16 port;
			__u8 width;	/* 1, 2 or 4 bytes */
			__u8 in;
		} port;
		struct {
			__u32 pa;	/* in the device window */
			__u32 va;
			__u8 write;
			__u8 insn_bytes; /* how many of insn are valid */
			__u8 insn[15];
		} device;
	};
};

/* LG_GET_REGS, LG_SET_REGS.  SET passes eflags and selectors through the
 * validators of kmod/check.h; EINVAL if one is refused. */
struct lg_user_regs {
	__u32 eax, ebx, ecx, edx, esi, edi, ebp, esp;
	__u32 eip, eflags;
	__u16 cs, ss, ds, es, fs, gs;
};

/* LG_CLAIM_PORTS: IN and OUT on first .. first+count-1 go to the Launcher;
 * claim = 0 gives them back.  EINVAL past port 65535. */
struct lg_ports {
	__u32 first, count, claim;
};

/* LG_TRAP: inject a trap; the Guest's handler runs on the next LG_RUN.
 * EINVAL if the vector is above 31 or the Guest has no gate for it. */
struct lg_trap {
	__u32 vector, error;
};

/*
 * What the Host did about an exit: X(NAME, name).  Every exit is counted in exactly one class, per
 * CPU and per Guest; `killed` counts Guests, not exits.
 */
#define LG_TRAP_CLASSES(X)				\
	X(HYPERCALL,     hypercall)			\
	X(HOST_IRQ,      host_irq)			\
	X(NMI,           nmi)				\
	X(DEMAND_FILL,   demand_fill)			\
	X(DEVICE,        device)			\
	X(PF_REFLECTED,  pf_reflected)			\
	X(IO_EMULATED,   io_emulated)			\
	X(IO_LAUNCHER,   io_launcher)			\
	X(GP_REFLECTED,  gp_reflected)			\
	X(NM_RESTORED,   nm_restored)			\
	X(NM_REFLECTED,  nm_reflected)			\
	X(SYSCALL,       syscall)			\
	X(OTHER,         other)				\
	X(SWITCHER_FAULT, switcher_fault)		\
	X(KILLED,        killed)			\
	X(PRIVILEGED,    privileged)

enum lg_trap_class {
#define LG_X(NAME, name) LG_CLASS_##NAME,
	LG_TRAP_CLASSES(LG_X)
#undef LG_X
	LG_CLASSES
};

/* Why copy-in copied, or did not: X(NAME, name).  Every switch is counted in exactly one; reentry:
 * there was no copy-in, since the Guest went straight back in (lever fast_reentry). */
#define LG_COPY_REASONS(X)				\
	X(HIT,         hit)				\
	X(FIRST_RUN,   first_run)			\
	X(OTHER_GUEST, other_guest)			\
	X(OTHER_CPU,   other_cpu)			\
	X(BITS,        bits)				\
	X(REENTRY,     reentry)

enum lg_copy_reason {
#define LG_X(NAME, name) LG_COPY_##NAME,
	LG_COPY_REASONS(LG_X)
#undef LG_X
	LG_COPIES
};

/*
 * Exits of class `privileged` by instruction: X(NAME, name).  Each is counted in just one.
 * port: a port that no Launcher has claimed; retry: none was carried out, since the Host had read
 * one of the Guest's tables again and the Guest tries once more.
 */
#define LG_PRIVILEGED_INSNS(X)				\
	X(RETRY,         retry)				\
	X(POP_SS,        pop_ss)			\
	X(MOV_SEGMENT,   mov_segment)			\
	X(LSS,           lss)				\
	X(IRET,          iret)				\
	X(HLT,           hlt)				\
	X(CLI,           cli)				\
	X(STI,           sti)				\
	X(CPUID,         cpuid)				\
	X(PORT,          port)				\
	X(GROUP6,        lldt_ltr)			\
	X(GROUP7,        lgdt_lidt_lmsw)		\
	X(INVLPG,        invlpg)			\
	X(CLTS,          clts)				\
	X(CACHES,        invd_wbinvd)			\
	X(MOV_FROM_CR,   mov_from_cr)			\
	X(MOV_TO_CR,     mov_to_cr)			\
	X(MOV_TO_CR3,    mov_to_cr3)			\
	X(MOV_FROM_DR,   mov_from_dr)			\
	X(MOV_TO_DR,     mov_to_dr)

enum lg_privileged_insn {
#define LG_X(NAME, name) LG_PRIVILEGED_##NAME,
	LG_PRIVILEGED_INSNS(LG_X)
#undef LG_X
	LG_NR_PRIVILEGED_INSNS
};

/* LG_COUNTERS: this Guest's always-on counters. */
struct lg_counters {
	__u64 switches;			/* world switches (a round trip is one) */
	__u64 classes[LG_CLASSES];
	__u64 copies[LG_COPIES];
	__u64 insns[LG_NR_PRIVILEGED_INSNS];
	__u64 stays[LG_STAYS];		/* no switches; the Guest's word (stay.h) */
};

#define LG_IOC			0xb7
#define LG_VERSION		_IOR(LG_IOC, 0, struct lg_version)
#define LG_VARIANT		_IOWR(LG_IOC, 1, struct lg_variant)
#define LG_CREATE		_IOWR(LG_IOC, 2, struct lg_create)
#define LG_RUN			_IOWR(LG_IOC, 3, struct lg_run)
#define LG_GET_REGS		_IOR(LG_IOC, 4, struct lg_user_regs)
#define LG_SET_REGS		_IOW(LG_IOC, 5, struct lg_user_regs)
#define LG_RAISE_IRQ		_IO(LG_IOC, 6)	/* argument: irq 0..31, else EINVAL */
#define LG_TRAP			_IOW(LG_IOC, 7, struct lg_trap)
#define LG_CLAIM_PORTS		_IOW(LG_IOC, 8, struct lg_ports)
#define LG_COUNTERS		_IOR(LG_IOC, 9, struct lg_counters)

#endif
