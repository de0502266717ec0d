/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print.c - printing (%s %c %d %u %x and %%, with a zero-padded width), verdicts, the
 * command line, and the end.
 */
#include "guest.h"

static int failures;

static void put(char c)
{
	out8(PORT_CONSOLE, c);
}

static void put_string(const char *s)
{
	while (*s)
		put(*s++);
}

static void put_number(uint32_t n, uint32_t base, int width)
{
	char digits[12];
	int i = 0;

	do {
		digits[i++] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	for (; width > i; width--)
		put('0');
	while (i)
		put(digits[--i]);
}

static void put_signed(int32_t n)
{
	if (n < 0)
		put('-');
	put_number(n < 0 ? -(uint32_t)n : (uint32_t)n, 10, 0);
}

static void vprint(const char *f, va_list args)
{
	int width;

	for (; *f; f++) {
		if (*f != '%') {
			put(*f);
			continue;
		}
		for (width = 0, f++; *f >= '0' && *f <= '9'; f++)
			width = width * 10 + *f - '0';
		switch (*f) {
		case 's': put_string(va_arg(args, const char *)); break;
		case 'c': put(va_arg(args, int)); break;
		case 'd': put_signed(va_arg(args, int32_t)); break;
		case 'u': put_number(va_arg(args, uint32_t), 10, width); break;
		case 'x': put_number(va_arg(args, uint32_t), 16, width); break;
		case '%': put('%'); break;
		default: return;
		}
	}
}

void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprint(format, args);
	va_end(args);
}

void report(bool good, const char *format, ...)
{
	va_list args;

	put_string(good ? "PASS: " : "FAIL: ");
	va_start(args, format);
	vprint(format, args);
	va_end(args);
	put('\n');
	if (!good)
		failures++;
}

int report_status(void)
{
	return failures ? 1 : 0;
}

void guest_shutdown(const char *message, uint32_t how)
{
	static char text[LG_MESSAGE_BYTES];

	for (unsigned int i = 0; i < sizeof(text) - 1 && message[i]; i++)
		text[i] = message[i];
	if (!guest_own_idt && !lguest_data.reserve_mem)
		guest_init();
	for (;;)
		hypercall2(LG_HC_SHUTDOWN, (uint32_t)text, how);
}

/* start.S leaves main()'s result in %ebx. */
void guest_finish(void)
{
	int status;

	asm volatile("movl %%ebx, %0" : "=r" (status));
	if (status)
		out8(PORT_STATUS, status);
	guest_shutdown(LG_TEXT_FINISHED, LG_SHUTDOWN_POWEROFF);
}

const char *guest_word(const char *key)
{
	const char *at = (const char *)LG_CMDLINE_PA;
	size_t length = strlen(key);

	while (*at) {
		size_t i = 0;

		while (i < length && at[i] == key[i])
			i++;
		if (i == length && at[i] == '=')
			return at + i + 1;
		while (*at && *at != ' ')
			at++;
		while (*at == ' ')
			at++;
	}
	return NULL;
}

uint32_t guest_number(const char *key, uint32_t otherwise)
{
	const char *at = guest_word(key);
	uint32_t n = 0;

	if (!at)
		return otherwise;
	for (; *at >= '0' && *at <= '9'; at++)
		n = n * 10 + *at - '0';
	return n;
}

/* How far below its top the stack begins: `stack` of the command line, in bytes, so that
 * an experiment can vary where it lies. */
uint32_t guest_stack_bytes(void)
{
	return guest_number("stack", 0) & (PAGE_BYTES - 16);
}

void *memset(void *to, int byte, size_t bytes)
{
	uint8_t *p = to;

	while (bytes--)
		*p++ = byte;
	return to;
}

void *memcpy(void *to, const void *from, size_t bytes)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	while (bytes--)
		*t++ = *f++;
	return to;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (uint8_t)*a - (uint8_t)*b;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}
