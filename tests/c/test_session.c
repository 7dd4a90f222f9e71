/* SPDX-License-Identifier: MIT */
/* What a build's session answers, and that it answers nothing else. */
#include "session_test.h"

#include <sys/un.h>

#define SECRET  "/moby.buildkit.secrets.v1.Secrets/GetSecret"
#define AUTH    "/moby.filesync.v1.Auth/Credentials"
#define HEALTH  "/grpc.health.v1.Health/Check"
#define CHECK   "/moby.sshforward.v1.SSH/CheckAgent"
#define FORWARD "/moby.sshforward.v1.SSH/ForwardAgent"

static bool nobody(void *ctx, const char *registry)
{
	strv_add(ctx, registry);
	return false;
}

static const struct build_secret secrets[] = {
	{"token", "a\0b\n", 4}, {"empty", "", 0}, {"long", "x", 1}};
static struct strv asked;
static struct build_offer offer = {.secrets = secrets,
	.n_secrets = COUNT_OF(secrets),
	.agent = -1,
	.may_login = nobody,
	.ctx = &asked};
static struct build_request request = {.offer = &offer};

static struct buf text_message(const char *text)
{
	struct buf b = {0};

	pb_add_text(&b, 1, text);
	return b;
}

static void test_health(void **state)
{
	struct engine_end p;
	AUTO_BUF struct buf answer = {0};
	const struct buf nothing = {0};

	(void)state;
	end_open(&p, &request);
	assert_int_equal(ask(&p, HEALTH, &nothing, &answer), 0);
	assert_memory_equal(answer.p, "\x08\x01", 2);
	assert_int_equal(ask(&p, "/grpc.health.v1.Health/Watch", &nothing, NULL),
		RPC_UNIMPLEMENTED);
	assert_int_equal(ask(&p, "/", &nothing, NULL), RPC_UNIMPLEMENTED);
	end_close(&p);
}

static int secret(struct engine_end *p, const char *id, struct buf *answer)
{
	AUTO_BUF struct buf message = text_message(id);

	return ask(p, SECRET, &message, answer);
}

static void test_secrets(void **state)
{
	static const char *const others[] = {"", "toke", "token2", "TOKEN", "/etc/passwd",
		"../token", "HTTP_AUTH_TOKEN_x"};
	struct engine_end p;
	AUTO_BUF struct buf answer = {0}, none = {0};

	(void)state;
	end_open(&p, &request);
	assert_int_equal(secret(&p, "token", &answer), 0);
	assert_int_equal(answer.n, 6);
	assert_memory_equal(answer.p,
		"\x0a\x04"
		"a\0b\n",
		6);
	answer.n = 0;
	assert_int_equal(secret(&p, "empty", &answer), 0);
	assert_memory_equal(answer.p, "\x0a\0", 2);
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_int_equal(secret(&p, others[i], &none), RPC_NOT_FOUND);
	assert_int_equal(none.n, 0);
	end_close(&p);
}

/* Whatever the message is. */
static void test_malformed(void **state)
{
	static const char *const messages[] = {"\x0a",
		"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\x08\x05", "\x0b", "token"};
	static const char *const paths[] = {SECRET, AUTH, CHECK, HEALTH};
	struct engine_end p;

	(void)state;
	end_open(&p, &request);
	for (size_t k = 0; k < COUNT_OF(paths); k++)
		for (size_t i = 0; i < COUNT_OF(messages); i++) {
			AUTO_BUF struct buf m = {0}, answer = {0};

			buf_adds(&m, messages[i]);
			ask(&p, paths[k], &m, &answer);
			assert_null(memmem(buf_str(&answer), answer.n, "a\0b", 3));
		}
	end_close(&p);
}

/* Messages of a length that nobody has memory for, compressed ones, ones without an end.
 */
static void test_sizes(void **state)
{
	static const unsigned char heads[][5] = {
		{0, 0xff, 0xff, 0xff, 0xff}, {0, 0, 0x40, 0, 1}, {1, 0, 0, 0, 1}};
	struct engine_end p;

	(void)state;
	end_open(&p, &request);
	for (size_t i = 0; i < COUNT_OF(heads); i++) {
		struct call c = {0};

		buf_add(&c.out, heads[i], sizeof heads[i]);
		buf_adds(&c.out, "x");
		call_begin(&c, &p, SECRET, NULL, NULL);
		call_run(&c);
		assert_true(c.over);
		assert_int_equal(c.status, *heads[i] ? RPC_UNIMPLEMENTED : RPC_EXHAUSTED);
		call_free(&c);
	}
	{
		/* zeros are messages of no length: the first is answered, and that is it
		 */
		struct call c = {.endless = true};

		call_begin(&c, &p, SECRET, NULL, NULL);
		call_run(&c);
		assert_true(c.over);
		assert_int_equal(c.status, RPC_NOT_FOUND);
		call_free(&c);
	}
	end_close(&p);
}

/* More calls at once than a build has. */
static void test_many(void **state)
{
	enum { CALLS = 500 };
	static struct call calls[CALLS];
	struct engine_end p;

	(void)state;
	end_open(&p, &request);
	for (size_t i = 0; i < CALLS; i++)
		call_begin(&calls[i], &p, i % 2 ? FORWARD : HEALTH, NULL, NULL);
	for (int i = 0; i < 500; i++)
		end_step(&p);
	assert_false(p.over); /* those without a message wait, and others for them */
	for (size_t i = 0; i < CALLS; i++)
		call_free(&calls[i]);
	end_close(&p);
}

/* A login is given to nobody who may not have it, and asked about by its registry. */
static void test_login(void **state)
{
	char *home = scratch_make();
	AUTO_FREE char *file = xasprintf("%s/config.json", home);
	static const char config[] = "{\"auths\":{\"r.example\":{\"auth\":\"bWU6cHc=\"},"
				     "\"https://index.docker.io/v1/\":{\"auth\":"
				     "\"bWU6cHc=\"}}}";
	AUTO_BUF struct buf mine = text_message("r.example"),
			    other = text_message("evil.example"),
			    hub = text_message("registry-1.docker.io"), answer = {0};
	struct engine_end p;
	struct err e = {0};

	(void)state;
	assert_ok(file_write(file, config, strlen(config), 0600, &e));
	setenv("DOCKER_CONFIG", home, 1);
	end_open(&p, &request);
	assert_int_equal(ask(&p, AUTH, &mine, &answer), 0);
	assert_int_equal(ask(&p, AUTH, &other, &answer), 0);
	assert_int_equal(ask(&p, AUTH, &hub, &answer), 0);
	assert_int_equal(answer.n, 0);
	assert_int_equal(asked.n, 2);
	assert_string_equal(asked.v[0], "r.example");
	assert_string_equal(asked.v[1], "docker.io");
	strv_free(&asked);
	end_close(&p);
	unsetenv("DOCKER_CONFIG");
	scratch_end(home);
}

static int listening(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

/* The agent that was found, though its name is another one's by now; by no other id. */
static void test_agent(void **state)
{
	char *dir = scratch_make();
	AUTO_FREE char *path = xasprintf("%s/agent", dir), *away = xasprintf("%s/x", dir);
	int real = listening(path), other, fd;
	AUTO_BUF struct buf none = {0}, id = text_message("github"),
			    hello = text_message("hello");
	struct call c = {0}, d = {0};
	char got[16] = {0};
	struct engine_end p;

	(void)state;
	end_open(&p, &request);
	assert_int_equal(ask(&p, CHECK, &none, NULL), RPC_NOT_FOUND);
	end_close(&p);
	offer.agent = open(path, O_PATH | O_CLOEXEC);
	assert_int_equal(rename(path, away), 0);
	other = listening(path);
	end_open(&p, &request);
	assert_int_equal(ask(&p, CHECK, &none, NULL), 0);
	assert_int_equal(ask(&p, CHECK, &id, NULL), RPC_NOT_FOUND);
	call_say(&c, &hello);
	call_begin(&c, &p, FORWARD, "buildkit.ssh.id", "default");
	call_begin(&d, &p, FORWARD, "buildkit.ssh.id", "github");
	for (int i = 0; i < 20; i++)
		end_step(&p);
	assert_true(d.over && d.status == RPC_NOT_FOUND);
	fd = accept(real, NULL, NULL);
	assert_true(fd >= 0 && accept(other, NULL, NULL) < 0);
	assert_int_equal(read(fd, got, sizeof got), 5);
	assert_string_equal(got, "hello");
	assert_int_equal(write(fd, "answer", 6), 6);
	close(fd);
	call_run(&c);
	assert_int_equal(c.status, 0);
	assert_memory_equal(c.in.p + 5,
		"\x0a\x06"
		"answer",
		8);
	call_free(&c);
	call_free(&d);
	end_close(&p);
	close(offer.agent);
	offer.agent = -1;
	close(real);
	close(other);
	scratch_end(dir);
}

/* An agent that takes nothing while the engine says much. */
static void test_agent_stuck(void **state)
{
	char *dir = scratch_make();
	AUTO_FREE char *path = xasprintf("%s/agent", dir);
	int real = listening(path);
	AUTO_BUF struct buf piece = {0}, message = {0};
	struct call c = {0};
	struct engine_end p;

	(void)state;
	offer.agent = open(path, O_PATH | O_CLOEXEC);
	memset(buf_room(&piece, 1 << 20), 'x', 1 << 20);
	piece.n = 1 << 20;
	pb_add_message(&message, 1, &piece);
	end_open(&p, &request);
	for (int i = 0; i < 4; i++)
		call_say(&c, &message);
	call_begin(&c, &p, FORWARD, NULL, NULL);
	call_run(&c);
	assert_int_equal(c.status, RPC_EXHAUSTED);
	call_free(&c);
	end_close(&p);
	close(offer.agent);
	offer.agent = -1;
	close(real);
	scratch_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_health),
		cmocka_unit_test(test_secrets), cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_sizes), cmocka_unit_test(test_many),
		cmocka_unit_test(test_login), cmocka_unit_test(test_agent),
		cmocka_unit_test(test_agent_stuck)};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
