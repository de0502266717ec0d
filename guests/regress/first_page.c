/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * first_page - IN by a Guest kernel whose code lies in the first page.
 *
 * With fast re-entry the Host keeps where the page of code is that it read last, and reads
 * the next IN or OUT there at once.  The address 1 meant that it kept none, since it was thought
 * to be further than a page from every EIP.  But an IN, or any other #GP, at 1 to 4094 was read
 * through a pointer that was null, or of a page long forgotten.  The former killed the Host; with
 * the latter it might carry out what was not in the Guest's page.  Here IN is executed all over
 * the first page, when nothing is known yet and when another page with another instruction at the
 * same place has been forgotten.
 *
 * test: first_page; variants=fast_reentry,stacked,classic; twins=all; expect=INERT; groups=killers
 */
#include "guest.h"

#define PORT	0x80

/* Left as it is, so that a Host that still reads it carries out what stands here. */
static uint8_t other[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

static const uint8_t in_byte[4] = { 0xe4, PORT, 0xc3 };	/* in $PORT, %al; ret */
static const uint8_t in_long[4] = { 0xe5, PORT, 0xc3 };	/* in $PORT, %eax; ret */

/* What comes in. */
static uint32_t in_at(uint8_t *at, const uint8_t *code)
{
	uint32_t eax = 0x12345678;

	memcpy(at, code, 4);
	asm volatile("call *%%ecx" : "+a" (eax) : "c" (at) : "memory", "cc");
	return eax;
}

/* The stale page has its IN one byte lower: an EIP less 1 is what the Host looked at. */
static bool is_wrong(uint8_t *at, bool forget)
{
	uint8_t kept[4];
	uint32_t eax, offset = (uint32_t)at % PAGE_BYTES;

	if (forget && offset) {
		if (in_at(other + offset - 1, in_long) != ~0u)
			return true;
		hypercall1(LG_HC_FLUSH_TLB, 1);
	}
	memcpy(kept, at, sizeof(kept));
	eax = in_at(at, in_byte);
	memcpy(at, kept, sizeof(kept));
	return eax != 0x123456ff;
}

/* From the end of the page down: at its beginning the Host would learn of it. */
static uint32_t wrong(bool forget)
{
	uint32_t bad = 0;

	for (uint32_t offset = PAGE_BYTES - 4; offset <= PAGE_BYTES - 4; offset--)
		bad += is_wrong((uint8_t *)offset, forget);
	return bad;
}

int main(void)
{
	uint32_t bad;

	guest_init();
	bad = wrong(false);
	report(!bad, "nothing known: %u wrong", bad);
	bad = wrong(true);
	report(!bad, "another page forgotten: %u wrong", bad);
	guest_paging();
	bad = wrong(true);
	report(!bad, "under the Guest's own page tables: %u wrong", bad);
	return report_status();
}
