/* SPDX-License-Identifier: MIT */
#include "host/x11/x11_security.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

enum { GENERATE = 1, REVOKE = 2 };                   /* minor opcodes */
enum { WITH_TIMEOUT = 1 << 0, WITH_TRUST = 1 << 1 }; /* SETofATTRIBUTE */
enum { TRUSTED = 0 };

struct generate_request {
	uint8_t opcode, minor;
	uint16_t length;
	uint16_t name_length, data_length;
	uint32_t attributes;
	char name[(sizeof X11_COOKIE_NAME - 1 + 3) & ~(size_t)3]; /* padded to 4 bytes */
	uint32_t timeout, trust; /* in the order of their bits */
};

struct generate_reply {
	uint8_t type, pad;
	uint16_t sequence;
	uint32_t length; /* of what follows these 32 bytes, in units of 4 */
	uint32_t id;
	uint16_t data_length, pad2;
	uint32_t pad3[4];
	unsigned char data[];
};

struct revoke_request {
	uint8_t opcode, minor;
	uint16_t length;
	uint32_t id;
};

_Static_assert(sizeof(struct generate_request) == 40, "as on the wire");
_Static_assert(sizeof(struct generate_reply) == 32, "as on the wire");
_Static_assert(sizeof(struct revoke_request) == 8, "as on the wire");

static int opcode(struct x11_server *s, uint8_t *out, struct err *e)
{
	if (x11_server_extension(s, "SECURITY", out, e) < 0)
		return -1;
	if (!*out)
		return err_set(e, ENOTSUP, "the X server has no SECURITY extension");
	return 0;
}

int x11_security_present(struct x11_server *s, bool *yes, struct err *e)
{
	uint8_t code;

	if (x11_server_extension(s, "SECURITY", &code, e) < 0)
		return -1;
	*yes = code != 0;
	return 0;
}

int x11_security_generate(struct x11_server *s, unsigned timeout, struct x11_auth *out,
	uint32_t *id, struct err *e)
{
	struct generate_request q = {.minor = GENERATE,
		.name_length = sizeof X11_COOKIE_NAME - 1,
		.attributes = WITH_TIMEOUT | WITH_TRUST,
		.timeout = timeout,
		.trust = TRUSTED};
	AUTO_FREE struct generate_reply *r = NULL;

	memcpy(q.name, X11_COOKIE_NAME, sizeof X11_COOKIE_NAME - 1);
	if (opcode(s, &q.opcode, e) < 0)
		return -1;
	r = x11_server_call(s, &q, sizeof q, e);
	if (!r)
		return err_wrap(e, "ask the X server for a cookie");
	if (!r->data_length || r->data_length > sizeof out->data ||
		r->data_length > (uint64_t)r->length * 4)
		return err_set(
			e, EPROTO, "the X server's new cookie has a strange length");
	*out = (struct x11_auth){.n = r->data_length};
	memcpy(out->data, r->data, out->n);
	*id = r->id;
	return 0;
}

int x11_security_revoke(struct x11_server *s, uint32_t id, struct err *e)
{
	struct revoke_request q = {.minor = REVOKE, .id = id};

	if (opcode(s, &q.opcode, e) < 0)
		return -1;
	return x11_server_send(s, &q, sizeof q, e);
}
