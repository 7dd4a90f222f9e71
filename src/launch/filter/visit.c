/* SPDX-License-Identifier: MIT */
#include "launch/filter/visit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "launch/filter/carry.h"
#include "launch/filter/dial.h"
#include "launch/filter/head.h"
#include "launch/filter/hello.h"
#include "launch/filter/names.h"
#include "launch/filter/refusals.h"

enum { FIRST_MS = 15000, STACK = 512 << 10 };

struct visit {
	int fd, out;
	bool proxy;
	char host[HOST_MAX];
	unsigned port;
	struct buf said; /* by the client, and not passed on yet */
};

static atomic_int visits;
static const char not_listed[] = "is not on the list";

bool visit_room(void)
{
	return atomic_load(&visits) < VISITS_MAX;
}

int visit_room_fd(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return fd;
}

static void answer(const struct visit *v, const char *status, const char *why)
{
	AUTO_BUF struct buf b = {0};

	buf_addf(&b,
		"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
		"cnnrun: %s %s\n",
		status, *v->host ? v->host : "this", why);
	send(v->fd, b.p, b.n, MSG_NOSIGNAL);
}

/* http: the client understands an answer. */
static bool refuse_visit(const struct visit *v, bool http, const char *why)
{
	static const uint8_t alert[] = {21, 3, 3, 0, 2, 2, 49}; /* access denied */
	char what[HOST_MAX + 16];

	if (*v->host)
		snprintf(what, sizeof what, strchr(v->host, ':') ? "[%s]:%u" : "%s:%u",
			v->host, v->port);
	else
		snprintf(what, sizeof what, "a connection");
	refuse(what, why);
	if (http)
		answer(v, "403 Forbidden", why);
	else if (v->port == HTTPS_PORT)
		send(v->fd, alert, sizeof alert, MSG_NOSIGNAL);
	return false;
}

/* More of what the client says, until then. */
static bool hear(struct visit *v, int64_t end)
{
	struct pollfd p = {v->fd, POLLIN, 0};
	int64_t left = end - clock_ms();
	char bytes[4096];
	ssize_t n;

	if (left <= 0 || poll(&p, 1, (int)left) != 1)
		return false;
	n = recv(v->fd, bytes, sizeof bytes, 0);
	if (n <= 0)
		return false;
	buf_add(&v->said, bytes, (size_t)n);
	return true;
}

static bool hear_head(struct visit *v, struct head *h)
{
	int64_t end = clock_ms() + FIRST_MS;
	size_t n;

	while (!(n = head_length(buf_str(&v->said), v->said.n))) {
		if (v->said.n > HEAD_MAX)
			return refuse_visit(
				v, true, "was asked for at too great a length");
		if (!hear(v, end))
			return false;
	}
	head_read(v->said.p, n, h);
	memmove(v->said.p, v->said.p + n, v->said.n - n);
	v->said.n -= n;
	return true;
}

/* The name inside is the name that was connected to: else one could be meant and another
 * be reached, where many share an address. */
static bool judge_hello(struct visit *v)
{
	int64_t end = clock_ms() + FIRST_MS;
	char name[HOST_MAX], why[HOST_MAX + 40];
	enum hello found;

	if (host_rule_is_address(v->host))
		return true;
	while ((found = hello_name((uint8_t *)v->said.p, v->said.n, name)) == HELLO_MORE)
		if (!hear(v, end))
			return false;
	if (found == HELLO_NONE)
		return refuse_visit(v, false, "was spoken to without TLS");
	if (found == HELLO_UNNAMED)
		return refuse_visit(v, false, "was spoken to without its name in TLS");
	if (!strcmp(name, v->host))
		return true;
	snprintf(why, sizeof why, "was spoken to as %s in TLS", name);
	return refuse_visit(v, false, why);
}

/* The head that was heard is passed on, before what followed it. */
static void put_before(struct visit *v, struct buf *head)
{
	buf_add(head, buf_str(&v->said), v->said.n);
	buf_free(&v->said);
	v->said = *head;
	*head = (struct buf){0};
}

static bool go(struct visit *v, bool http)
{
	const char *why;

	if (!names_list(v->host, v->port))
		return refuse_visit(v, http, not_listed);
	v->out = dial(v->host, v->port, &why);
	if (v->out >= 0)
		return true;
	if (why)
		return refuse_visit(v, http, why);
	if (http)
		answer(v, "502 Bad Gateway", "has no address, or does not answer");
	return false;
}

/* HTTP of one request, from a client that knows of the proxy or one that does not. */
static bool ask_http(struct visit *v, struct head *h)
{
	put_before(v, &h->out);
	return go(v, true);
}

static bool ask_proxy(struct visit *v)
{
	static const char ok[] = "HTTP/1.1 200 Connection established\r\n\r\n";
	struct head h = {0};
	bool good = false;

	if (!hear_head(v, &h))
		return false;
	memcpy(v->host, h.host, sizeof v->host);
	v->port = h.port;
	if (h.bad)
		refuse_visit(v, true, h.bad);
	else if (!h.connect && h.port == HTTPS_PORT)
		refuse_visit(v, true, "was spoken to without TLS");
	else if (!h.connect)
		good = h.absolute ? ask_http(v, &h)
				  : refuse_visit(v, true, "was asked for of a proxy");
	else if (h.port == HTTP_PORT && !host_rule_is_address(h.host))
		refuse_visit(v, true,
			names_list(h.host, h.port)
				? "was to be connected to without a request"
				: not_listed);
	else if (go(v, true) && send(v->fd, ok, sizeof ok - 1, MSG_NOSIGNAL) > 0)
		good = v->port != HTTPS_PORT || judge_hello(v);
	buf_free(&h.out);
	return good;
}

static bool ask_direct_http(struct visit *v)
{
	struct head h = {0};
	bool good = false;

	if (!hear_head(v, &h))
		return false;
	if (h.bad || h.connect)
		refuse_visit(v, true, h.bad ? h.bad : "was asked for another host");
	else if (strcmp(h.host, v->host) != 0 || h.port != v->port)
		refuse_visit(v, true, "was asked for with the Host of another");
	else
		good = ask_http(v, &h);
	buf_free(&h.out);
	return good;
}

/* Where it went says the name. */
static bool ask_direct(struct visit *v)
{
	struct sockaddr_in a = {0};
	socklen_t n = sizeof a;

	if (getsockname(v->fd, (struct sockaddr *)&a, &n) < 0)
		return false;
	v->port = ntohs(a.sin_port);
	if (!names_of(a.sin_addr, v->host))
		return refuse_visit(v, v->port == HTTP_PORT, "has no name of the list");
	if (!names_list(v->host, v->port))
		return refuse_visit(v, v->port == HTTP_PORT, not_listed);
	if (v->port == HTTP_PORT)
		return ask_direct_http(v);
	return (v->port != HTTPS_PORT || judge_hello(v)) && go(v, false);
}

static void *run(void *arg)
{
	struct visit *v = arg;
	const uint64_t one = 1;

	if (v->proxy ? ask_proxy(v) : ask_direct(v))
		carry(v->fd, v->out, &v->said, false);
	close(v->fd);
	if (v->out >= 0)
		close(v->out);
	buf_free(&v->said);
	free(v);
	atomic_fetch_sub(&visits, 1);
	if (write(visit_room_fd(), &one, sizeof one) < 0) {
		/* it is known already */
	}
	return NULL;
}

bool visit_begin(int fd, bool proxy)
{
	struct visit *v = calloc(1, sizeof *v);
	pthread_attr_t attr;
	pthread_t thread;
	bool good;

	if (!v)
		return false;
	*v = (struct visit){.fd = fd, .out = -1, .proxy = proxy};
	atomic_fetch_add(&visits, 1);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK);
	good = pthread_create(&thread, &attr, run, v) == 0;
	pthread_attr_destroy(&attr);
	if (!good) {
		atomic_fetch_sub(&visits, 1);
		free(v);
	}
	return good;
}
