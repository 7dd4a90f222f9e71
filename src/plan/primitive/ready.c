/* SPDX-License-Identifier: MIT */
/* ready: how it is known that a service can be used. */
#include "base/buf.h"
#include "base/mem.h"
#include "plan/checks.h"
#include "plan/primitive/shapes.h"

#define AT(member)   .offset = offsetof(struct plan_ready, member)
#define ALSO(member) .also = offsetof(struct plan_ready, member)

static int check_path(const char *s, struct err *e)
{
	for (const char *c = s; *c; c++)
		if (*c <= ' ' || *c > '~')
			return err_set(e, 0, "a path has no such character");
	return *s == '/' ? 0 : err_set(e, 0, "a path begins with \"/\"");
}

const struct field ready_fields[] = {
	{.key = "command",
		.type = FIELD_WORDS,
		AT(command),
		ALSO(has_command),
		.check = check_text},
	{.key = "port", .type = FIELD_UINT, AT(port), .min = 1, .max = 65535},
	{.key = "http", .type = FIELD_STR, AT(http), .check = check_path},
	{.key = "log", .type = FIELD_STR, AT(log), .check = check_text},
	{.key = "done", .type = FIELD_BOOL, AT(done)},
	{.key = "interval", .type = FIELD_NUM, AT(interval)},
	{.key = "timeout", .type = FIELD_NUM, AT(timeout)},
	FIELDS_END,
};

static int complete(void *obj, struct err *e)
{
	struct plan_ready *r = obj;
	int ways = r->has_command + (r->port || r->http) + (r->log != NULL) + r->done;

	if (r->has_command && !r->command.n)
		return err_set(e, 0, "the command has no words");
	if (ways > 1)
		return err_set(e, 0,
			"it takes one of command, port, http, log and done (http may "
			"name a "
			"port)");
	if (r->interval > 3600 || r->timeout > 86400)
		return err_set(e, 0, "that is too long a time");
	if (r->http && !r->port)
		r->port = 80;
	return 0;
}

const struct shape shape_ready = {
	.fields = ready_fields, .size = sizeof(struct plan_ready), .complete = complete};

char *ready_words(const struct plan_ready *r)
{
	AUTO_BUF struct buf b = {0};

	if (r->http)
		buf_addf(&b, "http://localhost:%u%s", r->port, r->http);
	else if (r->port)
		buf_addf(&b, "port %u", r->port);
	else if (r->log)
		buf_addf(&b, "the line \"%s\"", r->log);
	else if (r->done)
		buf_adds(&b, "its end");
	else if (r->has_command)
		for (size_t i = 0; i < r->command.n; i++)
			buf_addf(&b, "%s%s", i ? " " : "", r->command.v[i]);
	else
		buf_adds(&b, "its image's health check");
	return buf_take(&b);
}
