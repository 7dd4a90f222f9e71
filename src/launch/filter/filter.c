/* SPDX-License-Identifier: MIT */
#include "launch/filter/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "hold/hold.h"
#include "plan/host_rule.h"

enum { LINE_MAX_BYTES = 8192, END_MS = 2000 };

static bool add_port(struct hold_port *ports, size_t *n, bool datagrams, uint32_t address,
	unsigned port)
{
	struct hold_port p = {.datagrams = datagrams,
		.address = {(uint8_t)(address >> 24), (uint8_t)(address >> 16),
			(uint8_t)(address >> 8), (uint8_t)address},
		.port = {(uint8_t)(port >> 8), (uint8_t)port}};

	for (size_t i = 0; i < *n; i++)
		if (!memcmp(&ports[i], &p, sizeof p))
			return true;
	if (*n == HOLD_PORTS_MAX)
		return false;
	ports[(*n)++] = p;
	return true;
}

/* The proxy's, the name server's, and each that the list has: at any address, for each
 * name has its own. 0 = there are too many. */
static size_t find_ports(const struct strv *rules, struct hold_port *ports)
{
	size_t n = 0;
	bool good = add_port(ports, &n, false, 0x7f000001, 3128) &&
		    add_port(ports, &n, true, 0x7f000035, 53);

	for (size_t i = 0; i < rules->n; i++) {
		unsigned port = host_rule_port(rules->v[i]);

		if (!port)
			good &= add_port(ports, &n, false, 0, HTTP_PORT) &&
				add_port(ports, &n, false, 0, HTTPS_PORT);
		else
			good &= add_port(ports, &n, false, 0, port);
	}
	return good ? n : 0;
}

int filter_prepare(struct filter *f, const struct resolved *s, struct ledger_holds *holds,
	struct err *e)
{
	int life[2];

	if (!s->set.network_allow.n)
		return 0;
	if (holds->n == LEDGER_HOLDS_MAX)
		return err_set(e, EMFILE, "the launch holds too much");
	if (pipe2(life, O_CLOEXEC) < 0)
		return err_errno(e, "pipe");
	f->life = life[0];
	holds->v[holds->n++] = life[1];
	return 0;
}

static int start(
	struct filter *f, int listener, const struct strv *rules, size_t n, struct err *e)
{
	int news[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, news) < 0)
		return err_errno(e, "socketpair");
	f->pid = fork();
	if (f->pid == 0)
		filter_run(&(struct filter_fds){news[1], f->life, listener}, rules, n);
	close(news[1]);
	f->news = news[0];
	if (f->pid > 0)
		return 0;
	f->pid = 0;
	close(news[0]);
	return err_errno(e, "fork");
}

int filter_begin(
	struct filter *f, const struct gate *g, const struct resolved *s, struct err *e)
{
	struct hold_port ports[HOLD_PORTS_MAX];
	size_t n;
	int listener, rc;

	if (!s->set.network_allow.n)
		return 0;
	n = find_ports(&s->set.network_allow, ports);
	if (!n)
		return err_set(e, E2BIG, "the list of hosts has more than %d ports",
			HOLD_PORTS_MAX - 2);
	if (gate_put(g, HOLD_PORTS, ports, n * sizeof *ports, 0444, e) < 0)
		return -1;
	listener = gate_listen(g->dir, HOLD_FILTER, e);
	rc = listener < 0 ? -1 : start(f, listener, &s->set.network_allow, n, e);
	if (listener >= 0)
		close(listener);
	return rc;
}

int filter_fd(const struct filter *f)
{
	return f->pid > 0 ? f->news : -1;
}

/* One line; 0 = none now, -1 = it has no more to say. */
static int hear(const struct filter *f)
{
	char text[LINE_MAX_BYTES];
	ssize_t n = recv(f->news, text, sizeof text, MSG_DONTWAIT);

	if (n > 0)
		log_warn("network: %.*s", (int)n, text);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return n > 0 ? 1 : -1;
}

static void reap(struct filter *f)
{
	kill(f->pid, SIGKILL);
	while (waitpid(f->pid, NULL, 0) < 0 && errno == EINTR)
		;
	f->pid = 0;
}

void filter_hear(struct filter *f)
{
	int rc;

	while ((rc = hear(f)) > 0)
		;
	if (rc == 0)
		return;
	log_warn("network: the filter was killed; the container has no network any more");
	close(f->news);
	reap(f);
}

void filter_end(struct filter *f, bool detached)
{
	struct pollfd p = {f->news, POLLIN, 0};

	if (f->life > 0)
		close(f->life);
	f->life = 0;
	if (f->pid <= 0)
		return;
	if (!detached && send(f->news, "E", 1, MSG_NOSIGNAL) == 1)
		while (poll(&p, 1, END_MS) == 1 && hear(f) >= 0)
			;
	close(f->news);
	if (!detached)
		reap(f);
	f->pid = 0;
}
