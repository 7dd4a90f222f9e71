/* SPDX-License-Identifier: MIT */
/* A whole reply of an engine, heads and body, over a wire. The first byte chooses what
 * was asked. */
#include "fuzz.h"

#include <sys/socket.h>
#include <unistd.h>

#include "engine/http/exchange.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const methods[] = {"GET", "HEAD", "POST"};
	struct http_request r = {.path = "/x"};
	struct exchange x;
	struct err e = {0};
	char piece[64];
	size_t total = 0;
	ssize_t k = 0;
	int pair[2];

	if (!size || size > 8192)
		return 0;
	r.method = methods[data[0] % 3];
	r.upgrade = data[0] & 4;
	assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	assert(write(pair[1], data + 1, size - 1) == (ssize_t)size - 1);
	shutdown(pair[1], SHUT_WR);
	exchange_begin(&x, "unix:///x", &r, unix_wire(pair[0]));
	if (exchange_head(&x, &e) == 0) {
		assert(x.head.status >= 200 || (x.head.status == 101 && r.upgrade));
		assert(x.head.status <= 999);
		while ((k = exchange_recv(&x, piece, sizeof piece, &e)) > 0)
			total += (size_t)k;
		assert(total < size);
		assert(k == 0 || e.code);
	} else {
		assert(e.code && *e.msg);
	}
	exchange_end(&x);
	close(pair[1]);
	return 0;
}
