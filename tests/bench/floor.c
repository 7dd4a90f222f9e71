/* SPDX-License-Identifier: MIT */
/* The floor under every client of the engine: a container's life by the calls it needs
 * and nothing else, over the unix socket. floor SOCKET IMAGE NETWORK TTY COMMAND… prints
 * what the container prints (frames and all) and exits with its status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char *path;

static void die(const char *what)
{
	fprintf(stderr, "floor: %s failed\n", what);
	exit(1);
}

static int dial(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		die("connect");
	return fd;
}

/* Sends a request; head = more header lines. */
static void ask(int fd, const char *method, const char *target, const char *head,
	const char *body)
{
	char text[8192];
	int n = snprintf(text, sizeof text,
		"%s /v1.41%s HTTP/1.1\r\nHost: d\r\n%sContent-Type: application/json\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		method, target, head, strlen(body), body);

	if (n < 0 || (size_t)n >= sizeof text || write(fd, text, (size_t)n) != n)
		die(target);
}

/* Reads up to the blank line; what follows it moves to the front. Returns its length. */
static size_t head(int fd, char *buf, size_t size, int *status)
{
	size_t n = 0;
	char *end = NULL;

	while (!end && n < size - 1) {
		ssize_t got = read(fd, buf + n, size - 1 - n);

		if (got <= 0)
			die("read");
		n += (size_t)got;
		buf[n] = 0;
		end = strstr(buf, "\r\n\r\n");
	}
	if (!end || sscanf(buf, "HTTP/1.1 %d", status) != 1)
		die("reply");
	end += 4;
	n -= (size_t)(end - buf);
	memmove(buf, end, n + 1);
	return n;
}

static void create(int fd, char **argv, char id[65])
{
	char body[4096], reply[8192], *at;
	int status,
		n = snprintf(body, sizeof body,
			"{\"Image\":\"%s\",\"Tty\":%s,\"AttachStdout\":true,"
			"\"AttachStderr\":true,\"HostConfig\":{\"NetworkMode\":\"%s\","
			"\"Init\":true,\"CapDrop\":[\"ALL\"],\"LogConfig\":{\"Type\":"
			"\"none\"}},\"Cmd\":[",
			argv[2], strcmp(argv[4], "tty") == 0 ? "true" : "false", argv[3]);

	for (int i = 5; argv[i]; i++)
		n += snprintf(body + n, sizeof body - (size_t)n, "%s\"%s\"",
			i > 5 ? "," : "", argv[i]);
	snprintf(body + n, sizeof body - (size_t)n, "]}");
	ask(fd, "POST", "/containers/create", "", body);
	head(fd, reply, sizeof reply, &status);
	at = strstr(reply, "\"Id\":\"");
	if (status != 201 || !at)
		die("create");
	memcpy(id, at + 6, 64);
	id[64] = 0;
}

/* A reply without a body worth reading. */
static void done(int fd, const char *method, const char *target)
{
	char reply[8192];
	int status;

	ask(fd, method, target, "", "");
	head(fd, reply, sizeof reply, &status);
	if (status != 204)
		die(target);
}

int main(int argc, char **argv)
{
	static char data[1 << 16];
	char id[65], target[256], reply[8192], *code;
	int calls, output, end, status;
	ssize_t got;
	size_t n;

	if (argc < 6)
		die("usage: floor SOCKET IMAGE NETWORK tty|plain COMMAND");
	path = argv[1];
	calls = dial();
	create(calls, argv, id);
	output = dial();
	snprintf(target, sizeof target,
		"/containers/%s/attach?stream=1&stdout=1&stderr=1", id);
	ask(output, "POST", target, "Connection: Upgrade\r\nUpgrade: tcp\r\n", "");
	n = head(output, data, sizeof data, &status);
	end = dial();
	snprintf(target, sizeof target, "/containers/%s/wait?condition=next-exit", id);
	ask(end, "POST", target, "", "");
	*reply = 0;
	size_t have = head(end, reply, sizeof reply, &status);
	snprintf(target, sizeof target, "/containers/%s/start", id);
	done(calls, "POST", target);
	do
		if (write(1, data, n) != (ssize_t)n)
			die("write");
	while ((got = read(output, data, sizeof data)) > 0 && (n = (size_t)got));
	while (!(code = strstr(reply, "\"StatusCode\":"))) {
		got = read(end, reply + have, sizeof reply - 1 - have);
		if (got <= 0)
			die("wait");
		have += (size_t)got;
		reply[have] = 0;
	}
	snprintf(target, sizeof target, "/containers/%s", id);
	done(calls, "DELETE", target);
	return atoi(code + 13);
}
