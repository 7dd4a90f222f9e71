/* SPDX-License-Identifier: MIT */
#include "team/meeting.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct hello make_hello(const struct meeting *m, int lane, int port)
{
	return (struct hello){MAGIC, VERSION, m->place->rank, m->place->world,
		m->place->local_rank, lane, port};
}

/* Listens where rank 0 sees this process. The port, or -1. */
static int listen_beside(struct meeting *m, int fd)
{
	socklen_t size = sizeof(union address);
	union address a;

	if (getsockname(fd, &a.any, &size) < 0)
		return -1;
	wire_set_port(&a, 0);
	m->listener = wire_listen(&a);
	return m->listener < 0 ? -1 : wire_port(&a);
}

static int follow(struct meeting *m, union address *next, struct err *e)
{
	const union address *used;
	int fd = wire_connect(m->master, m->masters, m->deadline, &used), port;
	struct answer a = {0};
	struct hello h;
	bool told;

	if (fd < 0)
		return err_set(e,
			"rank 0 did not answer at %s port %d within %d s (%s): is it "
			"started, with the same MASTER_ADDR and MASTER_PORT?",
			m->name, m->port, m->seconds, strerror(errno));
	m->found = *used;
	port = listen_beside(m, fd);
	h = make_hello(m, REPORT, port);
	/* rank 0 says at its own deadline who is missing: that can be a while after */
	told = port >= 0 && wire_send(fd, &h, sizeof(h), m->deadline) &&
	       wire_receive(fd, &a, sizeof(a), m->deadline + m->seconds) &&
	       a.magic == MAGIC;
	close(fd);
	a.refusal[NEWS - 1] = 0;
	if (!told)
		return err_set(e,
			"rank 0 at %s port %d ended, or is another program, before the "
			"team had formed",
			m->name, m->port);
	if (*a.refusal)
		return err_set(e, "%s", a.refusal);
	*next = a.next.any.sa_family ? a.next : m->found;
	return 0;
}

static int accept_previous(struct meeting *m, struct err *e)
{
	int world = m->place->world, before = (m->place->rank + world - 1) % world;

	for (int missing = LANES; missing > 0;) {
		union address from;
		struct hello h;
		int fd = wire_accept(m->listener, m->deadline, &from);

		if (fd < 0)
			return err_set(e, "rank %d did not connect within %d s", before,
				m->seconds);
		if (wire_receive(fd, &h, sizeof(h), m->deadline) && h.magic == MAGIC &&
			h.rank == before && h.lane >= 0 && h.lane < LANES &&
			m->ring->previous[h.lane] < 0) {
			m->ring->previous[h.lane] = fd;
			missing--;
		} else {
			close(fd);
		}
	}
	return 0;
}

static int connect_ring(struct meeting *m, const union address *next, struct err *e)
{
	const union address *used;

	for (int i = 0; i < LANES; i++) {
		struct hello h = make_hello(m, i, 0);
		int fd = wire_connect(next, 1, m->deadline, &used);

		m->ring->next[i] = fd;
		if (fd < 0 || !wire_send(fd, &h, sizeof(h), m->deadline))
			return err_set(e, "rank %d cannot be reached: %s",
				(m->place->rank + 1) % m->place->world, strerror(errno));
	}
	return accept_previous(m, e);
}

int meet(struct ring *ring, const struct place *place, struct err *e)
{
	struct meeting m = {.ring = ring, .place = place, .listener = -1};
	union address next;
	int result;

	*ring = (struct ring){.rank = place->rank, .world = place->world};
	for (int i = 0; i < LANES; i++)
		ring->next[i] = ring->previous[i] = -1;
	if (env_master(&m.name, &m.port, e) < 0 || env_timeout(&m.seconds, e) < 0)
		return -1;
	m.masters = wire_find(m.name, m.port, m.master, e);
	if (m.masters < 0)
		return err_wrap(e, "MASTER_ADDR %s", m.name);
	m.deadline = wire_now() + m.seconds;
	result = place->rank ? follow(&m, &next, e) : lead(&m, &next, e);
	m.deadline = wire_now() + m.seconds;
	if (result == 0)
		result = connect_ring(&m, &next, e);
	if (m.listener >= 0)
		close(m.listener);
	return result;
}

void ring_close(struct ring *ring)
{
	for (int i = 0; i < LANES; i++) {
		if (ring->next[i] >= 0)
			close(ring->next[i]);
		if (ring->previous[i] >= 0)
			close(ring->previous[i]);
	}
}
