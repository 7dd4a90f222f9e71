/* SPDX-License-Identifier: MIT */
#include "host/claim.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

/* Newer than some headers (Linux 5.3). */
enum { SHOW_UID = 0x40, DIAG_UID = 7 };

enum { ANSWER_MAX = 1 << 16 };

/* A name is its owner's within one type of sockets. */
enum { TYPE = SOCK_DGRAM };

int claim_take(const char *name)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	size_t n = strlen(name);
	int fd, why;

	if (n > sizeof a.sun_path - 1) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(a.sun_path + 1, name, n);
	fd = socket(AF_UNIX, TYPE | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
		bind(fd, (struct sockaddr *)&a,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n)) == 0)
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

static void add(struct claims *out, const char *name, size_t n, const unsigned *uid)
{
	struct claim *c;

	out->v = xrealloc(out->v, (out->n + 1) * sizeof *out->v);
	c = &out->v[out->n++];
	*c = (struct claim){.known = uid != NULL, .uid = uid ? *uid : 0};
	memcpy(c->name, name, n);
}

/* One socket: its name and its owner are among the attributes behind the head. */
static void read_socket(const struct nlmsghdr *h, const char *prefix, struct claims *out)
{
	const struct unix_diag_msg *m = NLMSG_DATA(h);
	const struct rtattr *a = (const void *)(m + 1);
	unsigned room = h->nlmsg_len - (unsigned)NLMSG_LENGTH(sizeof *m);
	const char *name = NULL;
	const unsigned *uid = NULL;
	size_t n = 0;

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof *m) || m->udiag_type != TYPE)
		return;
	for (; RTA_OK(a, room); a = RTA_NEXT(a, room))
		if (a->rta_type == UNIX_DIAG_NAME) {
			name = RTA_DATA(a);
			n = RTA_PAYLOAD(a);
		} else if (a->rta_type == DIAG_UID && RTA_PAYLOAD(a) == sizeof *uid) {
			uid = RTA_DATA(a);
		}
	/* an abstract one begins with a NUL, which no path does */
	if (n < 2 || *name || n - 1 >= sizeof out->v->name || memchr(name + 1, 0, n - 1))
		return;
	if (n - 1 >= strlen(prefix) && !memcmp(name + 1, prefix, strlen(prefix)))
		add(out, name + 1, n - 1, uid);
}

static int ask(int fd)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req req;
	} q = {.head = {.nlmsg_len = sizeof q,
		       .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.req = {.sdiag_family = AF_UNIX,
			.udiag_states = ~0U,
			.udiag_show = UDIAG_SHOW_NAME | SHOW_UID}};

	return send(fd, &q, sizeof q, 0) == sizeof q ? 0 : -1;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct claim *)a)->name, ((const struct claim *)b)->name);
}

/* 1 = there is more to come. */
static int read_answer(int fd, char *answer, const char *prefix, struct claims *out)
{
	ssize_t got = recv(fd, answer, ANSWER_MAX, 0);
	unsigned n = got > 0 ? (unsigned)got : 0;

	if (!n)
		return got < 0 && errno == EINTR ? 1 : -1;
	for (const struct nlmsghdr *h = (const void *)answer; NLMSG_OK(h, n);
		h = NLMSG_NEXT(h, n)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return 0;
		if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY)
			return -1;
		read_socket(h, prefix, out);
	}
	return 1;
}

int claims_list(const char *prefix, struct claims *out)
{
	AUTO_FREE char *answer = xmalloc(ANSWER_MAX);
	AUTO_FD int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int rc;

	*out = (struct claims){0};
	rc = fd < 0 || ask(fd) < 0 ? -1 : 1;
	while (rc > 0)
		rc = read_answer(fd, answer, prefix, out);
	if (rc < 0)
		claims_free(out);
	else if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_name);
	return rc;
}

const struct claim *claims_find(const struct claims *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->v[i].name, name))
			return &c->v[i];
	return NULL;
}

void claims_free(struct claims *c)
{
	free(c->v);
	*c = (struct claims){0};
}
