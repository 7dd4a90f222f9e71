/* SPDX-License-Identifier: MIT */
/* An engine that answers each request in the same wrong way. */
#ifndef CNNRUN_TESTS_HOSTILE_SERVER_H
#define CNNRUN_TESTS_HOSTILE_SERVER_H

#include "canned.h"
#include "engine_faults.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>

/* Which of them is served; shared with the server. */
static volatile int *fault_now;

static inline void fault_serve(int fd)
{
	const struct fault *f = &faults[*fault_now];
	AUTO_BUF struct buf out = {0};
	char line[128];
	int n;
	struct pollfd gone = {.fd = fd, .events = POLLRDHUP};

	if (write(fd, f->reply, strlen(f->reply)) < 0)
		return;
	if (f->after == SILENCE)
		poll(&gone, 1, -1);
	for (unsigned i = 0; f->after == FLOOD || f->after == DRIP; i++) {
		snprintf(line, sizeof line,
			!strncmp(f->reply, OK, sizeof OK - 1)
				? "{\"stream\":\"Step %u/9 : x\"}\n"
				: "h%u: b\r\n",
			i);
		for (n = 0; n < (f->after == DRIP ? 1 : 50); n++)
			buf_adds(&out, f->more ? f->more : line);
		if (write(fd, out.p, out.n) < 0)
			return;
		out.n = 0;
		if (f->after == DRIP && poll(&gone, 1, 20) > 0)
			return;
	}
}

/* Pings are answered well, and each other request with the fault. */
static inline void serve_faults(int listener, const void *ctx)
{
	char head[65536];
	int fd;

	(void)ctx;
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		size_t n = 0;
		ssize_t k;

		head[0] = 0;
		while (n < sizeof head - 1 &&
			(k = read(fd, head + n, sizeof head - 1 - n)) > 0) {
			n += (size_t)k;
			head[n] = 0;
			if (strstr(head, "\r\n\r\n"))
				break;
		}
		if (!strncmp(head, "GET /_ping", 10))
			k = write(fd, PING_1_41, sizeof PING_1_41 - 1);
		else
			fault_serve(fd);
		close(fd);
	}
}

static inline struct server start_server(void)
{
	return serve_by(serve_faults, NULL);
}

#endif
