/* SPDX-License-Identifier: MIT */
#include "engine/http/head.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* An engine's head has some ten lines of some hundred bytes. */
enum { HEAD_MAX = 65536, LINES_MAX = 200 };

static const char start[] = "HTTP/1.";

ssize_t head_end(const char *text, size_t n, struct err *e)
{
	size_t k = n < sizeof start - 1 ? n : sizeof start - 1;
	const char *blank = n ? memmem(text, n, "\r\n\r\n", 4) : NULL;

	if (k && memcmp(text, start, k) != 0)
		return err_set(e, EPROTO, "it is no HTTP");
	if (!blank && n < HEAD_MAX)
		return 0;
	if (!blank || blank - text >= HEAD_MAX)
		return err_set(e, EPROTO, "endless head");
	return blank - text + 4;
}

/* "HTTP/1.1 200 OK" */
static int read_status(const char *line, size_t n, struct head *out, struct err *e)
{
	const char *digits = line + sizeof start + 1;

	if (n < sizeof start + 4 || !isdigit((unsigned char)line[sizeof start - 1]) ||
		line[sizeof start] != ' ')
		return err_set(e, EPROTO, "no status");
	for (int i = 0; i < 3; i++) {
		if (!isdigit((unsigned char)digits[i]))
			return err_set(e, EPROTO, "no status");
		out->status = out->status * 10 + (digits[i] - '0');
	}
	if (out->status < 100 || (n > sizeof start + 4 && digits[3] != ' '))
		return err_set(e, EPROTO, "no status");
	out->keep_alive = line[sizeof start - 1] != '0';
	return 0;
}

static int read_length(const char *value, struct head *out, struct err *e)
{
	uint64_t length = 0;
	const char *p = value;

	for (; isdigit((unsigned char)*p) && p - value < 18; p++)
		length = length * 10 + (uint64_t)(*p - '0');
	if (p == value || *p || (out->kind == BODY_LENGTH && out->length != length))
		return err_set(e, EPROTO, "no length");
	if (out->kind == BODY_CHUNKED)
		return 0;
	out->kind = BODY_LENGTH;
	out->length = length;
	return 0;
}

/* What the lines say of the body and the connection. */
static int take_line(const char *key, const char *value, struct head *out, struct err *e)
{
	if (!strcmp(key, "content-length"))
		return read_length(value, out, e);
	if (!strcmp(key, "transfer-encoding") && strcasecmp(value, "identity") != 0) {
		if (strcasecmp(value, "chunked") != 0)
			return err_set(e, EPROTO, "unknown coding");
		out->kind = BODY_CHUNKED;
	}
	if (!strcmp(key, "connection") && strcasestr(value, "close"))
		out->keep_alive = false;
	return 0;
}

static int read_line(const char *line, size_t n, struct head *out, struct err *e)
{
	const char *colon = memchr(line, ':', n), *end = line + n;
	AUTO_FREE char *key = NULL, *value = NULL;

	if (!colon || memchr(line, 0, n))
		return err_set(e, EPROTO, "no header line");
	key = xstrndup(line, (size_t)(colon - line));
	for (char *p = key; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	while (++colon < end && (*colon == ' ' || *colon == '\t'))
		;
	while (end > colon && isspace((unsigned char)end[-1]))
		end--;
	value = xstrndup(colon, (size_t)(end - colon));
	kvs_set(&out->lines, key, value);
	return take_line(key, value, out, e);
}

int head_parse(const char *text, size_t n, struct head *out, struct err *e)
{
	const char *line = text, *end = text + n - 2;
	int lines = 0;

	*out = (struct head){0};
	while (line < end) {
		const char *stop = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);
		size_t k = (size_t)(stop - line);

		if (lines > LINES_MAX)
			return err_set(e, EPROTO, "endless head");
		if ((lines ? read_line(line, k, out, e) : read_status(line, k, out, e)) <
			0)
			return -1;
		lines++;
		line = stop + 2;
	}
	return 0;
}
