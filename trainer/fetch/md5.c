/* SPDX-License-Identifier: MIT */
#include "fetch/md5.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const int shifts[4][4] = {
	{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static uint32_t rotate(uint32_t v, int by)
{
	return v << by | v >> (32 - by);
}

static void block(uint32_t state[4], const uint32_t table[64], const uint8_t *p)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], word[16];

	for (int i = 0; i < 16; i++)
		word[i] = (uint32_t)p[4 * i] | (uint32_t)p[4 * i + 1] << 8 |
			  (uint32_t)p[4 * i + 2] << 16 | (uint32_t)p[4 * i + 3] << 24;
	for (int i = 0; i < 64; i++) {
		int round = i / 16;
		uint32_t f = round == 0   ? (b & c) | (~b & d)
			     : round == 1 ? (d & b) | (~d & c)
			     : round == 2 ? b ^ c ^ d
					  : c ^ (b | ~d);
		int at = round == 0   ? i
			 : round == 1 ? (5 * i + 1) % 16
			 : round == 2 ? (3 * i + 5) % 16
				      : 7 * i % 16;
		uint32_t next =
			b + rotate(a + f + table[i] + word[at], shifts[round][i % 4]);

		a = d;
		d = c;
		c = b;
		b = next;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

void md5_hex(const void *data, size_t size, char hex[33])
{
	uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}, table[64];
	const uint8_t *p = data;
	uint8_t tail[128] = {0};
	size_t whole = size / 64 * 64, rest = size - whole, end = rest < 56 ? 64 : 128;
	uint64_t bits = (uint64_t)size * 8;

	for (int i = 0; i < 64; i++)
		table[i] = (uint32_t)(int64_t)floor(fabs(sin(i + 1)) * 4294967296.0);
	for (size_t i = 0; i < whole; i += 64)
		block(state, table, p + i);
	if (rest)
		memcpy(tail, p + whole, rest);
	tail[rest] = 0x80;
	for (size_t i = 0; i < 8; i++)
		tail[end - 8 + i] = (uint8_t)(bits >> (8 * i));
	for (size_t i = 0; i < end; i += 64)
		block(state, table, tail + i);
	for (int i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", (state[i / 4] >> (8 * (i % 4))) & 0xff);
}
