/* SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <nettle/hmac.h>
#include <stdio.h>
#include <string.h>

void digest_init(struct digest *d)
{
	sha256_init(&d->sha);
}

void digest_add(struct digest *d, const void *data, size_t n)
{
	sha256_update(&d->sha, n, data);
}

void digest_field(struct digest *d, const char *s)
{
	if (s)
		digest_add(d, s, strlen(s) + 1);
	else
		digest_add(d, "\xff", 1); /* starts no UTF-8 text */
}

static void tell(const uint8_t sum[SHA256_DIGEST_SIZE], char hex[DIGEST_HEX])
{
	for (size_t i = 0; i < SHA256_DIGEST_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", sum[i]);
}

void digest_end(struct digest *d, char hex[DIGEST_HEX])
{
	uint8_t sum[SHA256_DIGEST_SIZE];

	sha256_digest(&d->sha, sizeof sum, sum);
	tell(sum, hex);
}

void digest_keyed(
	const void *key, size_t key_n, const void *data, size_t n, char hex[DIGEST_HEX])
{
	uint8_t sum[SHA256_DIGEST_SIZE];
	struct hmac_sha256_ctx h;

	hmac_sha256_set_key(&h, key_n, key);
	hmac_sha256_update(&h, n, data);
	hmac_sha256_digest(&h, sizeof sum, sum);
	tell(sum, hex);
}

void digest_hex(const void *data, size_t n, char hex[DIGEST_HEX])
{
	struct digest d;

	digest_init(&d);
	digest_add(&d, data, n);
	digest_end(&d, hex);
}
