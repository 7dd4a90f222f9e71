/* SPDX-License-Identifier: MIT */
/* What the engine says when something fails, as one clear line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "engine/http/call.h"
#include "engine/ops.h"

void one_line(char *s, size_t max)
{
	size_t n = strlen(s);

	while (n && (s[n - 1] == '\n' || s[n - 1] == '\r' || s[n - 1] == ' '))
		s[--n] = 0;
	if (n > max)
		s[max] = 0;
	for (char *p = s; *p; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	log_printable(s, false);
}

cJSON *reply_json(const struct reply *r, struct err *e)
{
	struct err local = {0};
	cJSON *j;

	e = e ? e : &local;
	j = json_parse(buf_str(&r->body), r->body.n, e);
	if (!j) {
		err_wrap(e, "unreadable reply of the container engine");
		one_line(e->msg, sizeof e->msg);
	}
	return j;
}

int engine_fail(struct err *e, const struct reply *r)
{
	AUTO_JSON cJSON *j = cJSON_ParseWithLength(buf_str(&r->body), r->body.n);
	const char *message = json_str(j, "message");
	AUTO_FREE char *text = xstrdup(message ? message : buf_str(&r->body));

	one_line(text, 1500);
	if (*text)
		return err_set(e, (int)r->status, "%s", text);
	return err_set(e, (int)r->status,
		"the container engine answered HTTP %ld without a word", r->status);
}

int engine_unreachable(struct err *e, int os_error, const char *url)
{
	const char *socket = engine_socket(url);
	AUTO_FREE char *start = xasprintf("%s start %s",
		strncmp(socket, "/run/user/", 10) != 0 ? "sudo systemctl"
						       : "systemctl --user",
		engine_at(socket)->service);

	err_set(e, os_error ? os_error : ECONNREFUSED,
		"no container engine answers at %s", url);
	if (os_error == EACCES || os_error == EPERM) {
		err_set(e, os_error,
			"no container engine answers at %s: permission denied", url);
		return err_hint(e,
			"add yourself to group docker (sudo usermod -aG docker $USER, "
			"then log in again) or run a rootless engine");
	}
	if (os_error == ENOENT)
		return err_hint(e, "start it: %s", start);
	return err_hint(e, "is it running? start it: %s", start);
}
