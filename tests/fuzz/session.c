/* SPDX-License-Identifier: MIT */
/* What an engine says in a build's session, and as it is called: HTTP/2 frames, gRPC
 * messages, protocol buffers. The first byte says whose turn it is: raw bytes, in either
 * role, or messages to one of the methods. */
#include "fuzz.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/docker/session/h2.h"
#include "engine/docker/session/session.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	mem_init();
	setenv("DOCKER_CONFIG", "/nonexistent", 1);
	return 0;
}

static bool nobody(void *ctx, const char *registry)
{
	(void)ctx;
	(void)registry;
	return false;
}

static int walk(void *ctx, int (*each)(void *to, const struct build_tree_entry *t),
	void *to, struct err *e)
{
	const struct stat st = {.st_mode = S_IFREG | 0644, .st_size = 1};
	const struct build_tree_entry t = {"null", &st, NULL};

	(void)ctx;
	(void)e;
	return each(to, &t);
}

static int begin(void *ctx, bool classic, struct err *e)
{
	(void)ctx;
	(void)classic;
	(void)e;
	return 0;
}

static ssize_t nothing(void *ctx, char *to, size_t n)
{
	(void)ctx;
	(void)to;
	(void)n;
	return 0;
}

static void drain(int fd)
{
	char piece[65536];

	while (recv(fd, piece, sizeof piece, MSG_DONTWAIT) > 0)
		;
}

static void feed(struct session *s, int fd, const uint8_t *data, size_t n)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0";
	struct pollfd v[4];

	if (send(fd, preface, sizeof preface, MSG_NOSIGNAL) < 0 ||
		send(fd, data, n, MSG_NOSIGNAL) < 0)
		return;
	shutdown(fd, SHUT_WR);
	for (int i = 0; i < 20 && rpc_step(s->rpc, NULL) == 0; i++) {
		agents_step(s, v, agents_poll(s, v, 0));
		drain(fd);
	}
}

static void heard(struct rpc *r, struct pb m)
{
	struct pb_field f;

	while (pb_next(&m, &f))
		*(size_t *)r->ctx += f.number;
}

static void ended(struct rpc *r)
{
	assert(r->status < 256);
	*(size_t *)r->ctx += r->why ? strlen(r->why) : 0;
}

/* The engine answers a call. */
static void answer(const uint8_t *data, size_t n)
{
	static const struct rpc_method m = {"/x", .message = heard, .end = ended};
	struct body_stream body = {.kind = BODY_TO_END};
	const struct buf nothing = {0};
	struct rpc_conn *c;
	size_t sum = 0;
	int fds[2];

	assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	body.wire = unix_wire(fds[0]);
	c = rpc_client(&body, NULL);
	assert(c && rpc_call(c, &m, &nothing, &sum, NULL) == 0);
	rpc_step(c, NULL);
	if (send(fds[1], data, n, MSG_NOSIGNAL) == (ssize_t)n)
		shutdown(fds[1], SHUT_WR);
	for (int i = 0; i < 20 && rpc_step(c, NULL) == 0; i++)
		drain(fds[1]);
	rpc_close(c);
	close(fds[1]);
}

/* The methods alone, without the frames that bytes seldom make. */
static void tell(struct session *s, const uint8_t *data, size_t n)
{
	static const struct rpc_method methods[] = {{"s", .message = secret_get},
		{"c", .message = credentials_get}, {"a", .message = agent_check},
		{"u", upload_begin, NULL, upload_ready, NULL, NULL},
		{"f", sync_begin, sync_message, sync_ready, NULL, sync_end},
		{"i", .message = content_info},
		{"r", NULL, content_read, content_read_ready, NULL, content_read_end},
		{"w", .message = content_write, .end = content_write_end},
		{"g", agent_begin, agent_message, NULL, agent_said, agent_end},
		{.path = NULL}};
	struct rpc *r = rpc_new(s->rpc, 1, methods, s);
	char path[2] = {(char)data[0], 0};
	char out[512];
	bool last;

	rpc_head(r, ":path", path, 1);
	rpc_head(r, data[0] == 'u' ? "urlpath" : "dir-name", "lib", 3);
	rpc_head(r, CACHE_STORE_KEY, CACHE_STORE "0", strlen(CACHE_STORE "0"));
	rpc_begin(r);
	for (size_t i = 1; i < n; i += 97) {
		rpc_data(r, data + i, n - i < 97 ? n - i : 97);
		for (int k = 0; k < 8; k++)
			rpc_take(r, out, sizeof out, &last);
	}
	rpc_heard_all(r);
	rpc_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct build_secret secret = {"token", "value", 5};
	struct build_tree tree = {.name = "lib", .walk = walk};
	const struct build_cache cache = {.id = "0", .dir = -1, .writes = true};
	const struct build_offer offer = {.secrets = &secret,
		.caches = &cache,
		.n_caches = 1,
		.n_secrets = 1,
		.trees = &tree,
		.n_trees = 1,
		.agent = -1,
		.may_login = nobody};
	const struct build_request b = {.offer = &offer, .begin = begin, .read = nothing};
	struct body_stream body = {.kind = BODY_TO_END};
	struct session s;
	struct err e = {0};
	int fds[2];

	if (size < 2 || size > 8192)
		return 0;
	if (data[0] & 2) {
		answer(data + 1, size - 1);
		return 0;
	}
	tree.dir = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	body.wire = unix_wire(fds[0]);
	assert(session_serve(&s, &b, NULL, &body, &e) == 0);
	if (data[0] & 1)
		feed(&s, fds[1], data + 1, size - 1);
	else
		tell(&s, data + 1, size - 1);
	session_close(&s);
	assert(!s.agents);
	close(tree.dir);
	close(fds[1]);
	return 0;
}
