/* SPDX-License-Identifier: MIT */
/* Who is admitted: the server's host list. */
#include "host/x11/x11_access.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "host/user.h"
#include "host/x11/x11_security.h"

enum { ADDRESS_MAX = 200 }; /* it also becomes part of a property's name */

static bool is_printable(const char *s)
{
	for (; *s; s++)
		if (*s <= ' ' || *s == 127)
			return false;
	return true;
}

int x11_host_parse(const char *address, struct x11_host *out, struct err *e)
{
	const char *type = address + 3, *colon;

	*out = (struct x11_host){.family = X11_LOCAL};
	if (!strcmp(address, "LOCAL:"))
		return 0;
	colon = strncmp(address, "SI:", 3) ? NULL : strchr(type, ':');
	if (!colon || colon == type || !colon[1] || strlen(address) > ADDRESS_MAX ||
		!is_printable(address))
		return err_set(e, EINVAL,
			"X host entry \"%.100s\": expected LOCAL: or SI:localuser:NAME",
			address);
	out->family = X11_SERVER_INTERPRETED;
	out->n = (uint16_t)strlen(type);
	memcpy(out->addr, type, out->n);
	out->addr[colon - type] = 0; /* the wire has NUL between type and value */
	return 0;
}

void x11_host_text(const struct x11_host *h, struct buf *out)
{
	AUTO_FREE char *text = xstrndup((const char *)h->addr, h->n);
	char number[INET6_ADDRSTRLEN] = "?";
	size_t n = strlen(text);

	str_printable(&text);
	if (h->family == X11_LOCAL) {
		buf_adds(out, "LOCAL:");
	} else if (h->family == X11_SERVER_INTERPRETED) {
		AUTO_FREE char *value =
			n + 1 < h->n
				? xstrndup((const char *)h->addr + n + 1, h->n - n - 1)
				: xstrdup("");

		str_printable(&value);
		buf_addf(out, "SI:%s:%s", text, value);
	} else if (h->family == X11_INTERNET && h->n == 4) {
		inet_ntop(AF_INET, h->addr, number, sizeof number);
		buf_addf(out, "INET:%s", number);
	} else if (h->family == X11_INTERNET6 && h->n == 16) {
		inet_ntop(AF_INET6, h->addr, number, sizeof number);
		buf_addf(out, "INET6:%s", number);
	} else {
		buf_addf(out, "FAMILY%u:", h->family);
		for (unsigned i = 0; i < h->n; i++)
			buf_addf(out, "%02x", h->addr[i]);
	}
}

bool x11_host_listed(const struct x11_host_list *list, const struct x11_host *h)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].family == h->family && list->v[i].n == h->n &&
			!memcmp(list->v[i].addr, h->addr, h->n))
			return true;
	return false;
}

/* Both spellings the server knows: a user's name, and "#" with a number. */
static bool is_localuser(const struct x11_host *h, uid_t uid)
{
	static const char type[] = "localuser";
	AUTO_FREE char *who = NULL;
	uid_t named;

	if (h->family != X11_SERVER_INTERPRETED || h->n <= sizeof type ||
		memcmp(h->addr, type, sizeof type) != 0)
		return false;
	who = xstrndup((const char *)h->addr + sizeof type, h->n - sizeof type);
	if (who[0] == '#') {
		char *end;
		unsigned long v = strtoul(who + 1, &end, 10);

		return end > who + 1 && !*end && v == uid;
	}
	return host_uid_of(who, &named) && named == uid;
}

int x11_query(const char *display, uid_t host_uid, struct x11_state *out, struct err *e)
{
	AUTO_X11 struct x11_server *s = NULL;
	struct x11_host_list list = {.control = true};
	struct err why = {0};

	*out = (struct x11_state){0};
	if (x11_server_open(display, NULL, &s, e) < 0)
		return -1;
	/* whom it does not trust (ssh -X) it does not tell */
	if (x11_server_hosts(s, &list, &why) < 0 && why.code != EACCES) {
		*e = why;
		return -1;
	}
	out->control = list.control;
	for (size_t i = 0; i < list.n; i++) {
		out->local |= list.v[i].family == X11_LOCAL;
		out->localuser |= is_localuser(&list.v[i], host_uid);
	}
	free(list.v);
	return x11_security_present(s, &out->security, e);
}

int x11_hosts(const char *display, struct buf *out, bool *control, struct err *e)
{
	AUTO_X11 struct x11_server *s = NULL;
	struct x11_host_list list;

	if (x11_server_open(display, NULL, &s, e) < 0 ||
		x11_server_hosts(s, &list, e) < 0)
		return -1;
	*control = list.control;
	for (size_t i = 0; i < list.n; i++) {
		x11_host_text(&list.v[i], out);
		buf_addc(out, '\n');
	}
	free(list.v);
	return 0;
}
