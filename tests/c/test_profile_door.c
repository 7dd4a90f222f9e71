/* SPDX-License-Identifier: MIT */
/* The host's end of the door against a child that is no Lua at all: malformed messages,
 * too many, too long, out of order, or none. */
#include "profile_fixture.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "profile/host.h"

/* What the false child does after it has sent its text. */
enum then { WAIT, CLOSE, LEAVE, DIE, REPEAT, STOP, DRIP };

struct child {
	const char *text;
	enum then then;
	const char *line; /* in the message that comes of it; NULL = the plan arrives */
};

static _Noreturn void play(int fd, const struct child *c)
{
	size_t n = strlen(c->text);
	char answers[65536];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_DFL);
	if (c->then == DRIP)
		for (size_t i = 0; write(fd, c->text + i % n, 1) == 1; i++)
			usleep(1000);
	/* a flood reads its answers, or they would stop it */
	if (c->then == REPEAT && !fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (read(fd, answers, sizeof answers) > 0)
			;
		_exit(0);
	}
	while (write(fd, c->text, n) == (ssize_t)n && c->then == REPEAT)
		;
	if (c->then == LEAVE)
		_exit(0);
	signal(SIGSEGV, SIG_DFL); /* cmocka's handler is not for this process */
	if (c->then == DIE)
		raise(SIGSEGV);
	if (c->then == STOP)
		raise(SIGSTOP);
	if (c->then == CLOSE)
		close(fd);
	for (;;)
		pause();
}

static struct profile *start(struct profile_source *src, const struct child *c)
{
	struct profile *p = xcalloc(1, sizeof *p);
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	*p = (struct profile){.src = src, .fd = pair[0], .pid = fork()};
	assert_true(p->pid >= 0);
	if (!p->pid) {
		close(pair[0]);
		play(pair[1], c);
	}
	close(pair[1]);
	p->limits = (struct profile_limits){
		.seconds =
			c->then == WAIT || c->then == STOP || c->then == DRIP ? 0.2 : 60,
		.memory = (size_t)64 << 20};
	p->phase.left = p->limits.seconds;
	return p;
}

static void run(const struct child *c)
{
	char shown[] = "x.lua", path[] = "/nowhere/x.lua", project[] = "/nowhere";
	struct profile_source src = {
		.path = path, .shown = shown, .name = shown, .project = project};
	struct profile *p = start(&src, c);
	AUTO_JSON cJSON *about = NULL, *plan = NULL, *none = cJSON_CreateObject();
	const struct door d = {fixture_answer, NULL};
	struct err e = {0};
	int rc = profile_describe(p, &d, &about, &e);

	if (!rc)
		rc = profile_plan(p, &d, none, &plan, &e);
	while (!rc && profile_listens(p, "log"))
		rc = profile_event(p, &d, "log", NULL, &e);
	profile_end(p);
	if (!c->line) {
		assert_int_equal(rc, 0);
		assert_true(cJSON_IsObject(plan));
	} else {
		if (!rc)
			fail_msg("passed: %.100s", c->text);
		if (!strstr(e.msg, c->line) || strncmp(e.msg, "x.lua: ", 7) != 0)
			fail_msg("%.100s\nsaid \"%s\"\nnot  \"%s\"", c->text, e.msg,
				c->line);
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* it is dead and reaped */
	assert_int_equal(errno, ECHILD);
}

#define OP(name)       "{\"op\":\"" name "\"}\n"
#define ARGS(name, of) "{\"op\":\"" name "\",\"args\":" of "}\n"
#define SEALED         OP("sealed")
#define DESCRIBED      SEALED ARGS("describe", "{}")
#define X16            "xxxxxxxxxxxxxxxx"
#define X256           X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16
#define N16            "[[[[[[[[[[[[[[[["
#define N256           N16 N16 N16 N16 N16 N16 N16 N16 N16 N16 N16 N16 N16 N16 N16 N16
#define PLANNED        ARGS("plan", "{\"plan\":{}}")

static void messages_are_checked(void **state)
{
	static const struct child v[] = {
		{DESCRIBED PLANNED, WAIT, NULL}, /* answers are not waited for: no harm */
		{"\n", WAIT, "not a message"},
		{"x\n", WAIT, "not a message"},
		{"{}\n", WAIT, "not a message"},
		{"[]\n", WAIT, "not a message"},
		{"null\n", WAIT, "not a message"},
		{"{\"op\":5}\n", WAIT, "not a message"},
		{"{\"op\":{}}\n", WAIT, "not a message"},
		{"{\"op\":\"describe\"", LEAVE, "before it had said everything"},
		{"{\"op\":\"describe\"", WAIT, "computed longer"},
		{"\xff\xfe\n", WAIT, "not a message"},
		{OP("describe"), WAIT, "its description is not one"},
		{ARGS("describe", "[]"), WAIT, "its description is not one"},
		{ARGS("describe", "{\"options\":{\"a\":[]}}"), WAIT, "description"},
		{ARGS("describe", "{\"options\":{\"A\\u001b\":{}}}"), WAIT, "name"},
		{ARGS("describe", "{\"action\":\"exec\"}"), WAIT, "action"},
		{DESCRIBED OP("plan"), WAIT, "not a plan"},
		{DESCRIBED ARGS("plan", "{\"plan\":[]}"), WAIT, "not a plan"},
		{DESCRIBED ARGS("plan", "{\"plan\":{},\"on\":5}"), WAIT, NULL},
		{OP("fail"), WAIT, "failed"},
		{ARGS("fail", "[]"), WAIT, "failed"},
		{ARGS("fail", "{\"kind\":5,\"message\":{}}"), WAIT, "failed"},
		{ARGS("fail", "{\"message\":\"\\u001b[2J\\u009b\\nx\"}"), WAIT,
			"\\u{1b}[2J\\u{9b}"},
		{ARGS("fail", "{\"kind\":\"unsealed\"}"), WAIT, "no seccomp"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(v); i++)
		run(&v[i]);
}

/* What has its time is said at another. */
static void order_is_kept(void **state)
{
	static const struct child v[] = {
		{PLANNED, WAIT, "computed longer"}, /* refused, and nothing follows */
		{OP("done"), WAIT, "computed longer"},
		{SEALED SEALED OP("open"), WAIT, "computed longer"},
		{ARGS("run", "{}") ARGS("exec", "{}"), WAIT, "computed longer"},
		{DESCRIBED ARGS("describe", "{}") PLANNED, WAIT, NULL},
		{DESCRIBED OP("done") PLANNED, WAIT, NULL},
		{DESCRIBED ARGS("plan", "{\"plan\":{},\"on\":[\"log\",\"x\",5]}")
				OP("done"),
			WAIT, "computed longer"},
		{DESCRIBED ARGS("plan", "{\"plan\":{},\"on\":[\"log\"]}") PLANNED, LEAVE,
			"before it had said everything"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(v); i++)
		run(&v[i]);
}

static void ends_are_named(void **state)
{
	static const struct child v[] = {
		{"", WAIT, "computed longer than 0.2 s"},
		{"", STOP, "computed longer than 0.2 s"},
		{" ", DRIP, "computed longer than 0.2 s"},
		{"", CLOSE, "its process was ended by signal 9"},
		{"", LEAVE, "before it had said everything"},
		{"", DIE, "its process was ended by signal 11"},
		{DESCRIBED, WAIT, "computed longer"},
		{DESCRIBED, CLOSE, "its process was ended by signal 9"},
		{DESCRIBED, LEAVE, "before it had said everything"},
		{DESCRIBED, DIE, "signal 11"},
		{DESCRIBED, STOP, "computed longer"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(v); i++)
		run(&v[i]);
}

static void floods_are_stopped(void **state)
{
	static const struct child v[] = {
		{X256, REPEAT, "a message larger than 8 MiB"},
		{N256, REPEAT, "a message larger than 8 MiB"},
		{OP("x"), REPEAT, "asked the host more than 2000 times"},
		{SEALED, REPEAT, "asked the host more than 2000 times"},
		{ARGS("project.read", "{\"path\":\"/etc/passwd\"}"), REPEAT,
			"asked the host more than 2000 times"},
	};
	struct child long_lines = {.then = REPEAT, .line = "sent more than 32 MiB"};
	AUTO_BUF struct buf b = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(v); i++)
		run(&v[i]);
	buf_adds(&b, "{\"op\":\"x\",\"y\":\"");
	memset(buf_room(&b, 4 << 20), 'y', 4 << 20);
	b.n += 4 << 20;
	buf_adds(&b, "\"}\n");
	long_lines.text = b.p;
	run(&long_lines);
}

/* Answers that nobody reads fill the socket: that is on the child's time. */
static void unread_answers_end(void **state)
{
	AUTO_BUF struct buf b = {0};
	struct child c = {.then = WAIT, .line = "computed longer"};

	(void)state;
	for (int i = 0; i < 200; i++)
		buf_adds(&b, ARGS("require", "{\"name\":\"cnnrun\"}"));
	c.text = b.p;
	run(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_checked),
		cmocka_unit_test(order_is_kept),
		cmocka_unit_test(ends_are_named),
		cmocka_unit_test(floods_are_stopped),
		cmocka_unit_test(unread_answers_end),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
