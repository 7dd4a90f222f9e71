/* SPDX-License-Identifier: MIT */
#include "launch/session/drain.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "launch/launch.h"

enum { LOOK_MS = 100 }; /* for a signal */

/* Sends what goes out now; *input is NULL once all is sent. */
static void feed(struct stream *s, const char **input)
{
	while (*input && **input) {
		ssize_t n = stream_send(s, *input, strlen(*input), NULL);

		if (n == 0)
			return;
		/* A command that ended without reading all of it is no error. */
		*input = n < 0 ? "" : *input + n;
	}
	if (*input)
		stream_end_input(s);
	*input = NULL;
}

int drain(struct stream *s, const char *input, bool in_launch,
	bool (*take)(void *ctx, int channel, const char *data, size_t n), void *ctx,
	struct err *e)
{
	for (;;) {
		struct pollfd p = {.fd = stream_fd(s), .events = POLLIN};
		struct err end = {0};
		struct iovec piece;
		int channel, n;

		feed(s, &input);
		if (input)
			p.events |= POLLOUT;
		n = stream_take(s, &piece, 1, &channel, &end);
		if (n < 0) {
			if (end.code && e)
				*e = end;
			return end.code ? -1 : 0;
		}
		if (n > 0 && !take(ctx, channel, piece.iov_base, piece.iov_len))
			return 0;
		if (in_launch && launch_end_asked())
			return err_set(e, ERR_INTERRUPTED, "interrupted");
		if (n == 0 && poll(&p, 1, in_launch ? LOOK_MS : -1) < 0 && errno != EINTR)
			return err_errno(e, "waiting for the engine");
	}
}

bool drain_out(void *ctx, int channel, const char *data, size_t n)
{
	(void)ctx;
	while (n) {
		ssize_t k = write(channel == 2 ? 2 : 1, data, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return false; /* the reader has seen enough */
		data += k;
		n -= (size_t)k;
	}
	return true;
}
