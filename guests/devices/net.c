/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net - a network card, at the other end of whose cable the address 10.0.2.2 answers: ARP and a
 * ping; frames that are too short and too long, and buffers that are too small.
 *
 * test: net; launch=--net=user; expect=INERT
 */
#include "virtio.h"

enum { RECEIVE, TRANSMIT };
#define HEADER		12
#define FRAME		1514
#define ETHERNET	14
#define ARP_BYTES	28
#define PING_BYTES	(20 + 8)

static struct card card;
static struct queue receive, transmit;
static uint8_t in[HEADER + FRAME], out[HEADER + FRAME + 1], gateway[6];

static void offer(uint32_t bytes)
{
	queue_part(&receive, 0, in, bytes, WRITE);
	queue_push(&receive, 0);
}

static void begin(void)
{
	card_begin(&card, 0);
	queue_enable(&card, RECEIVE, &receive);
	queue_enable(&card, TRANSMIT, &transmit);
	card_go(&card);
	offer(sizeof(in));
}

static void send(uint32_t bytes)
{
	queue_part(&transmit, 0, out, 5, NEXT);
	queue_part(&transmit, 1, out + 5, bytes - 5, 0);
	queue_push(&transmit, 0);
	card_notify(&card, TRANSMIT);
}

static uint8_t *address_of_card(void)
{
	static uint8_t address[6];

	for (uint32_t i = 0; i < 6; i++)
		address[i] = in8(card.ports[CAP_DEVICE] + i);
	return address;
}

static uint8_t *frame_to(const uint8_t *target, uint16_t type)
{
	uint8_t *frame = out + HEADER;

	memset(out, 0, sizeof(out));
	memcpy(frame, target, 6);
	memcpy(frame + 6, address_of_card(), 6);
	frame[12] = type >> 8;
	frame[13] = type;
	return frame + ETHERNET;
}

/* Receive frames until the wanted one comes; others may come unasked. */
static bool await(bool (*wanted)(const uint8_t *))
{
	for (uint32_t n = 0; n < 20; n++) {
		bool good;

		if (!queue_wait(&receive, receive.available.index))
			return false;
		good = wanted(in + HEADER + ETHERNET);
		if (good)
			return true;
		offer(sizeof(in));
	}
	return false;
}

static bool is_arp_reply(const uint8_t *arp)
{
	memcpy(gateway, arp + 8, 6);
	return in[HEADER + 13] == 6 && arp[7] == 2 && arp[14] == 10 && arp[17] == 2;
}

static bool is_echo_reply(const uint8_t *ip)
{
	return in[HEADER + 12] == 8 && !in[HEADER + 13] && ip[9] == 1 && !ip[20] && ip[27] == 7;
}

static void ask_arp(void)
{
	static const uint8_t all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t request[] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	static const uint8_t own_ip[] = { 10, 0, 2, 15 }, its_ip[] = { 10, 0, 2, 2 };
	uint8_t *arp = frame_to(all, 0x0806);

	memcpy(arp, request, sizeof(request));
	memcpy(arp + 8, address_of_card(), 6);
	memcpy(arp + 14, own_ip, 4);
	memcpy(arp + 24, its_ip, 4);
	send(HEADER + ETHERNET + ARP_BYTES);
}

static void check_sum(uint8_t *at, uint32_t bytes, uint32_t where)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < bytes; i += 2)
		sum += at[i] << 8 | at[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~(sum + (sum >> 16));
	at[where] = sum >> 8;
	at[where + 1] = sum;
}

static void ping(void)
{
	static const uint8_t header[] = { 0x45, 0, 0, PING_BYTES, 0, 1, 0, 0, 64, 1, 0, 0,
					  10, 0, 2, 15, 10, 0, 2, 2 };
	static const uint8_t echo[] = { 8, 0, 0, 0, 0, 9, 0, 7 };
	uint8_t *ip = frame_to(gateway, 0x0800);

	memcpy(ip, header, sizeof(header));
	memcpy(ip + sizeof(header), echo, sizeof(echo));
	check_sum(ip, sizeof(header), 10);
	check_sum(ip + sizeof(header), sizeof(echo), 2);
	send(HEADER + ETHERNET + PING_BYTES);
}

static void wrong(void)
{
	uint16_t index = transmit.used.index;

	send(HEADER);
	report(transmit.used.index == (uint16_t)(index + 1) && !card_is_broken(&card),
	       "a frame of nothing is dropped");
	send(HEADER + FRAME + 1);
	report(transmit.used.index == (uint16_t)(index + 2) && !card_is_broken(&card),
	       "and one that is too long");
	card_begin(&card, 0);
	queue_enable(&card, RECEIVE, &receive);
	queue_enable(&card, TRANSMIT, &transmit);
	card_go(&card);
	offer(HEADER + 10);
	ask_arp();
	for (uint32_t i = 0; i < 3000000 && !card_is_broken(&card); i++)
		;
	report(card_is_broken(&card), "a buffer that no frame fits in breaks it");
}

int main(void)
{
	guest_init();
	guest_paging();
	guest_try_ready();
	report(card_find(&card, TYPE_NET), "there is a network card");
	report(in16(card.ports[CAP_DEVICE] + 6) == 1, "whose link is up");
	begin();
	ask_arp();
	report(await(is_arp_reply), "10.0.2.2 is there");
	offer(sizeof(in));
	ping();
	report(await(is_echo_reply), "and answers a ping");
	wrong();
	return report_status();
}
