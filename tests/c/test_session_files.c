/* SPDX-License-Identifier: MIT */
/* What a build's session sends of files: contexts by their names, the context as a tar.
 */
#include "session_test.h"

#include "base/path.h"

#define SYNC "/moby.filesync.v1.FileSync/DiffCopy"
#define PULL "/moby.upload.v1.Upload/Pull"

static char *dir;
static const char *const files[] = {"a", "a/b", "c", "link", "x"};
enum { IS_DIR, IN_DIR, EMPTY, LINK, LONG, FILES };

static int walk(void *ctx, int (*each)(void *to, const struct build_tree_entry *t),
	void *to, struct err *e)
{
	for (size_t i = 0; i < FILES; i++) {
		AUTO_FREE char *path = path_join(dir, files[i]);
		struct stat st;
		const struct build_tree_entry t = {
			files[i], &st, i == LINK ? "/etc" : NULL};

		if (lstat(path, &st) < 0)
			return err_errno(e, "%s", path);
		each(to, &t);
	}
	*(bool *)ctx = true;
	return 0;
}

static bool walked;
static struct build_tree tree = {.name = "lib", .walk = walk, .ctx = &walked};
static struct build_offer offer = {.trees = &tree, .n_trees = 1, .agent = -1};
static size_t at;

static int begin_tar(void *ctx, bool classic, struct err *e)
{
	(void)ctx;
	(void)e;
	assert_false(classic);
	at = 0;
	return 0;
}

static ssize_t read_tar(void *ctx, char *to, size_t n)
{
	(void)ctx;
	n = n < 300000 - at ? n : 300000 - at;
	memset(to, 't', n);
	at += n;
	return (ssize_t)n;
}

static struct build_request request = {
	.offer = &offer, .begin = begin_tar, .read = read_tar};

static int set_up(void **state)
{
	(void)state;
	dir = scratch_make();
	shell("cd %s && mkdir a && echo in >a/b && : >c && ln -s /etc link && "
	      "head -c 100000 /dev/zero >x && chmod 4755 a/b",
		dir);
	tree.dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	walked = false;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(tree.dir);
	scratch_end(dir);
	return 0;
}

/* The next message of what came in; false = there is not all of it. */
static bool next_message(struct call *c, size_t *from, struct pb *m)
{
	const unsigned char *p = (const unsigned char *)c->in.p + *from;
	size_t n;

	if (c->in.n < *from + 5)
		return false;
	n = (size_t)p[1] << 24 | (size_t)p[2] << 16 | (size_t)p[3] << 8 | p[4];
	if (c->in.n < *from + 5 + n)
		return false;
	*m = (struct pb){.p = p + 5, .end = p + 5 + n};
	*from += 5 + n;
	return true;
}

/* The last field of this number. */
static struct pb_field field(struct pb m, uint32_t number)
{
	struct pb_field f, found = {0};

	while (pb_next(&m, &f))
		if (f.number == number)
			found = f;
	return found;
}

static void request_packet(struct call *c, unsigned type, uint64_t id)
{
	AUTO_BUF struct buf m = {0};

	pb_add_number(&m, 1, type);
	pb_add_number(&m, 3, id);
	call_say(c, &m);
}

static void test_told(void **state)
{
	static const uint32_t modes[] = {
		1u << 31 | 0755, 1 << 23 | 0755, 0644, 1 << 27 | 0777, 0644};
	struct engine_end p;
	struct call c = {0};
	struct pb m;
	size_t from = 0, n = 0, total = 0;

	(void)state;
	end_open(&p, &request);
	call_begin(&c, &p, SYNC, "dir-name", "lib");
	for (int i = 0; i < 50; i++)
		end_step(&p);
	for (; next_message(&c, &from, &m) && field(m, 2).is_bytes; n++) {
		struct pb stat = {(const unsigned char *)field(m, 2).bytes,
			(const unsigned char *)field(m, 2).bytes + field(m, 2).n, false};
		AUTO_FREE char *path = NULL;
		struct pb_field name = field(stat, 1);

		path = pb_text(&name);
		assert_string_equal(path, files[n]);
		assert_int_equal(field(stat, 2).value, modes[n]);
		assert_int_equal(field(stat, 3).value, 0); /* nobody's */
	}
	assert_int_equal(n, FILES);
	request_packet(&c, 1, LONG);
	request_packet(&c, 1, IN_DIR);
	request_packet(&c, 1, EMPTY);
	request_packet(&c, 3, 0);
	call_run(&c);
	assert_int_equal(c.status, 0);
	for (n = 0; next_message(&c, &from, &m); n++)
		total += field(m, 4).n;
	assert_int_equal(total, 100000 + 3);
	assert_true(n >= 3 + 2 + 1); /* ends of files, pieces, the end */
	call_free(&c);
	end_close(&p);
}

static int outcome(const char *name, unsigned type, uint64_t id)
{
	struct engine_end p;
	struct call c = {0};
	int status;

	end_open(&p, &request);
	call_begin(&c, &p, SYNC, name ? "dir-name" : NULL, name);
	request_packet(&c, type, id);
	call_run(&c);
	status = c.status;
	assert_null(memmem(buf_str(&c.in), c.in.n, "root:", 5));
	call_free(&c);
	end_close(&p);
	return status;
}

/* Names and numbers of nothing; what is no file; packets that would write here. */
static void test_lies(void **state)
{
	static const char *const names[] = {NULL, "", ".", "..", "/", "/etc", "lib/..",
		"../lib", "context", "dockerfile", "LIB", "lib\xff"};
	static const uint64_t ids[] = {IS_DIR, LINK, FILES, FILES + 1, UINT32_MAX,
		UINT64_MAX, (uint64_t)1 << 32 | LONG};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_int_not_equal(outcome(names[i], 3, 0), 0);
	assert_false(walked);
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		assert_int_equal(outcome("lib", 1, ids[i]), RPC_INVALID);
	assert_int_equal(outcome("lib", 0, 0), RPC_INVALID);
	assert_int_equal(outcome("lib", 2, LONG), RPC_INVALID);
	assert_int_equal(outcome("lib", 4, 0), RPC_INVALID);
	assert_int_equal(outcome("lib", 3, 0), 0);
}

/* More requests than there are files. */
static void test_flood(void **state)
{
	struct engine_end p;
	struct call c = {0};

	(void)state;
	end_open(&p, &request);
	call_begin(&c, &p, SYNC, "dir-name", "lib");
	for (int i = 0; i < 10000; i++)
		request_packet(&c, 1, LONG);
	call_run(&c);
	assert_int_equal(c.status, RPC_INVALID);
	call_free(&c);
	end_close(&p);
}

/* Between the list and the request a file becomes a link out of the directory. */
static void test_exchanged(void **state)
{
	static const char *const by[] = {
		"ln -sf /etc/passwd x", "rm -r a && ln -s /etc a && ln -s /etc/passwd b"};
	static const uint64_t ids[] = {LONG, IN_DIR};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(by); i++) {
		struct engine_end p;
		struct call c = {0};

		end_open(&p, &request);
		call_begin(&c, &p, SYNC, "dir-name", "lib");
		for (int k = 0; k < 50; k++)
			end_step(&p);
		shell("cd %s && %s", dir, by[i]);
		request_packet(&c, 1, ids[i]);
		call_run(&c);
		assert_int_equal(c.status, RPC_INTERNAL);
		assert_null(memmem(c.in.p, c.in.n, "root:", 5));
		assert_has(p.s.err.msg, "cannot read");
		call_free(&c);
		end_close(&p);
	}
}

static void test_upload(void **state)
{
	struct engine_end p;
	struct call c = {0}, others[2] = {{0}, {0}};
	struct pb m;
	size_t from = 0, total = 0;

	(void)state;
	end_open(&p, &request);
	call_begin(&others[0], &p, PULL, "urlpath", "/etc/passwd");
	call_begin(&others[1], &p, PULL, NULL, NULL);
	for (int i = 0; i < 2; i++) {
		call_run(&others[i]);
		assert_int_equal(others[i].status, RPC_NOT_FOUND);
		call_free(&others[i]);
	}
	c.last = true; /* it says nothing */
	call_begin(&c, &p, PULL, "urlpath", p.s.id);
	call_run(&c);
	assert_int_equal(c.status, 0);
	while (next_message(&c, &from, &m))
		total += field(m, 1).n;
	assert_int_equal(total, 300000);
	call_free(&c);
	end_close(&p);
}

#define test_fresh(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {test_fresh(test_told), test_fresh(test_lies),
		test_fresh(test_flood), test_fresh(test_exchanged),
		test_fresh(test_upload)};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
