/* SPDX-License-Identifier: MIT */
#include "launch/filter/dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "launch/filter/names.h"

enum { CONNECT_MS = 20000 };

static bool is_public4(uint32_t a)
{
	static const struct {
		uint32_t net;
		int bits;
	} kept[] = {{0x00000000, 8}, {0x0a000000, 8}, {0x64400000, 10}, {0x7f000000, 8},
		{0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24},
		{0xc0586300, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24},
		{0xcb007100, 24}, {0xe0000000, 3}};

	for (size_t i = 0; i < COUNT_OF(kept); i++)
		if ((a ^ kept[i].net) >> (32 - kept[i].bits) == 0)
			return false;
	return true;
}

/* 2000::/3, without what carries an IPv4 address inside, and without examples. */
static bool is_public6(const uint8_t *a)
{
	if ((a[0] & 0xe0) != 0x20)
		return false;
	if (a[0] == 0x20 && a[1] == 0x02)
		return false;
	return !(a[0] == 0x20 && a[1] == 0x01 &&
		 ((!a[2] && !a[3]) || (a[2] == 0x0d && a[3] == 0xb8)));
}

static bool is_same(const struct sockaddr *a, const struct sockaddr *b)
{
	if (!b || a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET)
		return !memcmp(&((const struct sockaddr_in *)(const void *)a)->sin_addr,
			&((const struct sockaddr_in *)(const void *)b)->sin_addr, 4);
	return a->sa_family == AF_INET6 &&
	       !memcmp(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr,
		       &((const struct sockaddr_in6 *)(const void *)b)->sin6_addr, 16);
}

static bool is_own(const struct sockaddr *a)
{
	struct ifaddrs *list = NULL;
	bool found = false;

	if (getifaddrs(&list) < 0)
		return true; /* who knows */
	for (const struct ifaddrs *i = list; i; i = i->ifa_next)
		found |= is_same(a, i->ifa_addr);
	freeifaddrs(list);
	return found;
}

bool dial_is_public(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return is_public4(ntohl(
			((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr));
	return a->sa_family == AF_INET6 &&
	       is_public6(
		       ((const struct sockaddr_in6 *)(const void *)a)->sin6_addr.s6_addr);
}

static bool is_listed(const struct sockaddr *a, socklen_t n, unsigned port)
{
	char text[INET6_ADDRSTRLEN + 20];

	return getnameinfo(a, n, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0 &&
	       names_list(text, port);
}

static int connect_to(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd p = {fd, POLLOUT, 0};
	int error = 0;
	socklen_t n = sizeof error;

	if (fd < 0)
		return -1;
	if (connect(fd, a->ai_addr, a->ai_addrlen) < 0 &&
		(errno != EINPROGRESS || poll(&p, 1, CONNECT_MS) != 1 ||
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0 || error)) {
		close(fd);
		return -1;
	}
	return fd;
}

int dial(const char *host, unsigned port, const char **why)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG},
			*list = NULL;
	char service[8];
	int fd = -1;

	snprintf(service, sizeof service, "%u", port);
	*why = NULL; /* without an address, or down: nothing was refused */
	if (getaddrinfo(host, service, &hints, &list) != 0)
		return -1;
	for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
		bool open = dial_is_public(a->ai_addr) && !is_own(a->ai_addr);

		if (!open && !is_listed(a->ai_addr, a->ai_addrlen, port)) {
			*why = "leads to this machine or a private network; list the "
			       "address too if that is meant";
			continue;
		}
		fd = connect_to(a);
	}
	freeaddrinfo(list);
	return fd;
}
