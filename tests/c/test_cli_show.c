/* SPDX-License-Identifier: MIT */
/* A plan in words, and what a command line changes in a plan. */
#include "test.h"

#include "cli/face/show.h"

static void has(const struct buf *b, const char *text)
{
	if (!strstr(b->p, text))
		fail_msg("'%s' is missing in:\n%s", text, b->p);
}

static void fill(struct plan *p, struct resolved *s)
{
	p->project = xstrdup("/home/a/x");
	p->build.wanted = true;
	p->build.tag = xstrdup("demo:1");
	p->build.dockerfile = xstrdup("docker/Dockerfile");
	kvs_set(&p->build.args, "NPM_TOKEN", "hidden-1");
	s->project = xstrdup("/home/a/x");
	s->set.has_command = true;
	strv_add(&s->set.command, "echo");
	strv_add(&s->set.command, "a b");
	kvs_set(&s->env, "DISPLAY", ":0");
	kvs_set(&s->env, "API_KEY", "hidden-2");
	kvs_set(&s->env, "EVIL", "a\033[2Jb");
	resolved_add_mount(s, MOUNT_BIND, "/home/a/x", "/work");
	resolved_add_mount(s, MOUNT_BIND, "/data", "/data")->readonly = true;
	resolved_add_mount(s, MOUNT_TMPFS, NULL, "/scratch");
	s->set.network = xstrdup("bridge");
	p->set.memory = (int64_t)2 << 30;
	p->set.cpus = 1.5;
	s->set.gpus.select = GPU_ALL;
	strv_add(&s->set.gpus.capabilities, "compute");
	s->has_user = true;
	s->uid = 1000;
	s->gid = 1001;
}

static void test_tree(void **state)
{
	AUTO_PLAN struct plan p;
	AUTO_RESOLVED struct resolved s;
	AUTO_RIGHTS struct rights rights = {0};
	struct strv recorded = {0};
	struct profile_source src = {.shown = (char[]){"gui.lua"},
		.path = (char[]){"/x/gui.lua"},
		.project = (char[]){"/x"}};
	AUTO_BUF struct buf b = {0};

	(void)state;
	plan_init(&p);
	resolved_init(&s);
	fill(&p, &s);
	rights_add_resolved(&rights, &s);
	show_tree(&b, &src, &p, &s, &recorded, &rights, NULL);
	has(&b, "profile    gui.lua\n");
	has(&b, "build      docker/Dockerfile with the context .\n");
	has(&b, "command    echo 'a b'\n");
	has(&b, "user       1000:1001\n");
	has(&b, "mounts     .        -> /work\n"
		"           /data    -> /data  read-only\n"
		"           (memory) -> /scratch\n");
	has(&b, "gpus       all (compute)\n");
	has(&b, "env        DISPLAY=:0\n           API_KEY=****\n");
	has(&b, "limits     1.5 CPU, memory 2 GiB\n");
	has(&b, "This container can:\n");
	assert_null(strstr(b.p, "hidden"));
	assert_null(strchr(b.p, '\033'));
}

static void test_nothing_runs(void **state)
{
	AUTO_PLAN struct plan p;
	AUTO_STRV struct strv recorded = {0};
	struct rights rights = {0};
	struct profile_source src = {.shown = (char[]){"x.lua"}, .trusted = true};
	AUTO_BUF struct buf b = {0};

	(void)state;
	plan_init(&p);
	p.project = xstrdup("/x");
	strv_add(&recorded, "busybox true");
	show_tree(&b, &src, &p, NULL, &recorded, &rights, NULL);
	assert_string_equal(b.p, "profile    x.lua (came with cnnrun)\n"
				 "project    /x\n"
				 "first runs busybox true\n");
}

/* The plan after cnnrun's own options; NULL = they are refused, e says why. */
static int override(struct plan *p, char *const *words, struct err *e)
{
	const struct opt_group groups[] = {container_options, image_options};
	AUTO_OPTS struct opts o = {0};

	if (opts_parse(&o, groups, COUNT_OF(groups), OPT_ANYWHERE, words, e) < 0)
		return -1;
	return apply_overrides(p, &o, e);
}

static void test_overrides(void **state)
{
	AUTO_PLAN struct plan p;
	struct err e = {0};
	char *const words[] = {(char[]){"--env"}, (char[]){"A=1=2"}, (char[]){"-e"},
		(char[]){"B"}, (char[]){"--detach"}, (char[]){"--keep"},
		(char[]){"--name=box"}, (char[]){"--pull"}, (char[]){"--"},
		(char[]){"ls"}, (char[]){"-l"}, NULL};

	(void)state;
	plan_init(&p);
	p.image = xstrdup("i");
	kvs_set(&p.env, "B", "profile's");
	strv_add(&p.env_pass, "A");
	strv_add(&p.set.command, "bash");
	assert_int_equal(override(&p, words, &e), 0);
	assert_string_equal(kvs_get(&p.env, "A"), "1=2");
	assert_null(kvs_get(&p.env, "B"));
	assert_false(strv_has(&p.env_pass, "A"));
	assert_true(strv_has(&p.env_pass, "B"));
	assert_true(p.set.detach && p.set.keep && p.build.pull);
	assert_int_equal(p.pull, PULL_ALWAYS);
	assert_string_equal(p.set.name, "box");
	assert_int_equal(p.set.command.n, 2);
	assert_string_equal(p.set.command.v[1], "-l");
}

static void test_override_image(void **state)
{
	AUTO_PLAN struct plan built, other;
	struct err e = {0};
	char *const frozen[] = {(char[]){"--no-build"}, NULL};
	char *const image[] = {(char[]){"--image"}, (char[]){"busybox"}, NULL};
	char *const both[] = {(char[]){"--no-build"}, (char[]){"--rebuild"}, NULL};
	char *const nameless[] = {(char[]){"-e"}, (char[]){"=1"}, NULL};

	(void)state;
	plan_init(&built);
	plan_init(&other);
	built.build.wanted = other.build.wanted = true;
	built.build.tag = xstrdup("t");
	other.build.tag = xstrdup("t");
	assert_int_equal(override(&built, frozen, &e), 0);
	assert_false(built.build.wanted);
	assert_string_equal(built.image, "t");
	assert_int_equal(built.pull, PULL_NEVER);
	assert_int_equal(override(&other, image, &e), 0);
	assert_false(other.build.wanted);
	assert_string_equal(other.image, "busybox");
	assert_int_equal(override(&other, both, &e), -1);
	assert_string_equal(e.msg, "--no-build and --rebuild exclude each other");
	assert_int_equal(override(&other, nameless, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_nothing_runs),
		cmocka_unit_test(test_overrides),
		cmocka_unit_test(test_override_image),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
