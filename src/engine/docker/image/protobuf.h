/* SPDX-License-Identifier: MIT */
/* Reading protocol buffers, field by field (the wire format; no schema). */
#ifndef CNNRUN_ENGINE_PROTOBUF_H
#define CNNRUN_ENGINE_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#endif
