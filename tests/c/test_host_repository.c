/* SPDX-License-Identifier: MIT */
/* What git obeys: its index and its configuration, as far as they are read here. Real
 * repositories are in tests/attack. */
#include "test.h"

#include "host/repository/git_config.h"
#include "host/repository/git_index.h"
#include "host/repository/repository.h"

static void expect_config(const char *text, const char *hook, const char *include)
{
	AUTO_STRV struct strv hooks = {0}, includes = {0};

	git_config_paths(text, &hooks, &includes);
	if (hooks.n != (hook != NULL) || includes.n != (include != NULL))
		fail_msg("%s: %zu hooks, %zu includes", text, hooks.n, includes.n);
	if (hook)
		assert_string_equal(hooks.v[0], hook);
	if (include)
		assert_string_equal(includes.v[0], include);
}

static void configuration(void **state)
{
	(void)state;
	expect_config("[core]\n\thooksPath = .husky\n", ".husky", NULL);
	expect_config("[core] hooksPath=a b # c\n", "a b", NULL);
	expect_config("[CORE]\nbare\nHOOKSPATH = \"a;b\" ; c", "a;b", NULL);
	expect_config("[core]\r\n\thooksPath = x\r\n", "x", NULL);
	expect_config("[core]\nhooksPath = a\\\\b\\\"\n", "a\\b\"", NULL);
	expect_config("[core \"sub ] x\"]\n[include]\npath = ../x\n", NULL, "../x");
	expect_config("[includeIf \"gitdir:a]\\\"b\"]path = \"~/x\"\n", NULL, "~/x");
	expect_config(
		"[core]\npath = a\n[include]\nhooksPath = b\n# [core]\n", NULL, NULL);
	expect_config("# [core]\n; hooksPath = x\nhooksPath = y\n", NULL, NULL);
	expect_config("[core]\nhooksPath\nhooksPath =\nhooksPathX = y\n", NULL, NULL);
	expect_config("[core", NULL, NULL);
	expect_config("", NULL, NULL);
}

/* Head, an entry a path (submodules begin with a '*'), a digest of that size. */
static void make_index(
	struct buf *b, unsigned version, size_t digest, const char *const *v)
{
	size_t n = 0;

	while (v[n])
		n++;
	buf_add(b, "DIRC\0\0\0", 7);
	buf_addc(b, (char)version);
	buf_add(b, "\0\0\0", 3);
	buf_addc(b, (char)n);
	for (size_t i = 0; i < n; i++) {
		bool sub = v[i][0] == '*';
		size_t start = b->n;

		memset(buf_room(b, 200), 0, 200);
		b->p[b->n + 26] = (char)(sub ? 0xe0 : 0x81);
		b->p[b->n + 27] = (char)(sub ? 0 : 0xa4);
		b->n += 40 + digest + 2;
		if (version == 4)
			buf_addc(b, i ? 1 : 0); /* the last letter of the one before */
		buf_adds(b, v[i] + sub);
		buf_addc(b, 0);
		while (version < 4 && (b->n - start) % 8)
			buf_addc(b, 0);
	}
	buf_add(b, "TREE\0\0\0\4abcd", 12);
	memset(buf_room(b, digest), 7, digest);
	b->n += digest;
}

static void index_of_every_kind(void **state)
{
	static const char *const paths[] = {"a", "*third/a", "z", NULL};
	static const size_t digests[] = {20, 32};

	(void)state;
	for (unsigned version = 2; version <= 4; version++)
		for (size_t i = 0; i < COUNT_OF(digests); i++) {
			AUTO_BUF struct buf index = {0};
			AUTO_STRV struct strv found = {0};

			make_index(&index, version, digests[i], paths);
			assert_int_equal(git_index_submodules(&index, &found), 0);
			assert_int_equal(found.n, 1);
			assert_string_equal(found.v[0], "third/a");
			for (size_t cut = 0; cut < 8; cut++) {
				AUTO_STRV struct strv none = {0};

				index.n--;
				assert_int_equal(git_index_submodules(&index, &none), -1);
				assert_int_equal(none.n, 0);
			}
		}
}

static void names(void **state)
{
	(void)state;
	assert_true(repository_owns("/p/.git"));
	assert_true(repository_owns("/p/.git/hooks"));
	assert_true(repository_owns(".hg"));
	assert_false(repository_owns("/p/.gitignore"));
	assert_false(repository_owns("/p/x.git"));
	assert_false(repository_owns("/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(configuration),
		cmocka_unit_test(index_of_every_kind), cmocka_unit_test(names)};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
