/* SPDX-License-Identifier: MIT */
/* floor SOCKET CREATE.json FILES.tar [tty] : a container from its create request to its
 * removal with the calls that are needed and nothing else: the least a launcher can cost.
 * Its output goes to stdout; with tty, stdin goes to it. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

static const char *engine;
static char buf[65536]; /* the last reply */
static char id[65];     /* of the container */

static _Noreturn void fail(const char *what, const char *reply)
{
	fprintf(stderr, "floor: %s: %s\n", what, reply);
	exit(125);
}

static int dial(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(a.sun_path, engine, sizeof a.sun_path - 1);
	if (connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		fail("connect", engine);
	return fd;
}

static void put(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t k = write(fd, p, n);

		if (k <= 0)
			fail("write", "broken");
		p += k;
		n -= (size_t)k;
	}
}

static char *slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	char *p;

	if (!f || fstat(fileno(f), &st) < 0)
		fail(path, "cannot be read");
	p = malloc((size_t)st.st_size + 1);
	*n = fread(p, 1, (size_t)st.st_size, f);
	fclose(f);
	return p;
}

/* Reads until the head, and the body it announces, are there; returns the body. */
static char *reply(int fd)
{
	char *body, *length;
	size_t n = 0, want = (size_t)-1;

	while (n < want) {
		ssize_t k = read(fd, buf + n, sizeof buf - 1 - n);

		if (k <= 0)
			fail("reply", "cut short");
		n += (size_t)k;
		buf[n] = 0;
		body = strstr(buf, "\r\n\r\n");
		if (!body)
			continue;
		length = strstr(buf, "Content-Length: ");
		want = (size_t)(body + 4 - buf) +
		       (length ? strtoul(length + 16, NULL, 10) : 0);
	}
	if (buf[9] > '3') /* HTTP/1.1 404 */
		fail("engine", buf);
	return strstr(buf, "\r\n\r\n") + 4;
}

static char *call(int fd, const char *method, const char *path, const char *type,
	const char *data, size_t n)
{
	char head[512];
	int k = snprintf(head, sizeof head,
		"%s /v1.41/containers/%s HTTP/1.1\r\nHost: engine\r\n%s"
		"Content-Length: %zu\r\n\r\n",
		method, path, type, n);

	put(fd, head, (size_t)k);
	put(fd, data, n);
	return reply(fd);
}

/* A path below the container's. */
static const char *at(const char *what)
{
	static char path[256];

	snprintf(path, sizeof path, "%s%s", id, what);
	return path;
}

/* Frames of [stream, 0, 0, 0, length big-endian], across arbitrary reads. */
static void show(const char *p, size_t n, int tty)
{
	static unsigned char head[8];
	static size_t got, left;

	while (n) {
		size_t k = n < left ? n : left;

		if (tty) {
			put(1, p, n);
			return;
		}
		if (k) {
			put(head[0], p, k);
			left -= k;
		} else {
			head[got++] = (unsigned char)*p;
			k = 1;
			if (got == 8) {
				got = 0;
				left = (size_t)head[4] << 24 | (size_t)head[5] << 16 |
				       (size_t)head[6] << 8 | head[7];
			}
		}
		p += k;
		n -= k;
	}
}

static void relay(int fd, int tty)
{
	static char part[32768];
	struct pollfd f[2] = {{fd, POLLIN, 0}, {tty ? 0 : -1, POLLIN, 0}};
	ssize_t n;

	if (!tty)
		shutdown(fd, SHUT_WR);
	while (poll(f, 2, -1) > 0) {
		if (f[1].revents && (n = read(0, part, sizeof part)) > 0)
			put(fd, part, (size_t)n);
		else if (f[1].revents)
			f[1].fd = -1;
		if (!f[0].revents)
			continue;
		n = read(fd, part, sizeof part);
		if (n <= 0)
			return;
		show(part, (size_t)n, tty);
	}
}

static void create(int fd, const char *json, const char *tar)
{
	char *p, *found;
	size_t n;

	p = slurp(json, &n);
	found = strstr(
		call(fd, "POST", "create", "Content-Type: application/json\r\n", p, n),
		"\"Id\":\"");
	if (!found)
		fail("create", buf);
	memcpy(id, found + 6, 64);
	free(p);
	p = slurp(tar, &n);
	if (n)
		call(fd, "PUT", at("/archive?path=/"),
			"Content-Type: application/x-tar\r\n", p, n);
	free(p);
}

static int exit_status(int fd)
{
	size_t n = 0;
	char *found;

	for (*buf = 0; !(found = strstr(buf, "\"StatusCode\":")); buf[n] = 0) {
		ssize_t k = read(fd, buf + n, sizeof buf - 1 - n);

		if (k <= 0)
			fail("wait", "cut short");
		n += (size_t)k;
	}
	return (int)strtol(found + 13, NULL, 10);
}

int main(int argc, char **argv)
{
	int fd, attach, wait, status, tty = argc > 4;
	struct termios was, raw;

	if (argc < 4)
		return 2;
	engine = argv[1];
	fd = dial();
	create(fd, argv[2], argv[3]);
	attach = dial();
	call(attach, "POST", at("/attach?stream=1&stdin=1&stdout=1&stderr=1"),
		"Connection: Upgrade\r\nUpgrade: tcp\r\n", "", 0);
	wait = dial();
	call(wait, "POST", at("/wait?condition=next-exit"), "", "", 0);
	if (tty && tcgetattr(0, &was) == 0) {
		raw = was;
		cfmakeraw(&raw);
		tcsetattr(0, TCSANOW, &raw);
	}
	call(fd, "POST", at("/start"), "", "", 0);
	relay(attach, tty);
	if (tty)
		tcsetattr(0, TCSANOW, &was);
	status = exit_status(wait);
	call(fd, "DELETE", at("?v=1&force=1"), "", "", 0);
	return status;
}
