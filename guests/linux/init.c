/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * init.c - the first process of the Linux Guest.  Its arguments, which are the words of the
 * kernel's command line that the kernel does not know, name what it runs, in turn:
 *
 *	torture		/torture: everything that an emulation could get wrong
 *	workloads	/workloads: what operations cost (bench/linux), those of the word
 *			names=LIST or all
 *	smoke		a few commands of busybox
 *	disk		a file of 1 MiB written to the disk, read back from it; it is called /data
 *	data		the sum of that file
 *	mebibyte	1 MiB read from the disk, past every cache
 *	print		8000 characters
 *	dhcp		print the address that the server offers
 *	net		address 10.0.2.15, a ping, the sum of what port 5555 of 10.0.2.2 says
 *	up		the network by DHCP, the disk at /mnt
 *	sh		a shell on the console
 *
 * Its first line tells the TSC as it was at the beginning of main.  It ends with a line
 * `init: good` or `init: bad`, and powers off.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static const char smoke[] =
	"set -e; mkdir -p /tmp; ps >/tmp/ps; grep -q init /tmp/ps;"
	"[ \"$(echo c a b | tr ' ' '\\n' | sort | tr -d '\\n')\" = abc ];"
	"i=0; while [ $i -lt 20 ]; do /bin/busybox true; i=$((i + 1)); done;"
	"dd if=/dev/zero of=/tmp/zeros bs=4096 count=256 2>/dev/null;"
	"gzip /tmp/zeros; gunzip -c /tmp/zeros.gz | md5sum |"
	"grep -q b6d81b360a5672d80c27430f39153e2c; echo smoke: good";

static const char disk[] =
	"set -e; mkdir -p /mnt /tmp; mount /dev/vda /mnt;"
	"dd if=/dev/urandom of=/mnt/data bs=4096 count=256 2>/dev/null;"
	"md5sum </mnt/data >/tmp/sum; umount /mnt; mount /dev/vda /mnt;"
	"md5sum </mnt/data | cmp - /tmp/sum; echo data: $(cat /tmp/sum); umount /mnt;"
	"echo disk: good";

static const char data[] =
	"set -e; mkdir -p /mnt; mount -o ro /dev/vda /mnt;"
	"echo data: $(md5sum </mnt/data); umount /mnt";

static const char mebibyte[] =
	"set -e; dd if=/dev/vda of=/dev/null bs=1M count=1 iflag=direct 2>/dev/null;"
	"echo mebibyte: good";

static const char print[] =
	"i=0; line=$(printf '%079d' 0); while [ $i -lt 100 ]; do echo $line; i=$((i + 1)); done";

static const char dhcp[] =
	"ip link set eth0 up; udhcpc -i eth0 -n -q -f -s /bin/true 2>&1 | grep 'lease of'";

static const char net[] =
	"set -e; ip link set lo up; ip link set eth0 up; mkdir -p /tmp; mkfifo /tmp/nothing;"
	"ip addr add 10.0.2.15/24 dev eth0; ip route add default via 10.0.2.2;"
	"ping -c 1 -W 20 10.0.2.2 >/tmp/ping; grep '1 packets received' /tmp/ping;"
	"nc 10.0.2.2 5555 <>/tmp/nothing | md5sum; echo net: good";

/* Devices that are missing are skipped. */
static const char up[] =
	"mkdir -p /mnt /etc; ip link set lo up; [ ! -e /dev/vda ] || mount /dev/vda /mnt;"
	"[ -e /sys/class/net/eth0 ] || exit 0;"
	"printf '%s\n' '#!/bin/sh' '[ \"$1\" = bound ] || exit 0'"
	"	'ip addr add $ip/24 dev $interface; ip route add default via $router'"
	"	'echo nameserver $dns >/etc/resolv.conf' >/etc/lease; chmod +x /etc/lease;"
	"ip link set eth0 up; udhcpc -i eth0 -n -q -f -s /etc/lease >/dev/null 2>&1";

/* Run a program and wait for it, and for whatever else has been left to us. */
static int run(char *const argv[])
{
	int status = -1, of_another;
	pid_t child = fork(), pid;

	if (!child) {
		execv(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	while ((pid = wait(&of_another)) > 0)
		if (pid == child) {
			status = of_another;
			break;
		}
	printf("init: %s: status %#x\n", argv[0], status);
	return status;
}

static int carry_out(const char *word)
{
	static const struct { const char *word, *text; } scripts[] = {
		{ "smoke", smoke }, { "disk", disk }, { "data", data },
		{ "mebibyte", mebibyte }, { "dhcp", dhcp }, { "net", net }, { "print", print },
		{ "up", up },
	};
	char *torture[] = { "/torture", NULL };
	char *workloads[] = { "/workloads", getenv("names"), NULL };
	char *shell[] = { "/bin/busybox", "setsid", "-c", "sh", NULL };

	if (!strcmp(word, "torture"))
		return run(torture);
	if (!strcmp(word, "workloads"))
		return run(workloads);
	for (unsigned int i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
		char *script[] = { "/bin/busybox", "sh", "-c", (char *)scripts[i].text, NULL };

		if (!strcmp(word, scripts[i].word))
			return run(script);
	}
	if (!strcmp(word, "sh"))
		return run(shell), 0;
	printf("init: what is '%s'?\n", word);
	return 1;
}

int main(int argc, char **argv)
{
	uint64_t tsc = __builtin_ia32_rdtsc();
	struct utsname name;
	int bad = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("init: tsc %llu\n", (unsigned long long)tsc);
	uname(&name);
	printf("init: hello from %s %s %s\n", name.sysname, name.release, name.machine);
	mkdir("/proc", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mkdir("/sys", 0755);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	setenv("PATH", "/bin", 1);
	for (int i = 1; i < argc; i++)
		bad |= carry_out(argv[i]);
	printf("init: %s\n", bad ? "bad" : "good");
	fflush(stdout);
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
