/* SPDX-License-Identifier: MIT */
/* What the tests of src/engine/ share: a real engine, its base image, a scratch
 * directory, and a server with canned replies for the faults that no real engine gives on
 * demand. */
#ifndef CNNRUN_TESTS_ENGINE_TEST_H
#define CNNRUN_TESTS_ENGINE_TEST_H

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/path.h"
#include "engine/container.h"
#include "engine/image.h"

#define UNUSED __attribute__((unused))

/* Fails the test with the error's text. */
#define assert_good(call, e)                                                             \
	do {                                                                             \
		if ((call) < 0)                                                          \
			fail_msg("%s: %d: %s", #call, (e)->code, (e)->msg);              \
	} while (0)

#define assert_has(text, part)                                                           \
	do {                                                                             \
		if (!strstr((text), (part)))                                             \
			fail_msg("no \"%s\" in: %s", (part), (text));                    \
	} while (0)

static UNUSED void shell(const char *fmt, ...)
{
	va_list ap;
	char *command;

	va_start(ap, fmt);
	command = xvasprintf(fmt, ap);
	va_end(ap);
	if (system(command) != 0)
		fail_msg("failed: %s", command);
	free(command);
}

/* A fresh directory; the caller frees the name and removes it with scratch_end. */
static UNUSED char *scratch(void)
{
	char *dir = xstrdup("/tmp/cnnrun-test-engine.XXXXXX");

	assert_non_null(mkdtemp(dir));
	return dir;
}

static UNUSED void scratch_end(char *dir)
{
	shell("rm -rf '%s'", dir);
	free(dir);
}

/* Writes a file below dir, with the directories it needs. */
static UNUSED void put(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name), *slash = strrchr(path, '/');
	struct err e = {0};

	*slash = 0;
	assert_good(dir_make(path, 0755, &e), &e);
	*slash = '/';
	assert_good(file_write(path, text, strlen(text), 0644, &e), &e);
	free(path);
}

static struct engine *engine; /* of the programs that need one */

/* The test image: this machine's static busybox. */
static UNUSED void make_busybox(void)
{
	char *dir = scratch(), *id = NULL;
	struct strv changes = {0};
	struct err e = {0};
	FILE *tar;
	char *command =
		xasprintf("mkdir %s/bin %s/tmp && cp /bin/busybox %s/bin && "
			  "%s/bin/busybox --install -s %s/bin && "
			  "for f in %s/bin/*; do [ -L $f ] && ln -sf busybox $f; done; "
			  "tar -C %s -cf - .",
			dir, dir, dir, dir, dir, dir, dir);

	strv_add(&changes, "CMD [\"sh\"]");
	tar = popen(command, "r");
	assert_non_null(tar);
	assert_good(image_import(engine, fileno(tar), "busybox", &changes, NULL, &id, &e),
		&e);
	assert_int_equal(pclose(tar), 0);
	strv_free(&changes);
	free(command);
	free(id);
	scratch_end(dir);
}

static UNUSED int open_engine(void **state)
{
	char *url = NULL;
	struct err e = {0};
	bool found = false;

	(void)state;
	assert_good(engine_find(NULL, NULL, &url, &e), &e);
	assert_good(engine_open(url, &engine, &e), &e);
	free(url);
	assert_good(image_inspect(engine, "busybox", NULL, &found, &e), &e);
	if (!found)
		make_busybox();
	return 0;
}

static UNUSED int close_engine(void **state)
{
	(void)state;
	engine_close(engine);
	engine = NULL;
	return 0;
}

/* First thing in main() of a program that needs a real engine. */
#define need_engine()                                                                    \
	do {                                                                             \
		if (!getenv("DOCKER_HOST")) {                                            \
			fprintf(stderr,                                                  \
				"%s needs a container engine: set DOCKER_HOST to one "   \
				"that tests may use (make test starts one)\n",           \
				__FILE__);                                               \
			return 1;                                                        \
		}                                                                        \
		mem_init();                                                              \
	} while (0)

/* A spec as resolve would make it, with a command of the shell. The caller frees nothing
 * of it but with free_resolved. */
static UNUSED struct resolved shell_resolved(const char *script)
{
	static int number;
	struct resolved s = {.set.stop_timeout = -1, .set.has_command = true};

	s.image = xstrdup("busybox");
	s.set.network = xstrdup("none");
	s.set.name = xasprintf("engine-test-%d-%d", (int)getpid(), ++number);
	strv_add(&s.set.command, "sh");
	strv_add(&s.set.command, "-c");
	strv_add(&s.set.command, script);
	return s;
}

static UNUSED void free_resolved(struct resolved *s)
{
	free(s->image);
	free(s->set.network);
	free(s->set.name);
	strv_free(&s->set.command);
}

/* A reply for each request whose first line holds path; NULL closes without a word. */
struct canned {
	const char *path, *reply;
	size_t repeat; /* sends the reply's last 1000 bytes this many times more */
};

struct server {
	pid_t pid;
	char *dir, *url;
};

static UNUSED void serve_one(int fd, const struct canned *table)
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

static UNUSED struct server serve(const struct canned *table)
{
	struct server s = {.dir = scratch()};
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd;

	snprintf(a.sun_path, sizeof a.sun_path, "%s/s", s.dir);
	assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(listener, 8), 0);
	s.url = xasprintf("unix://%s", a.sun_path);
	s.pid = fork();
	assert_true(s.pid >= 0);
	if (!s.pid) {
		signal(SIGPIPE, SIG_IGN);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while ((fd = accept(listener, NULL, NULL)) >= 0)
			serve_one(fd, table);
		_exit(0);
	}
	close(listener);
	return s;
}

static UNUSED void serve_end(struct server *s)
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
