/* SPDX-License-Identifier: MIT */
#include "base/mem.h"
#include "team/meeting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void refuse(int fd, const char *why)
{
	struct answer a = {.magic = MAGIC};

	snprintf(a.refusal, sizeof(a.refusal), "%s", why);
	wire_send(fd, &a, sizeof(a), wire_now() + HASTE);
	/* bytes that nobody reads would let the kernel drop the answer */
	shutdown(fd, SHUT_WR);
}

/* Why a rank cannot be one of this team; 0 when it can. */
static int judge(const struct meeting *m, const struct hello *h, struct err *e)
{
	int world = m->place->world;

	if (h->version != VERSION)
		return err_set(e, "rank %d runs another version of cnntrain", h->rank);
	if (h->world != world)
		return err_set(e,
			"rank %d was started with WORLD_SIZE=%d, rank 0 with "
			"WORLD_SIZE=%d: all must be told the same",
			h->rank, h->world, world);
	if (h->rank <= 0 || h->rank >= world || m->reported[h->rank] >= 0)
		return err_set(e,
			"two processes were started with RANK=%d: each needs its own, "
			"from 0 to %d",
			h->rank, world - 1);
	return 0;
}

/* Takes the report of one rank. 1; 0 for a stranger, who is ignored; -1 with e set. */
static int take_report(
	struct meeting *m, int fd, const union address *from, struct err *e)
{
	double soon = wire_now() + HASTE;
	struct hello h;

	if (!wire_receive(fd, &h, sizeof(h), soon < m->deadline ? soon : m->deadline) ||
		h.magic != MAGIC || h.lane != REPORT) {
		close(fd);
		return 0;
	}
	if (judge(m, &h, e) < 0) {
		refuse(fd, e->msg);
		close(fd);
		return -1;
	}
	m->reported[h.rank] = fd;
	m->where[h.rank] = *from;
	wire_set_port(&m->where[h.rank], h.port);
	return 1;
}

static int tell_missing(const struct meeting *m, struct err *e)
{
	char list[128] = "";
	size_t used = 0;
	int missing = 0;

	for (int i = 1; i < m->place->world; i++) {
		if (m->reported[i] >= 0)
			continue;
		if (used < sizeof(list) - 16)
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%d",
				missing ? ", " : "", i);
		else if (used < sizeof(list) - 4)
			used += (size_t)snprintf(list + used, sizeof(list) - used, "...");
		missing++;
	}
	return err_set(e,
		"rank%s %s of %d did not report to %s port %d within %d s; "
		"CNNTRAIN_TIMEOUT gives more seconds",
		missing > 1 ? "s" : "", list, m->place->world, m->name, m->port,
		m->seconds);
}

/* Rank 0: waits for all, then tells each where its successor is. */
static int gather_reports(struct meeting *m, struct err *e)
{
	int world = m->place->world, missing = world - 1;

	while (missing > 0) {
		union address from;
		int fd = wire_accept(m->listener, m->deadline, &from);
		int taken = fd < 0 ? tell_missing(m, e) : take_report(m, fd, &from, e);

		if (taken < 0)
			return -1;
		missing -= taken;
	}
	for (int i = 1; i < world; i++) {
		struct answer a = {.magic = MAGIC, .next = m->where[(i + 1) % world]};

		if (!wire_send(m->reported[i], &a, sizeof(a), wire_now() + HASTE))
			return err_set(e, "rank %d ended before the team had formed", i);
	}
	return 0;
}

/* Debian resolves a machine's own name to 127.0.1.1, where no other machine gets in. */
static bool is_own_name(const union address *a)
{
	return a->any.sa_family == AF_INET && a->v4.sin_addr.s_addr == htonl(0x7f000101);
}

static int listen_as_master(struct meeting *m, struct err *e)
{
	int why = 0;

	for (int i = 0; i < m->masters && m->listener < 0; i++) {
		union address a = m->master[i];

		if (is_own_name(&a))
			a.v4.sin_addr.s_addr = htonl(INADDR_ANY);
		m->listener = wire_listen(&a);
		if (m->listener < 0 && why != EADDRINUSE)
			why = errno;
	}
	if (m->listener >= 0)
		return 0;
	if (why == EADDRINUSE)
		return err_set(e,
			"port %d of %s is in use, by another program or a second process "
			"with RANK=0: choose another MASTER_PORT for all ranks",
			m->port, m->name);
	if (why == EADDRNOTAVAIL)
		return err_set(e,
			"MASTER_ADDR %s is not this machine, and rank 0 must listen "
			"there: set it to the machine that rank 0 runs on",
			m->name);
	return err_set(e, "rank 0 cannot listen on %s port %d: %s", m->name, m->port,
		strerror(why));
}

int lead(struct meeting *m, union address *next, struct err *e)
{
	int world = m->place->world, result;

	if (listen_as_master(m, e) < 0)
		return -1;
	m->reported = mem_alloc((size_t)world * sizeof(int));
	m->where = mem_alloc((size_t)world * sizeof(*m->where));
	for (int i = 0; i < world; i++)
		m->reported[i] = -1;
	result = gather_reports(m, e);
	*next = m->where[1];
	for (int i = 1; i < world; i++) {
		if (m->reported[i] < 0)
			continue;
		if (result < 0)
			refuse(m->reported[i], e->msg);
		close(m->reported[i]);
	}
	free(m->reported);
	free(m->where);
	return result;
}
