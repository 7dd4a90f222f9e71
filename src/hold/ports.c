/* SPDX-License-Identifier: MIT */
/* A container without a network whose launch lists hosts: sockets of its own loopback go
 * to the filter, which answers them from where there is a network. They are all that
 * crosses; nothing of the image's runs yet, and later nobody listens there. */
#include <netinet/in.h>
#include <sys/socket.h>

#include "hold/hold.h"
#include "hold/sys.h"

/* Behind the ports: where the kernel counts what had no way out. */
static const char *const counts[] = {"/proc/self/net/snmp", "/proc/self/net/snmp6"};

enum { COUNTS = 2, FDS_MAX = HOLD_PORTS_MAX + COUNTS };

static long open_port(const struct hold_port *p)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	int on = 1;
	long fd = SYS(socket, AF_INET,
		(p->datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0, 0, 0);
	long r = fd;

	for (size_t i = 0; i < 4; i++)
		((unsigned char *)&a.sin_addr)[i] = p->address[i];
	for (size_t i = 0; i < 2; i++)
		((unsigned char *)&a.sin_port)[i] = p->port[i];
	if (r >= 0 && !p->datagrams)
		r = SYS(setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (r >= 0)
		r = SYS(bind, fd, &a, sizeof a, 0, 0);
	if (r >= 0 && !p->datagrams)
		r = SYS(listen, fd, 128, 0, 0, 0);
	return r < 0 ? r : fd;
}

static long send_all(long to, const int *fds, size_t n)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control = {0};
	char byte = 0;
	struct iovec part = {&byte, 1};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control};

	m.msg_controllen = CMSG_SPACE(n * sizeof(int));
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(n * sizeof(int));
	for (size_t i = 0; i < n; i++)
		((int *)(void *)CMSG_DATA(&control.head))[i] = fds[i];
	return SYS(sendmsg, to, &m, 0, 0, 0);
}

long open_ports(const struct hold *h)
{
	static struct hold_port ports[HOLD_PORTS_MAX + 1];
	long n = read_all(HOLD_PORTS, h->gate, false, (char *)ports, sizeof ports), to, r;
	int fds[FDS_MAX];
	size_t k = 0;

	if (n < 0)
		return n == -ENOENT ? 0 : n;
	to = call_gate(h, HOLD_FILTER, 0);
	r = to;
	for (size_t i = 0; r >= 0 && i < (size_t)n / sizeof *ports; i++) {
		r = open_port(&ports[i]);
		fds[k++] = (int)r;
	}
	for (size_t i = 0; r >= 0 && i < COUNTS; i++) {
		long fd = sys_open(counts[i], O_RDONLY);

		if (fd >= 0)
			fds[k++] = (int)fd;
	}
	if (r >= 0)
		r = send_all(to, fds, k);
	for (size_t i = 0; i < k; i++)
		if (fds[i] >= 0)
			sys_close(fds[i]);
	if (to >= 0)
		sys_close(to);
	return r < 0 ? r : 0;
}
