/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load.c - a Guest's file into its memory: a static i386 ELF (each PT_LOAD at its
 * physical address) or a bzImage (the protected-mode part at 1 MiB), and the
 * boot_params page of Linux's boot protocol at physical 0.
 *
 * Offsets into boot_params are those of "The Linux/x86 Boot Protocol", section
 * "The Real-Mode Kernel Header", and of "Zero Page".
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "load.h"
#include "memory.h"

#define BZIMAGE_MAGIC_AT	0x202
#define BZIMAGE_MAGIC		"HdrS"
#define BZIMAGE_PA		0x100000u
#define KEEP_SEGMENTS		0x40
#define SUBARCH_PC		0
#define SUBARCH_LGUEST		1
/* A PC's memory without the ranges of its BIOS and its cards. */
#define PC_LOW_END		0x9f000u
#define PC_HIGH			0x100000u
#define VERSION_XLOADFLAGS	0x20c
#define XLF_KERNEL_64		1

/* Fields of boot_params that the boot table names. */
enum {
	BP_E820_ENTRIES = 0x1e8, BP_SETUP_SECTS = 0x1f1, BP_VERSION = 0x206, BP_XLOADFLAGS = 0x236,
	BP_TYPE_OF_LOADER = 0x210, BP_LOADFLAGS = 0x211, BP_CODE32_START = 0x214,
	BP_RAMDISK_IMAGE = 0x218, BP_RAMDISK_SIZE = 0x21c, BP_CMD_LINE_PTR = 0x228,
	BP_KERNEL_ALIGNMENT = 0x230, BP_HARDWARE_SUBARCH = 0x23c, BP_E820 = 0x2d0,
};

struct file {
	const char *path;
	const uint8_t *bytes;
	size_t size;
};

static struct file map_file(const char *path)
{
	struct file f = { .path = path };
	struct stat stat;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &stat))
		die(END_USAGE, "%s: %s", path, strerror(errno));
	if (!S_ISREG(stat.st_mode) || !stat.st_size)
		die(END_USAGE, "%s: not a Guest: an empty or special file", path);
	f.size = stat.st_size;
	f.bytes = mmap(NULL, f.size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (f.bytes == MAP_FAILED)
		die(END_USAGE, "%s: %s", path, strerror(errno));
	close(fd);
	return f;
}

static void put16(struct machine *m, uint32_t pa, uint16_t value)
{
	memcpy(m->memory + pa, &value, 2);
}

static void put32(struct machine *m, uint32_t pa, uint32_t value)
{
	memcpy(m->memory + pa, &value, 4);
}

static void note_end(struct machine *m, uint32_t end)
{
	if (end > m->loaded_end)
		m->loaded_end = end;
}

static void load_segment(struct machine *m, const struct file *f, const GElf_Phdr *ph)
{
	uint8_t *to;

	if (ph->p_offset > f->size || ph->p_filesz > f->size - ph->p_offset ||
	    ph->p_filesz > ph->p_memsz)
		die(END_USAGE, "%s: truncated: a segment lies past its end", f->path);
	to = ph->p_paddr > UINT32_MAX || ph->p_memsz > UINT32_MAX
		? NULL : guest_range(m, ph->p_paddr, ph->p_memsz);
	if (!to)
		die(END_USAGE, "%s: does not fit the Guest's %u MiB: give it more with --mem",
		    f->path, m->bytes >> 20);
	memcpy(to, f->bytes + ph->p_offset, ph->p_filesz);
	note_end(m, ph->p_paddr + ph->p_memsz);
}

static void check_elf(const struct file *f, Elf *elf, GElf_Ehdr *eh)
{
	if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, eh) ||
	    eh->e_ident[EI_CLASS] != ELFCLASS32 || eh->e_machine != EM_386)
		die(END_USAGE, "%s: not an i386 ELF file", f->path);
	if (eh->e_type != ET_EXEC)
		die(END_USAGE, "%s: not a static executable: link it without -pie", f->path);
}

static void load_elf(struct machine *m, const struct file *f)
{
	GElf_Ehdr eh;
	GElf_Phdr ph;
	size_t n = 0, loaded = 0;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory((char *)f->bytes, f->size);
	check_elf(f, elf, &eh);
	if (elf_getphdrnum(elf, &n))
		n = 0;
	for (size_t i = 0; i < n; i++) {
		if (!gelf_getphdr(elf, i, &ph))
			die(END_USAGE, "%s: truncated: its program headers are past its end",
			    f->path);
		if (ph.p_type != PT_LOAD || !ph.p_memsz)
			continue;
		load_segment(m, f, &ph);
		loaded++;
	}
	if (!loaded || eh.e_entry >= m->bytes)
		die(END_USAGE, "%s: nothing to load, or its entry lies outside memory", f->path);
	m->entry_pa = eh.e_entry;
	elf_end(elf);
}

static bool is_bzimage(const struct file *f)
{
	return f->size > BP_XLOADFLAGS + 2 &&
	       !memcmp(f->bytes + BZIMAGE_MAGIC_AT, BZIMAGE_MAGIC, 4);
}

static uint16_t get16(const struct file *f, unsigned int at)
{
	return f->bytes[at] | f->bytes[at + 1] << 8;
}

static void load_bzimage(struct machine *m, const struct file *f)
{
	size_t setup = (f->bytes[BP_SETUP_SECTS] + 1) * 512;
	uint8_t *to;

	if (get16(f, BP_VERSION) >= VERSION_XLOADFLAGS &&
	    get16(f, BP_XLOADFLAGS) & XLF_KERNEL_64)
		die(END_USAGE, "%s: a 64-bit kernel: a Guest's has 32 bits", f->path);
	if (setup >= f->size)
		die(END_USAGE, "%s: truncated: its set-up code is past its end", f->path);
	to = guest_range(m, BZIMAGE_PA, f->size - setup);
	if (!to)
		die(END_USAGE, "%s: does not fit the Guest's %u MiB: give it more with --mem",
		    f->path, m->bytes >> 20);
	memcpy(to, f->bytes + setup, f->size - setup);
	note_end(m, BZIMAGE_PA + f->size - setup);
	memcpy(&m->entry_pa, f->bytes + BP_CODE32_START, 4);
	if (m->entry_pa >= m->bytes)
		die(END_USAGE, "%s: its code32_start lies outside memory", f->path);
}

/* The initrd goes to the last pages of memory, page-aligned, above what is loaded. */
static void load_initrd(struct machine *m, const char *path)
{
	struct file f = map_file(path);
	uint32_t pages = (f.size + 4095) / 4096, pa;

	if (f.size >= m->bytes / 2 || m->bytes - pages * 4096 < m->loaded_end)
		die(END_USAGE, "%s: does not fit the Guest's %u MiB: give it more with --mem",
		    path, m->bytes >> 20);
	pa = m->bytes - pages * 4096;
	memcpy(m->memory + pa, f.bytes, f.size);
	put32(m, LG_BOOT_PARAMS_PA + BP_RAMDISK_IMAGE, pa);
	put32(m, LG_BOOT_PARAMS_PA + BP_RAMDISK_SIZE, f.size);
	m->memory[LG_BOOT_PARAMS_PA + BP_TYPE_OF_LOADER] = 0xff;
	munmap((void *)f.bytes, f.size);
}

/* The n-th stretch of RAM (type 1). */
static void put_ram(struct machine *m, unsigned int n, uint32_t from, uint32_t to)
{
	uint32_t e820 = LG_BOOT_PARAMS_PA + BP_E820 + n * 20;

	put32(m, e820, from);
	put32(m, e820 + 8, to - from);
	put32(m, e820 + 16, 1);
	m->memory[LG_BOOT_PARAMS_PA + BP_E820_ENTRIES] = n + 1;
}

/* Linux ignores a map of fewer than two entries. */
static void put_memory_map(struct machine *m, bool is_linux)
{
	if (!is_linux) {
		put_ram(m, 0, 0, m->bytes);
		return;
	}
	put_ram(m, 0, 0, PC_LOW_END);
	put_ram(m, 1, PC_HIGH, m->bytes);
}

static void boot_params(struct machine *m, const struct settings *s, const char *cmdline)
{
	put_memory_map(m, s->is_linux);
	put32(m, LG_BOOT_PARAMS_PA + BP_CMD_LINE_PTR, LG_CMDLINE_PA);
	put32(m, LG_BOOT_PARAMS_PA + BP_KERNEL_ALIGNMENT, 0x1000000);
	put16(m, LG_BOOT_PARAMS_PA + BP_VERSION, 0x207);
	put32(m, LG_BOOT_PARAMS_PA + BP_HARDWARE_SUBARCH,
	      s->is_linux ? SUBARCH_PC : SUBARCH_LGUEST);
	m->memory[LG_BOOT_PARAMS_PA + BP_LOADFLAGS] |= KEEP_SEGMENTS;
	memcpy(m->memory + LG_CMDLINE_PA, cmdline, strlen(cmdline) + 1);
}

/*
 * A kernel that was not assembled with guests/linux/sensitive.S would run with interrupts
 * that it cannot turn off.  One that was stores 0 to irq_enabled in hundreds of places; in a
 * compressed one it cannot be seen.
 */
static void check_macros(const struct file *f)
{
	static const uint8_t cli[] = { 0x36, 0xc7, 0x05, LG_SHARED_IRQ_ENABLED & 0xff,
				       LG_SHARED_IRQ_ENABLED >> 8 & 0xff,
				       LG_SHARED_IRQ_ENABLED >> 16 & 0xff,
				       LG_SHARED_IRQ_ENABLED >> 24, 0, 0, 0, 0 };

	if (!memmem(f->bytes, f->size, cli, sizeof(cli)))
		die(END_USAGE,
		    "%s: not built with guests/linux/sensitive.S, so it cannot turn interrupts "
		    "off: see docs/linux.md",
		    f->path);
}

/* A kernel with page tables of three levels cannot be a Guest.  Its symbols name the second
 * level. */
static void check_pae(const struct file *f)
{
	static const char name[] = "initial_pg_pmd";

	if (memmem(f->bytes, f->size, name, sizeof(name)))
		die(END_USAGE, "%s: a kernel with PAE: configure it without (CONFIG_X86_PAE)",
		    f->path);
}

void load_guest(struct machine *m, const struct settings *s, const char *cmdline)
{
	struct file f = map_file(s->file);

	m->loaded_end = 0;
	if (is_bzimage(&f))
		load_bzimage(m, &f);
	else
		load_elf(m, &f);
	if (s->is_linux && !is_bzimage(&f)) {
		check_pae(&f);
		check_macros(&f);
	}
	boot_params(m, s, cmdline);
	if (s->initrd)
		load_initrd(m, s->initrd);
	munmap((void *)f.bytes, f.size);
}
