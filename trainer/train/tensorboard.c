/* SPDX-License-Identifier: MIT */
/* A record is u64 length, masked crc32c of it, data, masked crc32c of the data. The data
 * is a protobuf Event{1: wall time, 2: step, 3: file version, 5: Summary{1: Value{1: tag,
 * 2: float}}, 7: SessionLog{1: status}}. */
#include "train/tensorboard.h"

#include <string.h>

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5, ROOM = 256 };

struct message {
	uint8_t data[ROOM];
	size_t size;
};

uint32_t tensorboard_crc32c(const void *data, size_t size)
{
	const uint8_t *p = data;
	uint32_t crc = ~UINT32_C(0);

	while (size--) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0x82f63b78) : 0);
	}
	return ~crc;
}

static uint32_t masked(const void *data, size_t size)
{
	uint32_t crc = tensorboard_crc32c(data, size);

	return (crc >> 15 | crc << 17) + UINT32_C(0xa282ead8);
}

static void put(struct message *m, const void *data, size_t size)
{
	if (m->size + size > ROOM)
		return;
	memcpy(m->data + m->size, data, size);
	m->size += size;
}

static void put_varint(struct message *m, uint64_t v)
{
	do {
		uint8_t byte = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));

		put(m, &byte, 1);
		v >>= 7;
	} while (v);
}

static void put_key(struct message *m, int field, int type)
{
	put_varint(m, (uint64_t)(field << 3 | type));
}

static void put_bytes(struct message *m, int field, const void *data, size_t size)
{
	put_key(m, field, BYTES);
	put_varint(m, size);
	put(m, data, size);
}

static void write_record(FILE *f, const struct message *m)
{
	uint64_t length = m->size;
	uint32_t head = masked(&length, sizeof(length)), tail = masked(m->data, m->size);

	fwrite(&length, sizeof(length), 1, f);
	fwrite(&head, sizeof(head), 1, f);
	fwrite(m->data, 1, m->size, f);
	fwrite(&tail, sizeof(tail), 1, f);
}

static void put_wall(struct message *m, double wall)
{
	put_key(m, 1, FIXED64);
	put(m, &wall, sizeof(wall));
}

void tensorboard_version(FILE *f, double wall)
{
	struct message event = {.size = 0};

	put_wall(&event, wall);
	put_bytes(&event, 3, "brain.Event:2", 13);
	write_record(f, &event);
}

void tensorboard_start(FILE *f, double wall, long step)
{
	struct message status = {.size = 0}, event = {.size = 0};

	put_key(&status, 1, VARINT);
	put_varint(&status, 1); /* START */
	put_wall(&event, wall);
	put_key(&event, 2, VARINT);
	put_varint(&event, (uint64_t)step);
	put_bytes(&event, 7, status.data, status.size);
	write_record(f, &event);
}

void tensorboard_scalar(FILE *f, double wall, long step, const char *tag, float value)
{
	struct message scalar = {.size = 0}, summary = {.size = 0}, event = {.size = 0};

	put_bytes(&scalar, 1, tag, strlen(tag));
	put_key(&scalar, 2, FIXED32);
	put(&scalar, &value, sizeof(value));
	put_bytes(&summary, 1, scalar.data, scalar.size);
	put_wall(&event, wall);
	put_key(&event, 2, VARINT);
	put_varint(&event, (uint64_t)step);
	put_bytes(&event, 5, summary.data, summary.size);
	write_record(f, &event);
}
