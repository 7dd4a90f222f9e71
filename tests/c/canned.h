/* SPDX-License-Identifier: MIT */
/* A server with canned replies, for the faults that no real engine gives on demand. */
#ifndef CNNRUN_TESTS_CANNED_H
#define CNNRUN_TESTS_CANNED_H

#include "test.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "engine/container.h"
#include "engine/image.h"

/* A reply for each request whose first line holds path; NULL closes without a word. */
struct canned {
	const char *path, *reply;
	size_t repeat; /* sends the reply's last 1000 bytes this many times more */
};

struct server {
	pid_t pid;
	char *dir, *url;
};

static inline void serve_one(int fd, const struct canned *table)
{
	char head[65536];
	size_t n = 0;
	ssize_t k;
	const char *length, *reply = NULL;
	size_t repeat = 0;

	while (n < sizeof head - 1 && (k = read(fd, head + n, sizeof head - 1 - n)) > 0) {
		n += (size_t)k;
		head[n] = 0;
		if (strstr(head, "\r\n\r\n"))
			break;
	}
	length = strcasestr(head, "content-length:");
	if (length && n) {
		size_t end = (size_t)(strstr(head, "\r\n\r\n") - head) + 4;
		size_t want = end + (size_t)atol(length + 15);

		while (n < want && (k = read(fd, head + end, sizeof head - end)) > 0)
			n += (size_t)k;
	}
	for (; table->path; table++) {
		const char *line = strstr(head, "\r\n");

		if (line && memmem(head, (size_t)(line - head), table->path,
				    strlen(table->path))) {
			reply = table->reply;
			repeat = table->repeat;
			break;
		}
	}
	for (n = 0; reply && n < strlen(reply) &&
		    (k = write(fd, reply + n, strlen(reply) - n)) > 0;)
		n += (size_t)k;
	memset(head, 'x', sizeof head);
	while (repeat-- > 0 && write(fd, head, 1000) > 0)
		;
	close(fd);
}

/* A process that talks on a listening unix socket until it is ended. */
static inline struct server serve_by(
	void (*talk)(int listener, const void *ctx), const void *ctx)
{
	struct server s = {.dir = scratch_make()};
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s/s", s.dir);
	assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(listener, 8), 0);
	s.url = xasprintf("unix://%s", a.sun_path);
	s.pid = fork();
	assert_true(s.pid >= 0);
	if (!s.pid) {
		signal(SIGPIPE, SIG_IGN);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		talk(listener, ctx);
		_exit(0);
	}
	close(listener);
	return s;
}

static inline void serve_table(int listener, const void *table)
{
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0)
		serve_one(fd, table);
}

static inline struct server serve(const struct canned *table)
{
	return serve_by(serve_table, table);
}

static inline void serve_end(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	free(s->url);
	scratch_end(s->dir);
}

#define PING_1_41                                                                        \
	"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nServer: Docker/20.10 (linux)\r\n"       \
	"Content-Length: 2\r\n\r\nOK"

#endif
