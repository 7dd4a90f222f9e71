/* SPDX-License-Identifier: MIT */
/* What was printed, as the profile reads it: bytes, of which JSON has no NUL. */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>

#include "base/mem.h"
#include "launch/steer/steer.h"

/* At once; in JSON a byte may take six. */
enum {
	PIECE_MAX = 1 << 20,
	LINES_MAX = 500,
	LINES_BYTES = 1 << 18,
	LINE_MAX_BYTES = 65536
};

/* 0xff, which is in no text that is UTF-8, stands before what stands for another byte. */
static cJSON *bytes(const char *data, size_t n)
{
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < n; i++) {
		if (data[i] && (unsigned char)data[i] != 0xff)
			buf_addc(&b, data[i]);
		else
			buf_adds(&b, data[i] ? "\xff"
					       "1"
					     : "\xff"
					       "0");
	}
	return cJSON_CreateString(buf_str(&b));
}

static int find(struct steering *s, const cJSON *args, struct handle **x, struct err *e)
{
	*x = steer_handle(s, args, e);
	if (!*x)
		return -1;
	if ((*x)->out[0].fd >= 0)
		return 0;
	return err_set(e, ENODATA,
		(*x)->foreground ? "its output went to the terminal"
				 : "its output is not kept any more");
}

int steer_output(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	int64_t from = json_int64(args, "from", 0);
	AUTO_BUF struct buf b = {0};
	const struct tail *t;
	struct handle *x;
	size_t at;

	if (find(s, args, &x, e) < 0)
		return -1;
	t = &x->out[json_int(args, "stream", 1) == 2];
	at = tail_read(t, from > 0 ? (size_t)from : 0, PIECE_MAX, &b);
	*reply = cJSON_CreateObject();
	cJSON_AddItemToObject(*reply, "text", bytes(b.p, b.n));
	cJSON_AddItemToObject(*reply, "next", json_whole((int64_t)(at + b.n)));
	cJSON_AddBoolToObject(*reply, "lost", from >= 0 && at > (size_t)from);
	cJSON_AddBoolToObject(*reply, "more", at + b.n < tail_end(t));
	return 0;
}

static void add_line(cJSON *lines, int stream, const char *text, size_t n)
{
	cJSON *pair = cJSON_CreateArray();

	if (n && text[n - 1] == '\r')
		n--;
	cJSON_AddItemToArray(pair, cJSON_CreateNumber(stream));
	cJSON_AddItemToArray(pair, bytes(text, n));
	cJSON_AddItemToArray(lines, pair);
}

/* Whole lines; what is not one only at the end, or where it is too long. */
static void add_lines(struct handle *x, int i, cJSON *reply, cJSON *lines)
{
	AUTO_BUF struct buf b = {0};
	size_t at = tail_read(&x->out[i], x->told[i], LINES_BYTES, &b), from = 0;

	if (at > x->told[i])
		cJSON_AddTrueToObject(reply, "lost");
	x->told[i] = at;
	while (from < b.n && cJSON_GetArraySize(lines) < LINES_MAX) {
		const char *p = b.p + from, *end = memchr(p, '\n', b.n - from);
		size_t n = end ? (size_t)(end - p) : b.n - from;

		if (!end && n < LINE_MAX_BYTES && !handle_ended(x))
			break;
		if (n > LINE_MAX_BYTES) {
			n = LINE_MAX_BYTES;
			end = NULL;
		}
		add_line(lines, i + 1, p, n);
		from += n + (end != NULL);
	}
	x->told[i] = at + from;
}

int steer_lines(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	struct handle *x;
	cJSON *lines;
	eventfd_t count;

	if (find(s, args, &x, e) < 0)
		return -1;
	*reply = cJSON_CreateObject();
	lines = cJSON_AddArrayToObject(*reply, "lines");
	for (;;) {
		bool ended = handle_ended(x);

		eventfd_read(x->news, &count);
		add_lines(x, 0, *reply, lines);
		add_lines(x, 1, *reply, lines);
		if (cJSON_GetArraySize(lines) || ended)
			return 0;
		/* its end is news, too */
		if (handles_wait(&s->handles, handle_has_ended, x, x->news, 0, e) < 0)
			return -1;
	}
}

int steer_forget(struct steering *s, const cJSON *args, cJSON **reply, struct err *e)
{
	struct handle *x = steer_handle(s, args, e);

	(void)reply;
	if (!x)
		return -1;
	if (handle_ended(x))
		handle_forget_output(x);
	return 0;
}
