/* SPDX-License-Identifier: MIT */
/* Grants: what includes what, and a store that holds beside other writers and whatever
 * lies in it. */
#include <fcntl.h>
#include <sys/wait.h>

#include "base/digest.h"
#include "base/log.h"
#include "launch/allow.h"
#include "right/grant.h"
#include "right/covers.h"
#include "plan/resolved.h"
#include "profile_fixture.h"

static int setup(void **state)
{
	log_init(LOG_QUIET);
	unsetenv("XDG_STATE_HOME");
	return fixture_setup(state);
}

static char project[] = "/p";

static struct profile_source source(char *path)
{
	struct profile_source s = {.path = path, .shown = path, .project = project};

	kvs_set(&s.files, path,
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	return s;
}

static int add(char *path, const char *can)
{
	struct profile_source s = source(path);
	AUTO_STRV struct strv list = {0};
	int rc;

	strv_add(&list, can);
	rc = grant_add(&s, &list, NULL);
	kvs_free(&s.files);
	return rc;
}

static char *file_of(const struct fixture *x, const char *profile)
{
	struct digest d;
	char hex[DIGEST_HEX];

	digest_init(&d);
	digest_field(&d, profile);
	digest_field(&d, project);
	digest_end(&d, hex);
	return xasprintf("%s/.local/state/cnnrun/grants/%s.json", x->root, hex);
}

static int look(char *path, struct grant *out)
{
	const struct profile_source s = {.path = path, .project = project};

	return grant_read(&s, out);
}

static size_t forget(const char *path)
{
	size_t n;

	assert_int_equal(grants_forget(path, &n, NULL), 0);
	return n;
}

/* The capabilities of one spec, in the words that the rules read. */
static void words_of(void (*fill)(struct resolved *, int), int arg, struct strv *out)
{
	AUTO_RESOLVED struct resolved s;

	resolved_init(&s);
	s.set.network = xstrdup("bridge");
	s.has_user = true;
	s.uid = 1;
	strv_add(&s.set.security_opt, "no-new-privileges");
	fill(&s, arg);
	resolved_capabilities(&s, out);
}

/* Is everything that less asks for included in what more asks for, and not the reverse?
 */
static void check_less(void (*fill)(struct resolved *, int), int more, int less)
{
	AUTO_STRV struct strv a = {0}, b = {0};
	bool back = true;

	words_of(fill, more, &a);
	words_of(fill, less, &b);
	assert_true(a.n && b.n);
	for (size_t i = 0; i < b.n; i++)
		if (!capability_in(&a, b.v[i]))
			fail_msg("'%s' is not less", b.v[i]);
	for (size_t i = 0; i < a.n; i++)
		back = back && capability_in(&b, a.v[i]);
	assert_false(back);
}

static void fill_mount(struct resolved *s, int i)
{
	static const char *const source[] = {"/data", "/data", "/data/sub", "/data2"};
	struct resolved_mount *m = resolved_add_mount(s, MOUNT_BIND, source[i], "/x");

	m->readonly = i == 1;
	m->outside = true;
}

static void fill_volume(struct resolved *s, int i)
{
	resolved_add_mount(s, MOUNT_VOLUME, "data", "/x")->readonly = i == 1;
}

static void fill_gpus(struct resolved *s, int i)
{
	s->set.gpus.select = i == 0 ? GPU_ALL : i < 3 ? GPU_COUNT : GPU_IDS;
	s->set.gpus.count = i == 1 ? 2 : 1;
	if (i == 3)
		strv_add(&s->set.gpus.ids, "2");
	if (i >= 3)
		strv_add(&s->set.gpus.ids, i == 5 ? "33" : "3");
}

static void fill_rights(struct resolved *s, int i)
{
	s->set.privileged = i == 0;
	s->has_user = i != 2;
	s->uid = 0;
	if (i == 0)
		strv_add(&s->set.cap_add, "NET_ADMIN");
}

static void fill_xhost(struct resolved *s, int i)
{
	s->x.xhost = i ? XHOST_USER : XHOST_LOCAL;
	s->x.display = xstrdup(":0");
}

static void fill_engine(struct resolved *s, int i)
{
	struct resolved_mount *m =
		resolved_add_mount(s, MOUNT_BIND, i ? "/run/docker.sock" : "/", "/x");

	m->engine = m->outside = true;
}

static void test_less(void **state)
{
	(void)state;
	check_less(fill_mount, 0, 1);
	check_less(fill_mount, 0, 2);
	check_less(fill_volume, 0, 1);
	check_less(fill_gpus, 0, 1);
	check_less(fill_gpus, 0, 3);
	check_less(fill_gpus, 1, 2);
	check_less(fill_gpus, 3, 4);
	check_less(fill_rights, 0, 1);
	check_less(fill_rights, 1, 2);
	check_less(fill_xhost, 0, 1);
	check_less(fill_engine, 0, 1);
}

static void test_not_less(void **state)
{
	static const char *const pairs[][2] = {
		{"write outside the project: /data", "write outside the project: /data2"},
		{"read outside the project: /data", "write outside the project: /data"},
		{"read outside the project: /data/sub",
			"read outside the project: /data"},
		{"read the volume data", "use the volume data"},
		{"use the volume data", "read the volume data2"},
		{"use GPUs 2, 3", "use GPU 33"},
		{"use GPUs 2, 33", "use GPU 3"},
		{"use GPU 3", "use 1 GPU"},
		{"use 1 GPU", "use GPU 0"},
		{"use 1 GPU", "use 2 GPUs"},
		{"use 1 GPU", "use all GPUs"},
		{"use the host's network", "use the host's IPC"},
		{"be root in the container, where its image is",
			"be root in the container"},
		{"be root in the container", "do anything to the host (privileged)"},
		{"use the device /dev/a", "use the device /dev/ab"},
		{"use all GPUs", "use the device /dev/nvidia0"},
		{"write outside the project: /", "control the container engine, and so "
						 "the host: /"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		if (capability_covers(pairs[i][0], pairs[i][1]))
			fail_msg("'%s' includes '%s'", pairs[i][0], pairs[i][1]);
}

static void test_store(void **state)
{
	const struct fixture *x = *state;
	AUTO_GRANT struct grant g = {0}, other = {0};
	AUTO_FREE char *file = file_of(x, "/p/a.lua"), *dir = path_join(file, "..");
	struct grant *all;
	struct stat st;
	size_t n;

	assert_int_equal(look((char[]){"/p/a.lua"}, &g), 0);
	assert_int_equal(forget("/p/a.lua"), 0);
	assert_int_equal(add((char[]){"/p/b.lua"}, "use the host's network"), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, "use GPU 0"), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, "read outside the project: /x"), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, "use all GPUs"), 0);
	assert_int_equal(look((char[]){"/p/a.lua"}, &g), 1);
	assert_int_equal(g.can.n, 2); /* all GPUs are more than one */
	assert_int_equal(g.files.n, 1);
	assert_true(g.when > 1600000000);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(grants_list(&all, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_string_equal(all[1].path, "/p/b.lua");
	grants_free(all, n);
	project[1] = 'q'; /* another project has a grant of its own */
	assert_int_equal(look((char[]){"/p/a.lua"}, &other), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, "use GPU 1"), 0);
	project[1] = 'p';
	assert_int_equal(look((char[]){"/p/a.lua"}, &other), 1);
	assert_int_equal(other.can.n, 2);
	assert_int_equal(forget("/p/a.lua"), 2);
	assert_int_equal(forget("/p/a.lua"), 0);
	assert_int_equal(forget(NULL), 1);
}

/* Whatever lies where a grant is looked for. */
static void test_damage(void **state)
{
	const struct fixture *x = *state;
	AUTO_FREE char *file = file_of(x, "/p/a.lua"), *real = xasprintf("%s.real", file);
	static const char *const texts[] = {"", "{", "[]", "null",
		"{\"version\":2,\"path\":\"/p/"
		"a.lua\",\"when\":1,\"can\":[],\"files\":{}}",
		"{\"version\":1,\"path\":\"/p/"
		"b.lua\",\"when\":1,\"can\":[],\"files\":{}}",
		"{\"version\":1,\"path\":\"/p/a.lua\",\"project\":\"/"
		"p\",\"can\":[],\"files\":{}}",
		"{\"version\":1,\"path\":\"/p/"
		"a.lua\",\"when\":1,\"can\":[1],\"files\":{}}",
		"{\"version\":1,\"path\":\"/p/"
		"a.lua\",\"when\":1,\"can\":[],\"files\":[]}",
		"{\"version\":1,\"path\":\"/p/a.lua\",\"project\":\"/"
		"p\",\"when\":1,\"can\":[],"
		"\"files\":{\"/a\":\"1\"}}"};
	struct grant g = {0};

	assert_int_equal(add((char[]){"/p/a.lua"}, "use GPU 0"), 0);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		assert_int_equal(
			file_write(file, texts[i], strlen(texts[i]), 0600, NULL), 0);
		assert_int_equal(look((char[]){"/p/a.lua"}, &g), 0);
		assert_null(g.path);
	}
	assert_int_equal(add((char[]){"/p/a.lua"}, "use GPU 0"), 0);
	assert_int_equal(rename(file, real), 0);
	assert_int_equal(symlink(real, file), 0);
	assert_int_equal(look((char[]){"/p/a.lua"}, &g), 0);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(mkfifo(file, 0600), 0); /* does not keep it waiting */
	assert_int_equal(look((char[]){"/p/a.lua"}, &g), 0);
	assert_int_equal(rename(real, file), 0);
	assert_int_equal(chmod(file, 0620), 0);
	assert_int_equal(look((char[]){"/p/a.lua"}, &g), 0);
	assert_int_equal(chmod(file, 0600), 0);
	assert_int_equal(look((char[]){"/p/a.lua"}, &g), 1);
	grant_free(&g);
}

/* A store that is a link, or open to others, neither counts nor is written. */
static void test_directory(void **state)
{
	const struct fixture *x = *state;
	AUTO_FREE char *file = file_of(x, "/p/a.lua"), *dir = path_join(file, "..");
	AUTO_FREE char *real = xasprintf("%s.real", dir);
	struct grant g = {0};

	assert_int_equal(add((char[]){"/p/a.lua"}, "use GPU 0"), 0);
	assert_int_equal(chmod(dir, 0770), 0);
	assert_int_equal(look((char[]){"/p/a.lua"}, &g), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, "use GPU 0"), -1);
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(rename(dir, real), 0);
	assert_int_equal(symlink(real, dir), 0);
	assert_int_equal(look((char[]){"/p/a.lua"}, &g), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, "use GPU 0"), -1);
	assert_int_equal(unlink(dir), 0);
}

/* Of writers at the same moment none is lost, and no reader sees half a file. */
static void test_race(void **state)
{
	enum { WRITERS = 4, ROUNDS = 25 };
	AUTO_GRANT struct grant g = {0};
	pid_t pid[WRITERS];
	int status;

	(void)state;
	for (int i = 0; i < WRITERS; i++) {
		pid[i] = fork();
		if (pid[i])
			continue;
		for (int k = 0; k < ROUNDS; k++) {
			AUTO_FREE char *can = xasprintf("use GPU %d", i * ROUNDS + k);
			AUTO_GRANT struct grant seen = {0};

			if (add((char[]){"/p/a.lua"}, can) < 0 ||
				!look((char[]){"/p/a.lua"}, &seen) ||
				!strv_has(&seen.can, can))
				_exit(1);
		}
		_exit(0);
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(look((char[]){"/p/a.lua"}, &g), 1);
	assert_int_equal(g.can.n, WRITERS * ROUNDS);
}

static bool say(void *ctx, const struct question *q)
{
	int *asked = ctx;

	asked[1] = (int)q->missing->n;
	asked[2] = (int)q->n_granted;
	return asked[0]++ == 0;
}

static void test_allow(void **state)
{
	int asked[3] = {0};
	const struct consent how = {say, asked, "cnnrun allow x"},
			     nobody = {.command = "C"};
	struct profile_source s = source((char[]){"/p/a.lua"});
	AUTO_STRV struct strv wanted = {0};
	struct err e = {0};

	(void)state;
	assert_int_equal(allow(&wanted, &s, &nobody, &e), 0);
	strv_add(&wanted, "use GPU 0");
	assert_int_equal(allow(&wanted, &s, &nobody, &e), -1);
	assert_string_equal(
		e.msg, "/p/a.lua is not allowed to use GPU 0; to allow it: C");
	assert_int_equal(allow(&wanted, &s, &how, &e), 0);
	assert_int_equal(allow(&wanted, &s, &nobody, &e), 0);
	for (int i = 0; i < 100; i++)
		strv_addf(&wanted, "use the device /dev/long-name-of-a-device-%d", i);
	assert_int_equal(allow(&wanted, &s, &how, &e), -1);
	assert_int_equal(asked[1], 100);
	assert_int_equal(asked[2], 1);
	assert_contains(e.msg, " more; to allow it: cnnrun allow x");
	s.unsafe = xstrdup("REASON");
	strv_free(&wanted);
	assert_int_equal(allow(&wanted, &s, &how, &e), -1);
	assert_contains(e.msg, "REASON");
	free(s.unsafe);
	kvs_free(&s.files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_less),
		cmocka_unit_test(test_not_less),
		cmocka_unit_test_setup_teardown(test_store, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_damage, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_directory, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_race, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_allow, setup, fixture_teardown),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
