/* SPDX-License-Identifier: MIT */
/* SHA-256, told in hexadecimal. */
#ifndef CNNRUN_BASE_DIGEST_H
#define CNNRUN_BASE_DIGEST_H

#include <nettle/sha2.h>
#include <stddef.h>

#define DIGEST_HEX (2 * SHA256_DIGEST_SIZE + 1)

struct digest {
	struct sha256_ctx sha;
};
void digest_init(struct digest *d);
void digest_add(struct digest *d, const void *data, size_t n);
/* A string or NULL, told apart, and from what comes next. */
void digest_field(struct digest *d, const char *s);
void digest_end(struct digest *d, char hex[DIGEST_HEX]);
/* With a key: what only its holder can make (HMAC). */
void digest_keyed(
	const void *key, size_t key_n, const void *data, size_t n, char hex[DIGEST_HEX]);
/* All of it in one call. */
void digest_hex(const void *data, size_t n, char hex[DIGEST_HEX]);

#endif
