/* SPDX-License-Identifier: MIT */
#include "base/hash.h"

#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>

void hash_hex(const void *data, size_t n, char out[HASH_HEX])
{
	struct sha256_ctx c;
	uint8_t digest[SHA256_DIGEST_SIZE];

	sha256_init(&c);
	sha256_update(&c, n, data);
	sha256_digest(&c, sizeof digest, digest);
	for (size_t i = 0; i < sizeof digest; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}
