/* SPDX-License-Identifier: MIT */
#include "launch/filter/dns.h"

#include <stdio.h>
#include <string.h>

#include "launch/filter/names.h"
#include "launch/filter/refusals.h"

enum { HEAD = 12, NAME_MAX_BYTES = 255, TYPE_A = 1, CLASS_IN = 1, SECONDS = 60 };
enum { OK = 0, FORMAT = 1, FAILED = 2, NO_SUCH = 3, NOT_DONE = 4 };

/* The question's name as text, whatever bytes it has; where it ends, or 0. */
static size_t read_name(const uint8_t *q, size_t n, char *out)
{
	size_t at = HEAD, k = 0;

	while (at < n && q[at]) {
		size_t label = q[at++];

		if (label > 63 || at + label >= n || k + label + 1 > NAME_MAX_BYTES)
			return 0;
		for (size_t i = 0; i < label; i++)
			out[k++] = q[at + i] ? (char)q[at + i] : '?';
		out[k++] = '.';
		at += label;
	}
	out[k ? k - 1 : 0] = '\0';
	return at < n ? at + 1 : 0;
}

static int look_up(
	const char *name, unsigned type, unsigned class, struct in_addr *out, bool *found)
{
	char host[HOST_MAX];

	*found = false;
	if (!host_text(name, strlen(name), host) || !names_list(host, 0)) {
		refuse(name, "was looked up and is not on the list");
		return NO_SUCH;
	}
	if (type != TYPE_A || class != CLASS_IN)
		return OK;
	if (!names_address(host, out)) {
		refuse(host, "is one name too many");
		return FAILED;
	}
	*found = true;
	return OK;
}

size_t dns_answer(const uint8_t *q, size_t n, uint8_t out[DNS_MAX])
{
	char name[NAME_MAX_BYTES + 1];
	size_t end = n >= HEAD && n <= DNS_MAX * 4 ? read_name(q, n, name) : 0;
	struct in_addr address = {0};
	bool found = false;
	int code;

	if (n < HEAD || (q[2] & 0x80)) /* an answer */
		return 0;
	if (q[2] & 0x78) {
		code = NOT_DONE;
		end = HEAD;
	} else if (!end || end + 4 > n || q[4] || q[5] != 1) {
		code = FORMAT;
		end = HEAD;
	} else {
		code = look_up(name, (unsigned)q[end] << 8 | q[end + 1],
			(unsigned)q[end + 2] << 8 | q[end + 3], &address, &found);
		end += 4;
	}
	memcpy(out, q, end);
	out[2] = (uint8_t)(0x80 | (q[2] & 1) | 4); /* an answer of who knows */
	out[3] = (uint8_t)(0x80 | code);
	memset(out + 4, 0, HEAD - 4);
	out[5] = end > HEAD;
	out[7] = found;
	if (found) {
		const uint8_t head[] = {0xc0, HEAD, 0, TYPE_A, 0, CLASS_IN, 0, 0, 0,
			SECONDS, 0, sizeof address};

		memcpy(out + end, head, sizeof head);
		memcpy(out + end + sizeof head, &address, sizeof address);
		end += sizeof head + sizeof address;
	}
	return end;
}
