/* SPDX-License-Identifier: MIT */
#include "launch/forward/ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine/container.h"
#include "engine/forward.h"

/* Binds to it for a moment, as ssh would; 0 = to any. The port, or -1 with errno. */
static int try_port(const char *ip, unsigned port)
{
	union {
		struct sockaddr any;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} a = {0};
	bool six = strchr(ip, ':');
	socklen_t n = six ? sizeof a.six : sizeof a.four;
	int fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	int problem = 0;

	if (fd < 0)
		return -1;
	a.any.sa_family = six ? AF_INET6 : AF_INET;
	inet_pton(a.any.sa_family, ip,
		six ? (void *)&a.six.sin6_addr : (void *)&a.four.sin_addr);
	*(six ? &a.six.sin6_port : &a.four.sin_port) = htons((uint16_t)port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, &a.any, n) < 0 || getsockname(fd, &a.any, &n) < 0)
		problem = errno;
	close(fd);
	errno = problem;
	return problem ? -1 : ntohs(six ? a.six.sin6_port : a.four.sin_port);
}

static bool chooses(const struct plan_port *p)
{
	return !p->host || (p->host_end && !p->container_end);
}

static int check_one(const char *ip, unsigned port, struct err *e)
{
	if (try_port(ip, port) >= 0)
		return 0;
	if (errno == EADDRINUSE)
		return err_set(e, ERR_PORT_TAKEN,
			"port %u of this machine is taken; take another, or end what has "
			"it: ss -lntup sport = :%u",
			port, port);
	if (errno == EACCES)
		return err_set(e, EACCES,
			"port %u of this machine is root's, and ssh leads there as you; "
			"take one from 1024 on",
			port);
	return err_errno(e, "port %u of this machine", port);
}

/* The one over there has that number too, where it may. -1 with e. */
static int choose(const struct plan_port *p, unsigned there, struct err *e)
{
	int port = -1;

	if (!p->host) {
		port = try_port(p->host_ip, there);
		return port < 0 && (port = try_port(p->host_ip, 0)) < 0
			       ? err_errno(e, "a free port of this machine")
			       : port;
	}
	for (unsigned i = p->host; port < 0 && i <= p->host_end; i++)
		port = try_port(p->host_ip, i);
	if (port < 0)
		return err_set(e, ERR_PORT_TAKEN,
			"no port from %u to %u of this machine is free; take others, or "
			"see what has them: ss -lntup",
			p->host, p->host_end);
	return port;
}

int ports_check(const struct resolved *s, struct err *e)
{
	for (size_t i = 0; i < s->set.n_ports; i++) {
		const struct plan_port *p = &s->set.ports[i];

		if (!resolved_leads(s, p))
			continue;
		if (p->host && chooses(p) && choose(p, 0, e) < 0)
			return -1;
		for (unsigned k = 0; !chooses(p) && k < port_count(p); k++)
			if (check_one(p->host_ip, p->host + k, e) < 0)
				return -1;
	}
	for (size_t i = 0; i < s->n_services; i++)
		if (ports_check(&s->services[i], e) < 0)
			return -1;
	return 0;
}

static int add_way(const struct launching *l, const struct plan_port *p, unsigned k,
	const char *there, struct strv *words, struct err *e)
{
	const char *open = strchr(p->host_ip, ':') ? "[" : "", *shut = *open ? "]" : "";
	unsigned inside = p->container + k;
	AUTO_FREE char *word = NULL;
	int here = chooses(p) ? choose(p, (unsigned)strtoul(there, NULL, 10), e)
			      : (int)(p->host + k);

	if (here < 0)
		return -1;
	word = xasprintf("-L%s%s%s:%d:127.0.0.1:%s", open, p->host_ip, shut, here, there);
	if (resolved_leads(l->s, p)) {
		strv_add(words, word);
		if (chooses(p))
			log_info("port %u of the container is %s%s%s:%d here", inside,
				open, p->host_ip, shut, here);
	} else {
		AUTO_FREE char *line = forward_typed(l->s->elsewhere, word);

		log_info("port %u is the other machine's, as it stays; to have it here: "
			 "%s",
			inside, line);
	}
	return 0;
}

static int add_ways(const struct launching *l, const struct plan_port *p,
	const struct kvs *published, struct strv *words, struct err *e)
{
	for (unsigned k = 0; k < port_count(p); k++) {
		AUTO_FREE char *key = xasprintf("%u/%s", p->container + k, p->protocol);
		const char *there = kvs_get(published, key);

		/* none: it has ended already */
		if (there && add_way(l, p, k, there, words, e) < 0)
			return -1;
	}
	return 0;
}

int ports_lead(const struct launching *l, struct err *e)
{
	AUTO_STRV struct strv words = {0};
	AUTO_STATE struct container_state state = {0};
	const struct resolved *s = l->s;
	bool found = false;

	if (!s->elsewhere || !s->set.n_ports)
		return 0;
	if (container_inspect(l->g, l->id, &state, &found, e) < 0)
		return -1;
	for (size_t i = 0; i < s->set.n_ports; i++)
		if (port_is_here(&s->set.ports[i]) &&
			add_ways(l, &s->set.ports[i], &state.ports, &words, e) < 0)
			return -1;
	if (!words.n || ledger_forward(l->ledger, &words, e) == 0)
		return 0;
	/* who was quicker is a better reason than ssh gives */
	return ports_check(s, e) < 0 ? -1 : err_wrap(e, "ports");
}
