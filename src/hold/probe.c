/* SPDX-License-Identifier: MIT */
/* Does something answer at a port of this container? In images that have no program to
 * find out with. */
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "hold/hold.h"
#include "hold/sys.h"

enum { WAIT_S = 5, REPLY_BYTES = 64, YES = 0, NO = 1 };

static unsigned number(const char *s)
{
	unsigned n = 0;

	for (; s && *s >= '0' && *s <= '9' && n < 65536; s++)
		n = n * 10 + (unsigned)(*s - '0');
	return n;
}

static long dial(unsigned port)
{
	const unsigned short big =
		(unsigned short)((port & 255) << 8 | (port >> 8 & 255));
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = big};
	struct sockaddr_in6 b = {.sin6_family = AF_INET6, .sin6_port = big};
	const struct timeval wait = {.tv_sec = WAIT_S};
	long fd;

	((unsigned char *)&a.sin_addr)[0] = 127;
	((unsigned char *)&a.sin_addr)[3] = 1;
	((unsigned char *)&b.sin6_addr)[15] = 1;
	for (int v6 = 0; v6 < 2; v6++) {
		fd = SYS(socket, v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0,
			0, 0);
		SYS(setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
		SYS(setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
		if (fd >= 0 && SYS(connect, fd, v6 ? (void *)&b : (void *)&a,
				       v6 ? sizeof b : sizeof a, 0, 0) == 0)
			return fd;
		sys_close(fd);
	}
	return -1;
}

static void send_text(long fd, const char *text)
{
	/* one that has hung up answers nothing either */
	SYS(sendto, fd, text, length(text), MSG_NOSIGNAL, 0);
}

/* "HTTP/1.1 204": 2xx and 3xx are answers. */
static bool answers(long fd, const char *path)
{
	char reply[REPLY_BYTES];
	size_t n = 0;
	long k;

	send_text(fd, "GET ");
	send_text(fd, path);
	send_text(fd, " HTTP/1.0\r\nHost: localhost\r\nUser-Agent: cnnrun\r\n\r\n");
	while (n < 12 && (k = sys_read(fd, reply + n, sizeof reply - 1 - n)) > 0)
		n += (size_t)k;
	reply[n] = 0;
	return n >= 12 && begins(reply, "HTTP/") && (reply[9] == '2' || reply[9] == '3');
}

_Noreturn void probe(char **argv)
{
	unsigned port = number(argv[1]);
	long fd = port ? dial(port) : -1;

	if (fd < 0)
		sys_exit(NO);
	sys_exit(!argv[2] || answers(fd, argv[2]) ? YES : NO);
}
