/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmos.c - the clock of a PC (Motorola MC146818 data sheet): the time in BCD, 24 hours,
 * never in the middle of an update.  Writes are dropped, except those of the index.
 */
#include <time.h>

#include "devices/pc.h"

enum {
	SECONDS = 0x00, MINUTES = 0x02, HOURS = 0x04, WEEKDAY = 0x06, DAY = 0x07, MONTH = 0x08,
	YEAR = 0x09, STATUS_A = 0x0a, STATUS_B = 0x0b, STATUS_D = 0x0d, CENTURY = 0x32,
};

#define STATUS_A_RATE	0x26		/* 32768 Hz, no update in progress */
#define STATUS_B_24H	0x02
#define STATUS_D_VALID	0x80

static uint8_t bcd(unsigned int n)
{
	return n / 10 % 10 << 4 | n % 10;
}

void cmos_out(struct cmos *cmos, uint16_t port, uint8_t value)
{
	if (!(port & 1))
		cmos->index = value & 0x7f;
}

uint8_t cmos_in(struct cmos *cmos, uint16_t port)
{
	time_t now;
	struct tm tm;

	if (!(port & 1))
		return 0xff;
	now = cmos->now_s(cmos->context);
	gmtime_r(&now, &tm);
	switch (cmos->index) {
	case SECONDS: return bcd(tm.tm_sec);
	case MINUTES: return bcd(tm.tm_min);
	case HOURS: return bcd(tm.tm_hour);
	case WEEKDAY: return bcd(tm.tm_wday + 1);
	case DAY: return bcd(tm.tm_mday);
	case MONTH: return bcd(tm.tm_mon + 1);
	case YEAR: return bcd(tm.tm_year % 100);
	case CENTURY: return bcd(19 + tm.tm_year / 100);
	case STATUS_A: return STATUS_A_RATE;
	case STATUS_B: return STATUS_B_24H;
	case STATUS_D: return STATUS_D_VALID;
	}
	return 0;
}
