/* SPDX-License-Identifier: MIT */
/* Protocol buffers, field by field (the wire format; no schema). */
#ifndef CNNRUN_ENGINE_PROTOBUF_H
#define CNNRUN_ENGINE_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct pb {
	const unsigned char *p, *end;
	bool broken; /* set by pb_next when the message is malformed */
};

struct pb_field {
	uint32_t number;
	bool is_bytes;
	uint64_t value;    /* varint or fixed */
	const char *bytes; /* string, bytes or message; borrowed */
	size_t n;
};

/* false = the end, or broken. */
bool pb_next(struct pb *b, struct pb_field *f);
/* The message in a field; empty when the field is none. */
struct pb pb_message(const struct pb_field *f);

/* Append a field; what is zero, or NULL, is left out. */
void pb_add_number(struct buf *b, uint32_t number, uint64_t value);
void pb_add_text(struct buf *b, uint32_t number, const char *text);
/* The same with bytes, or a message, none of which is said as well. */
void pb_add_bytes(struct buf *b, uint32_t number, const void *data, size_t n);
void pb_add_message(struct buf *b, uint32_t number, const struct buf *message);
/* An entry of a map of texts. */
void pb_add_entry(struct buf *b, uint32_t number, const char *key, const char *value);
/* The text, or the bytes, of a field; the caller frees. */
char *pb_text(const struct pb_field *f);

#endif
