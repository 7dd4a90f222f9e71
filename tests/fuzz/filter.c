/* SPDX-License-Identifier: MIT */
/* What a container says to its network's filter: the first byte chooses the way. */
#include "fuzz.h"

#include <string.h>

#include "launch/filter/dns.h"
#include "launch/filter/head.h"
#include "launch/filter/hello.h"
#include "launch/filter/names.h"

static struct strv rules;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	strv_add(&rules, "*.good.test");
	names_begin(&rules);
	return 0;
}

static void read_head(const char *text, size_t n)
{
	size_t whole = head_length(text, n);
	struct head h;

	if (!whole)
		return;
	head_read(text, whole, &h);
	assert(h.bad || (*h.host && h.port > 0 && h.port <= 65535));
	assert(h.bad || strstr(buf_str(&h.out), "\r\nConnection: close\r\n\r\n"));
	buf_free(&h.out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t out[DNS_MAX];
	char name[HOST_MAX];

	if (!size)
		return 0;
	if (*data % 3 == 0)
		assert(dns_answer(data + 1, size - 1, out) <= sizeof out);
	else if (*data % 3 == 1)
		assert(hello_name(data + 1, size - 1, name) != HELLO_NAMED || *name);
	else
		read_head((const char *)data + 1, size - 1);
	return 0;
}
