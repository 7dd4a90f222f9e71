/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "hold/hold.h"
#include "launch/filter/confine.h"
#include "launch/filter/dns.h"
#include "launch/filter/filter.h"
#include "launch/filter/names.h"
#include "launch/filter/refusals.h"
#include "launch/filter/routes.h"
#include "launch/filter/visit.h"

enum { PROXY, DNS }; /* the ports in their order */
enum { LOOK_MS = 1000, FULL_MS = 200, FDS = HOLD_PORTS_MAX + ROUTES };

struct outside {
	struct filter_fds fds;
	int ports[FDS];
	size_t n;   /* of them; 0 = the container is not there yet */
	bool spent; /* no descriptor is left for one more */
};

static void leave(struct filter_fds *f)
{
	int *keep[] = {&f->news, &f->life, &f->listener};
	struct rlimit limit;
	sigset_t all;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* to 3, 4 and 5, past each other, and nothing else stays */
	for (size_t i = 0; i < COUNT_OF(keep); i++)
		*keep[i] = fcntl(*keep[i], F_DUPFD_CLOEXEC, 10);
	for (int i = 0; i < 3; i++) {
		dup2(null, i);
		dup3(*keep[i], i + 3, O_CLOEXEC);
		*keep[i] = i + 3;
	}
	syscall(SYS_close_range, 6U, ~0U, 0U);
	setsid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "cnnrun-filter");
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (chdir("/") < 0) {
		/* it stays where it is */
	}
}

/* The first that calls is the container's first program; no other ever does. */
static void receive(struct outside *o, size_t n_ports)
{
	int fd = accept4(o->fds.listener, NULL, NULL, SOCK_CLOEXEC);
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(FDS * sizeof(int))];
	} control = {0};
	char byte;
	struct iovec part = {&byte, 1};
	struct msghdr m = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control};
	const struct cmsghdr *c;
	size_t n;

	if (fd < 0)
		return;
	close(o->fds.listener);
	o->fds.listener = -1;
	if (recvmsg(fd, &m, MSG_CMSG_CLOEXEC) != 1 || !(c = CMSG_FIRSTHDR(&m)) ||
		c->cmsg_type != SCM_RIGHTS)
		_exit(1);
	close(fd);
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (n < n_ports || n > n_ports + ROUTES)
		_exit(1);
	memcpy(o->ports, CMSG_DATA(c), n * sizeof(int));
	o->n = n_ports;
	for (size_t i = 0; i < n_ports; i++)
		fcntl(o->ports[i], F_SETFL, O_NONBLOCK);
	routes_begin(o->ports + n_ports, n - n_ports);
}

static void answer_names(int fd)
{
	struct sockaddr_storage who;
	uint8_t query[DNS_MAX * 4], out[DNS_MAX];

	for (int i = 0; i < 64; i++) {
		socklen_t len = sizeof who;
		ssize_t n = recvfrom(fd, query, sizeof query, MSG_DONTWAIT,
			(struct sockaddr *)&who, &len);
		size_t k = n > 0 ? dns_answer(query, (size_t)n, out) : 0;

		if (n < 0)
			return;
		if (k)
			sendto(fd, out, k, MSG_DONTWAIT | MSG_NOSIGNAL,
				(struct sockaddr *)&who, len);
	}
}

static void take_visits(struct outside *o, size_t port)
{
	while (visit_room()) {
		int fd = accept4(o->ports[port], NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0) {
			o->spent = errno != EAGAIN && errno != EINTR &&
				   errno != ECONNABORTED;
			return;
		}
		if (!visit_begin(fd, port == PROXY)) {
			close(fd);
			o->spent = true;
			return;
		}
	}
}

/* Is this the end? */
static bool is_over(
	const struct outside *o, const struct pollfd *life, const struct pollfd *news)
{
	char c;

	if (life->revents)
		return true;
	return news->revents && recv(o->fds.news, &c, 1, MSG_DONTWAIT) == 1;
}

/* What the launcher said last is the end; when it just goes, it has detached. */
static void lose_news(struct outside *o, const struct pollfd *news)
{
	if (!(news->revents & (POLLHUP | POLLERR)))
		return;
	refusals_begin(-1);
	close(o->fds.news);
	o->fds.news = -1;
}

static void serve(struct outside *o, size_t n_ports)
{
	struct pollfd p[4 + HOLD_PORTS_MAX];
	bool room = visit_room() && !o->spent;
	uint64_t drained;

	p[0] = (struct pollfd){o->fds.life, POLLIN, 0};
	p[1] = (struct pollfd){o->fds.news, POLLIN, 0};
	p[2] = (struct pollfd){o->fds.listener, POLLIN, 0};
	p[3] = (struct pollfd){visit_room_fd(), POLLIN, 0};
	for (size_t i = 0; i < o->n; i++)
		p[4 + i] =
			(struct pollfd){i == DNS || room ? o->ports[i] : -1, POLLIN, 0};
	if (poll(p, (nfds_t)(4 + o->n),
		    o->spent                   ? FULL_MS
		    : o->n && o->fds.news >= 0 ? LOOK_MS
					       : -1) < 0)
		return;
	o->spent = false;
	routes_look();
	if (is_over(o, &p[0], &p[1])) {
		refusals_end();
		_exit(0);
	}
	lose_news(o, &p[1]);
	if (p[3].revents && read(visit_room_fd(), &drained, sizeof drained) < 0)
		o->spent = true;
	for (size_t i = 0; i < o->n; i++)
		if (p[4 + i].revents && i == DNS)
			answer_names(o->ports[i]);
		else if (p[4 + i].revents)
			take_visits(o, i);
	if (p[2].revents)
		receive(o, n_ports);
}

_Noreturn void filter_run(
	const struct filter_fds *fds, const struct strv *rules, size_t n_ports)
{
	struct outside o = {.fds = *fds};

	leave(&o.fds);
	names_begin(rules);
	refusals_begin(o.fds.news);
	visit_room_fd();
	confine();
	for (;;)
		serve(&o, n_ports);
}
