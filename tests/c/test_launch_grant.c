/* SPDX-License-Identifier: MIT */
/* Grants: a store that holds beside other writers and whatever
 * lies in it. */
#include <fcntl.h>

#include "base/digest.h"
#include "base/log.h"
#include "launch/allow.h"
#include "right/grant.h"
#include "rights_test.h"
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

static int add(char *path, enum right_kind kind, const char *object)
{
	struct profile_source s = source(path);
	const struct grantee who = allow_grantee(&s);
	AUTO_RIGHTS struct rights list = {0};
	int rc;

	rights_add(&list, kind, object);
	rc = grant_add(&who, &list, NULL);
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

static int look(const char *path, struct grant *out)
{
	const struct grantee who = {path, project, NULL, NULL};

	return grant_read(&who, out);
}

static void keep_text(const char *file, const char *text)
{
	assert_int_equal(file_write(file, text, strlen(text), 0600, NULL), 0);
}

static size_t forget(const char *path)
{
	size_t n;

	assert_int_equal(grants_forget(path, NULL, &n, NULL), 0);
	return n;
}

static void test_store(void **state)
{
	const struct fixture *x = *state;
	AUTO_GRANT struct grant g = {0}, other = {0};
	AUTO_FREE char *file = file_of(x, "/p/a.lua"), *dir = path_join(file, "..");
	struct grant *all;
	struct stat st;
	size_t n;

	assert_int_equal(look("/p/a.lua", &g), 0);
	assert_int_equal(forget("/p/a.lua"), 0);
	assert_int_equal(add((char[]){"/p/b.lua"}, RIGHT_HOST_NETWORK, NULL), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_GPU, "0"), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_READ, "/x"), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_GPU_ALL, NULL), 0);
	assert_int_equal(look("/p/a.lua", &g), 1);
	assert_int_equal(g.rights.n, 2); /* all GPUs are more than one */
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
	assert_int_equal(look("/p/a.lua", &other), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_GPU, "1"), 0);
	project[1] = 'p';
	assert_int_equal(look("/p/a.lua", &other), 1);
	assert_int_equal(other.rights.n, 2);
	assert_int_equal(forget("/p/a.lua"), 2);
	assert_int_equal(forget("/p/a.lua"), 0);
	assert_int_equal(forget(NULL), 1);
}

#define GRANT(version, path, when, rights, files)                                        \
	"{\"version\":" version ",\"path\":\"" path                                      \
	"\",\"project\":\"/p\",\"when\":" when ",\"rights\":" rights ",\"files\":" files \
	"}"

/* Whatever lies where a grant is looked for. */
static void test_damage(void **state)
{
	const struct fixture *x = *state;
	AUTO_FREE char *file = file_of(x, "/p/a.lua"), *real = xasprintf("%s.real", file);
	static const char *const texts[] = {"", "{", "[]", "null",
		GRANT("3", "/p/a.lua", "1", "[]", "{}"),
		GRANT("0", "/p/a.lua", "1", "[]", "{}"),
		GRANT("2", "/p/b.lua", "1", "[]", "{}"),
		GRANT("2", "/p/a.lua", "\"x\"", "[]", "{}"),
		GRANT("2", "/p/a.lua", "1", "{}", "{}"),
		GRANT("2", "/p/a.lua", "1", "[1]", "{}"),
		GRANT("2", "/p/a.lua", "1", "[{\"gpu\":0}]", "{}"),
		GRANT("2", "/p/a.lua", "1", "[]", "[]"),
		GRANT("2", "/p/a.lua", "1", "[]", "{\"/a\":\"1\"}")};
	struct grant g = {0};

	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_GPU, "0"), 0);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		keep_text(file, texts[i]);
		assert_int_equal(look("/p/a.lua", &g), 0);
		assert_null(g.path);
	}
	keep_text(file, GRANT("2", "/p/a.lua", "1", "[{\"gpu\":\"0\"}]", "{}"));
	assert_int_equal(look("/p/a.lua", &g), 1);
	grant_free(&g);
	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_GPU, "0"), 0);
	assert_int_equal(rename(file, real), 0);
	assert_int_equal(symlink(real, file), 0);
	assert_int_equal(look("/p/a.lua", &g), 0);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(mkfifo(file, 0600), 0); /* does not keep it waiting */
	assert_int_equal(look("/p/a.lua", &g), 0);
	assert_int_equal(rename(real, file), 0);
	assert_int_equal(chmod(file, 0620), 0);
	assert_int_equal(look("/p/a.lua", &g), 0);
	assert_int_equal(chmod(file, 0600), 0);
	assert_int_equal(look("/p/a.lua", &g), 1);
	grant_free(&g);
}

/* What an older cnnrun kept counts; what it meant has to be sure. */
static void test_old_form(void **state)
{
	static const char old[] =
		"{\"version\":1,\"path\":\"/p/a.lua\",\"project\":\"/p\",\"when\":1,"
		"\"can\":[\"use GPUs 2, 3\",\"write outside the project: /data\","
		"\"read outside the project: /x (to build the image)\"],\"files\":{}}";
	const struct fixture *x = *state;
	AUTO_FREE char *file = file_of(x, "/p/a.lua");
	AUTO_GRANT struct grant g = {0}, again = {0};

	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_ROOT, NULL), 0);
	keep_text(file, old);
	assert_int_equal(look("/p/a.lua", &g), 1);
	assert_int_equal(g.n_lost, 1);
	assert_int_equal(g.rights.n, 3);
	assert_true(rights_say(&g.rights, "write outside the project: /data"));
	assert_true(rights_say(&g.rights, "use GPU 2"));
	assert_true(rights_say(&g.rights, "use GPU 3"));
	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_BUILD_READ, "/x"), 0);
	assert_int_equal(look("/p/a.lua", &again), 1);
	assert_int_equal(again.n_lost, 0);
	assert_int_equal(again.rights.n, 4);
}

/* A store that is a link, or open to others, neither counts nor is written. */
static void test_directory(void **state)
{
	const struct fixture *x = *state;
	AUTO_FREE char *file = file_of(x, "/p/a.lua"), *dir = path_join(file, "..");
	AUTO_FREE char *real = xasprintf("%s.real", dir);
	struct grant g = {0};

	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_GPU, "0"), 0);
	assert_int_equal(chmod(dir, 0770), 0);
	assert_int_equal(look("/p/a.lua", &g), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_GPU, "0"), -1);
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(rename(dir, real), 0);
	assert_int_equal(symlink(real, dir), 0);
	assert_int_equal(look("/p/a.lua", &g), 0);
	assert_int_equal(add((char[]){"/p/a.lua"}, RIGHT_GPU, "0"), -1);
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
			AUTO_FREE char *id = xasprintf("%d", i * ROUNDS + k);
			struct right one = {.kind = RIGHT_GPU, .object = id};
			AUTO_GRANT struct grant seen = {0};

			if (add((char[]){"/p/a.lua"}, RIGHT_GPU, id) < 0 ||
				!look("/p/a.lua", &seen) ||
				!rights_have(&seen.rights, &one))
				_exit(1);
		}
		_exit(0);
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(look("/p/a.lua", &g), 1);
	assert_int_equal(g.rights.n, WRITERS * ROUNDS);
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
	const struct consent how = {.ask = say,
				     .ctx = asked,
				     .command = "cnnrun allow x"},
			     nobody = {.command = "C"};
	struct profile_source s = source((char[]){"/p/a.lua"});
	AUTO_RIGHTS struct rights wanted = {0};
	struct err e = {0};

	(void)state;
	assert_int_equal(allow(&wanted, &s, &nobody, &e), 0);
	rights_add(&wanted, RIGHT_GPU, "0");
	assert_int_equal(allow(&wanted, &s, &nobody, &e), -1);
	assert_string_equal(
		e.msg, "/p/a.lua is not allowed to use GPU 0; to allow it: C");
	assert_int_equal(allow(&wanted, &s, &how, &e), 0);
	assert_int_equal(allow(&wanted, &s, &nobody, &e), 0);
	for (int i = 0; i < 100; i++)
		rights_addf(&wanted, RIGHT_DEVICE, "/dev/long-name-of-a-device-%d", i);
	assert_int_equal(allow(&wanted, &s, &how, &e), -1);
	assert_int_equal(asked[1], 100);
	assert_int_equal(asked[2], 1);
	assert_has(e.msg, " more; to allow it: cnnrun allow x");
	s.unsafe = xstrdup("REASON");
	rights_free(&wanted);
	assert_int_equal(allow(&wanted, &s, &how, &e), -1);
	assert_has(e.msg, "REASON");
	free(s.unsafe);
	kvs_free(&s.files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_store, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_damage, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_old_form, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_directory, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_race, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_allow, setup, fixture_teardown),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
