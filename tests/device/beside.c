/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * beside.c - `device beside FINGERPRINT`: KVM beside the lever user_return.
 *
 * KVM too keeps what the Host had in SYSENTER_CS, and loads it again at each exit of its
 * guest's; what it keeps is what it found when its thread got the CPU.  If that was a Guest's
 * null, it comes again after each exit, until the thread returns to user space.  So whoever
 * turns SYSENTER on again meanwhile, as the closing of a Guest does on each CPU, may not
 * take it for done: it must be done there.  Here a KVM guest goes round on CPU 1 beside a
 * Guest that halts, another Guest is closed on CPU 0, and then the KVM thread makes system
 * calls.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

#define KVM_CODE	0x1000u
#define KVM_PROGRESS	0x2000u
#define KVM_BYTES	0x3000u
#define CALLS		100u
#define PATIENCE_MS	20000u
#define TRIES		50u

/* Real mode: incw KVM_PROGRESS; jmp back. */
static const uint8_t kvm_code[] = { 0xff, 0x06, 0x00, 0x20, 0xeb, 0xfa };

/* INIT, a word that says so, HALT. */
static const uint8_t halting[] = {
	0xb8, 0x01, 0x00, 0x00, 0x00,					/* movl $1, %eax */
	0xbb, 0x00, 0x20, 0x00, 0x00,					/* movl $0x2000, %ebx */
	0xcd, 0x1f,							/* int $0x1f */
	0xc7, 0x05, 0x00, 0x30, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,	/* movl $1, 0x3000 */
	0xb8, 0x0a, 0x00, 0x00, 0x00,					/* movl $10, %eax */
	0xcd, 0x1f, 0xeb, 0xfc,						/* 1: int $0x1f; jmp 1b */
};

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(3, "CPU %d", cpu);
}

static void nothing(int signal)
{
	(void)signal;
}

static pid_t child(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(3, "fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		stay_on(1);
	}
	return pid;
}

static int must(int result, const char *what)
{
	if (result < 0)
		err(3, "%s", what);
	return result;
}

static int make_vcpu(uint8_t *memory)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = KVM_BYTES, .userspace_addr = (uintptr_t)memory,
	};
	struct kvm_regs regs = { .rip = KVM_CODE, .rflags = 2 };
	int kvm = must(open("/dev/kvm", O_RDWR | O_CLOEXEC), "/dev/kvm"), vm, vcpu;
	struct kvm_sregs sregs;

	vm = must(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	must(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "its memory");
	vcpu = must(ioctl(vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
	must(ioctl(vcpu, KVM_GET_SREGS, &sregs), "KVM_GET_SREGS");
	sregs.cs.base = sregs.cs.selector = 0;
	must(ioctl(vcpu, KVM_SET_SREGS, &sregs), "KVM_SET_SREGS");
	must(ioctl(vcpu, KVM_SET_REGS, &regs), "KVM_SET_REGS");
	return vcpu;
}

/* In the guest until a signal comes; then system calls, by SYSENTER. */
__attribute__((noreturn))
static void be_kvm(uint8_t *memory)
{
	struct sigaction action = { .sa_handler = nothing };
	pid_t parent = getppid();
	int vcpu;

	sigaction(SIGUSR1, &action, NULL);
	memcpy(memory + KVM_CODE, kvm_code, sizeof(kvm_code));
	vcpu = make_vcpu(memory);
	if (!ioctl(vcpu, KVM_RUN, 0) || errno != EINTR)
		fail("KVM_RUN did not end by the signal: %s", strerror(errno));
	for (unsigned int i = 0; i < CALLS; i++)
		if (getppid() != parent)
			fail("a system call went wrong");
	_exit(0);
}

__attribute__((noreturn))
static void be_launcher(uint8_t *window)
{
	struct lg_run run = { 0 };

	ioctl(make_guest(window, "user_return"), LG_RUN, &run);
	fail("LG_RUN came back: %s", strerror(errno));
}

static void wait_word(const volatile uint16_t *word, uint16_t not)
{
	for (unsigned int ms = 0; *word == not; ms++) {
		if (ms == PATIENCE_MS)
			fail("a guest stands still");
		nap_us(1000);
	}
}

static bool sleeps(pid_t pid)
{
	char path[32], line[256] = "", *state;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	stat = fopen(path, "r");
	if (!stat || !fgets(line, sizeof(line), stat))
		fail("%s: the Launcher has ended", path);
	fclose(stat);
	state = strrchr(line, ')');
	return state && state[2] == 'S';
}

/* As the fingerprint of CPU 1 says. */
static bool sysenter_is_off(const char *fingerprint)
{
	FILE *file = fopen(fingerprint, "r");
	unsigned int cs = ~0u, cpu, found = 0;
	char line[256];

	if (!file)
		err(3, "%s", fingerprint);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "cpu%u sysenter %x", &cpu, &cs) == 2 && cpu == 1 && !cs)
			found = 1;
	fclose(file);
	return found;
}

static int end_of(pid_t pid, int signal)
{
	int status;

	kill(pid, signal);
	if (waitpid(pid, &status, 0) != pid)
		err(3, "waitpid");
	return status;
}

/* A Guest that halts on CPU 1, and KVM's back in its own; 0 if somebody has been in user
 * space there since, and nothing is to be seen. */
static pid_t halt_beside(volatile uint16_t *kvm, const char *fingerprint)
{
	uint8_t *window = make_window(MAP_SHARED);
	pid_t launcher;

	memcpy(window + GUEST_ENTRY, halting, sizeof(halting));
	launcher = child();
	if (!launcher)
		be_launcher(window);
	wait_word((uint16_t *)(window + GUEST_PROGRESS), 0);
	while (!sleeps(launcher))
		nap_us(1000);
	wait_word(kvm, *kvm);
	munmap(window, WINDOW_PAGES * PAGE);
	if (sysenter_is_off(fingerprint))
		return launcher;
	end_of(launcher, SIGKILL);
	return 0;
}

int do_beside(int argc, char **argv)
{
	uint8_t *memory = mmap(NULL, KVM_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			       -1, 0);
	volatile uint16_t *kvm_word = (uint16_t *)(memory + KVM_PROGRESS);
	pid_t kvm, launcher = 0;
	int status;

	if (argc != 1)
		return 2;
	stay_on(0);
	kvm = child();
	if (!kvm)
		be_kvm(memory);
	wait_word(kvm_word, 0);
	for (unsigned int i = 0; i < TRIES && !launcher; i++)
		launcher = halt_beside(kvm_word, argv[0]);
	if (!launcher)
		fail("SYSENTER is always on beside a Guest that halts");
	close(make_guest(make_window(MAP_PRIVATE), "user_return"));
	status = end_of(kvm, SIGUSR1);
	end_of(launcher, SIGKILL);
	if (status)
		fail("KVM's thread, back in user space: status %#x", status);
	printf("KVM's thread made %u system calls\n", CALLS);
	return 0;
}
