/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * row [SAMPLES]: the cost of the operations that our benchmarks measure, under KVM, on the same
 * machine by the same counter: a well-known baseline.  A tiny guest, 32 bits, flat, without paging
 * of its own, reads the TSC before and after each of them:
 *
 *	kvm_noop		nothing: the two readings, which are subtracted
 *	kvm_hypercall		a hypercall that KVM does not know, answered by the kernel
 *	kvm_cpuid		CPUID, which always exits
 *	kvm_in_kernel		IN from the interrupt controller, which is in the kernel
 *	kvm_in_user		IN from a port that this program handles
 *	kvm_page_fault		a read of a page that the host has mapped, but not yet for the guest
 *
 * CSV on standard output: series,index,value.  Exit status: 0; 2 usage; 3 no KVM here; 4 the
 * guest did something else.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define CODE_PA		0x10000u
#define RESULTS_PA	0x20000u
#define PAGES_PA	0x400000u	/* from here on, one for each sample */
#define MOST_SAMPLES	300u
/* KVM fills in the neighbours of a page too, so samples lie this far apart. */
#define STRIDE_BYTES	32768
#define MEMORY_BYTES	(PAGES_PA + (MOST_SAMPLES + 1) * STRIDE_BYTES)
#define TEXT_(x)	#x
#define TEXT(x)		TEXT_(x)
#define STRIDE		TEXT(STRIDE_BYTES)
#define PORT_USER	0x80
#define PORT_END	0xf5

/*
 * A loop for each operation: ecx = samples, ebx = the first page, edi = where the results
 * go.  They are position-independent and are copied to CODE_PA.
 */
#define LOOP(name, operation)						\
	"kvm_" name "_code:\n"						\
	"1:\trdtsc\n\t"							\
	"movl %eax, %ebp\n\t"						\
	operation "\n\t"						\
	"rdtsc\n\t"							\
	"subl %ebp, %eax\n\t"						\
	"stosl\n\t"							\
	"addl $" STRIDE ", %ebx\n\t"						\
	"decl %ecx\n\t"							\
	"jnz 1b\n\t"							\
	"outb %al, $0xf5\n"

/* CPUID clobbers what the loop needs. */
asm(".pushsection .rodata\n"
    "kvm_code:\n"
    LOOP("noop", "")
    LOOP("vmmcall", "movl $-1, %eax\n\tvmmcall")
    LOOP("vmcall", "movl $-1, %eax\n\tvmcall")
    LOOP("cpuid", "movl %ebx, %esi\n\tmovl %ecx, %esp\n\txorl %eax, %eax\n\tcpuid\n\t"
	 "movl %esi, %ebx\n\tmovl %esp, %ecx")
    LOOP("in_kernel", "inb $0x21, %al")
    LOOP("in_user", "inb $0x80, %al")
    LOOP("page_fault", "movl (%ebx), %eax")
    "kvm_code_end:\n"
    ".popsection\n");
extern const char kvm_code[], kvm_code_end[], kvm_noop_code[], kvm_vmmcall_code[],
	kvm_vmcall_code[], kvm_cpuid_code[], kvm_in_kernel_code[], kvm_in_user_code[],
	kvm_page_fault_code[];

struct guest {
	int vm, cpu;
	uint8_t *memory;
	struct kvm_run *run;
};

static int must(int result, const char *what)
{
	if (result < 0)
		err(3, "%s", what);
	return result;
}

/* The host's pages are there: what is measured is the guest's tables, not the allocator. */
static void make_memory(struct guest *g)
{
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_BYTES };

	g->memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);
	if (g->memory == MAP_FAILED)
		err(3, "memory");
	madvise(g->memory, MEMORY_BYTES, MADV_NOHUGEPAGE);
	memset(g->memory, 1, MEMORY_BYTES);
	memcpy(g->memory + CODE_PA, kvm_code, (uintptr_t)kvm_code_end - (uintptr_t)kvm_code);
	region.userspace_addr = (uintptr_t)g->memory;
	must(ioctl(g->vm, KVM_SET_USER_MEMORY_REGION, &region), "the guest's memory");
}

static void make_guest(struct guest *g)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), bytes;

	if (kvm < 0)
		err(3, "/dev/kvm: load kvm-amd or kvm-intel");
	g->vm = must(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	must(ioctl(g->vm, KVM_CREATE_IRQCHIP, 0), "KVM_CREATE_IRQCHIP");
	make_memory(g);
	g->cpu = must(ioctl(g->vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
	bytes = must(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");
	g->run = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, g->cpu, 0);
	if (g->run == MAP_FAILED)
		err(3, "the vCPU's page");
}

static struct kvm_segment flat(uint16_t selector, uint8_t type)
{
	return (struct kvm_segment){
		.limit = 0xffffffff, .selector = selector, .type = type, .present = 1,
		.db = 1, .s = 1, .g = 1,
	};
}

static void set_state(struct guest *g, const char *code, uint32_t samples)
{
	struct kvm_regs regs = {
		.rip = CODE_PA + (uint32_t)(code - kvm_code), .rflags = 2, .rcx = samples,
		.rbx = PAGES_PA, .rdi = RESULTS_PA,
	};
	struct kvm_sregs sregs;

	must(ioctl(g->cpu, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	sregs.cs = flat(8, 11);
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = flat(16, 3);
	sregs.cr0 |= 1;
	must(ioctl(g->cpu, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
	must(ioctl(g->cpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");
}

/* Run until the guest's OUT to PORT_END; answers an IN of PORT_USER. */
static void run(struct guest *g)
{
	for (;;) {
		must(ioctl(g->cpu, KVM_RUN, 0), "KVM_RUN");
		if (g->run->exit_reason != KVM_EXIT_IO)
			errx(4, "the guest left for reason %u", g->run->exit_reason);
		if (g->run->io.direction == KVM_EXIT_IO_OUT && g->run->io.port == PORT_END)
			return;
		if (g->run->io.direction != KVM_EXIT_IO_IN || g->run->io.port != PORT_USER)
			errx(4, "the guest used port %#x", g->run->io.port);
		*((uint8_t *)g->run + g->run->io.data_offset) = 0x5a;
	}
}

static void measure(struct guest *g, const char *name, const char *code, uint32_t samples)
{
	const uint32_t *result = (const uint32_t *)(g->memory + RESULTS_PA);

	set_state(g, code, samples);
	run(g);
	for (uint32_t i = 0; i < samples; i++)
		printf("kvm_%s,%u,%u\n", name, i, result[i]);
}

static int is_amd(void)
{
	uint32_t a = 0, b, c, d;

	asm("cpuid" : "+a" (a), "=b" (b), "=c" (c), "=d" (d));
	return b == 0x68747541;		/* "Auth" */
}

int main(int argc, char **argv)
{
	unsigned long samples = argc > 1 ? strtoul(argv[1], NULL, 10) : 300;
	struct guest g;

	if (argc > 2 || !samples || samples > MOST_SAMPLES)
		errx(2, "usage: row [SAMPLES], 1 to %u of them", MOST_SAMPLES);
	make_guest(&g);
	puts("series,index,value");
	measure(&g, "noop", kvm_noop_code, samples);
	measure(&g, "hypercall", is_amd() ? kvm_vmmcall_code : kvm_vmcall_code, samples);
	measure(&g, "cpuid", kvm_cpuid_code, samples);
	measure(&g, "in_kernel", kvm_in_kernel_code, samples);
	measure(&g, "in_user", kvm_in_user_code, samples);
	measure(&g, "page_fault", kvm_page_fault_code, samples);
	return fflush(stdout) || ferror(stdout);
}
