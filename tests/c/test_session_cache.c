/* SPDX-License-Identifier: MIT */
/* A build's cache in a directory, before an engine that asks for what is not the cache's
 * and sends what is not as it says. */
#include "session_test.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/path.h"
#include "engine/docker/session/layout.h"

#define CONTENT "/containerd.services.content.v1.Content/"
#define NOBODY  "sha256:0000000000000000000000000000000000000000000000000000000000000000"

static char *dir;
static struct build_cache caches[2] = {{.id = "0"}, {.id = "1", .writes = true}};
static struct build_offer offer = {.caches = caches, .n_caches = 2, .agent = -1};
static struct build_request request = {.offer = &offer};
static struct engine_end end;

static int set_up(void **state)
{
	(void)state;
	dir = scratch_make();
	shell("cd %s && mkdir -p c/blobs/sha256 && echo secret >secret", dir);
	for (int i = 0; i < 2; i++) {
		AUTO_FREE char *path = path_join(dir, "c");

		caches[i].dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	end_open(&end, &request);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	end_close(&end);
	close(caches[0].dir);
	close(caches[1].dir);
	scratch_end(dir);
	return 0;
}

static void digest_of(const char *text, char out[LAYOUT_DIGEST])
{
	char hex[DIGEST_HEX];

	digest_hex(text, strlen(text), hex);
	snprintf(out, LAYOUT_DIGEST, "sha256:%s", hex);
}

/* Of one or more messages. */
static int say(const char *method, const char *store, const struct buf *v, size_t n,
	struct buf *answer)
{
	AUTO_FREE char *path = xasprintf(CONTENT "%s", method);

	return ask_with(&end, path, CACHE_STORE_KEY, store, v, n, answer);
}

static int ask_for(const char *method, const char *store, const char *digest,
	uint64_t offset, struct buf *answer)
{
	AUTO_BUF struct buf m = {0};

	pb_add_text(&m, 1, digest);
	pb_add_number(&m, 2, offset);
	return say(method, store, &m, 1, answer);
}

static void write_message(struct buf *m, uint64_t action, const char *data,
	uint64_t offset, uint64_t total, const char *digest)
{
	pb_add_number(m, 1, action);
	pb_add_text(m, 2, "../../a-name");
	pb_add_number(m, 3, total);
	pb_add_text(m, 4, digest);
	pb_add_number(m, 5, offset);
	if (data)
		pb_add_bytes(m, 6, data, strlen(data));
}

/* All at once: bytes, and that they are all. */
static int send_blob(const char *store, const char *data, uint64_t offset, uint64_t total,
	const char *digest)
{
	AUTO_BUF struct buf m = {0};

	write_message(&m, 2, data, offset, total, digest);
	return say("Write", store, &m, 1, NULL);
}

/* Nothing but whole blobs lies there. */
static void assert_blobs(int n)
{
	shell("test $(ls -A %s/c/blobs/sha256 | wc -l) = %d && cd %s/c/blobs/sha256 && "
	      "for f in $(ls -A); do test $(sha256sum <$f | cut -c-64) = $f || exit 1; "
	      "done",
		dir, n, dir);
}

static void test_there_and_back(void **state)
{
	struct buf v[3] = {{0}, {0}, {0}};
	AUTO_BUF struct buf info = {0}, got = {0};
	char digest[LAYOUT_DIGEST];

	(void)state;
	digest_of("hello", digest);
	write_message(&v[0], 0, NULL, 0, 5, digest);
	write_message(&v[1], 1, "hel", 0, 0, NULL);
	write_message(&v[2], 2, "lo", 3, 5, digest);
	assert_int_equal(ask_for("Info", "local:1", digest, 0, NULL), RPC_NOT_FOUND);
	assert_int_equal(say("Write", "local:1", v, 3, NULL), RPC_OK);
	assert_blobs(1);
	assert_int_equal(ask_for("Info", "local:0", digest, 0, &info), RPC_OK);
	assert_non_null(memmem(info.p, info.n, digest, strlen(digest)));
	assert_int_equal(ask_for("Read", "local:0", digest, 0, &got), RPC_OK);
	assert_non_null(memmem(got.p, got.n, "hello", 5));
	got.n = 0;
	assert_int_equal(ask_for("Read", "local:0", digest, 3, &got), RPC_OK);
	assert_non_null(memmem(got.p, got.n, "lo", 2));
	assert_null(memmem(got.p, got.n, "hel", 3));
	assert_int_equal(send_blob("local:1", "hello", 0, 5, digest), RPC_ALREADY_EXISTS);
	for (int i = 0; i < 3; i++)
		buf_free(&v[i]);
}

static void test_not_the_caches(void **state)
{
	static const char *const stores[] = {
		NULL, "local:2", "local:../..", "0", "local:"};
	static const char *const names[] = {"", "../../../secret",
		"sha256:../../../secret", "sha256:/etc/passwd", "sha512:00", NOBODY "0",
		NOBODY};
	char digest[LAYOUT_DIGEST];

	(void)state;
	digest_of("hello", digest);
	assert_int_equal(send_blob("local:1", "hello", 0, 0, NULL), RPC_OK);
	for (size_t i = 0; i < COUNT_OF(stores); i++) {
		const char *store = stores[i] ? stores[i] : "";

		assert_int_equal(ask_for("Read", store, digest, 0, NULL), RPC_NOT_FOUND);
		assert_int_equal(ask_for("Info", store, digest, 0, NULL), RPC_NOT_FOUND);
		assert_int_equal(send_blob(store, "x", 0, 0, NULL), RPC_NOT_FOUND);
	}
	assert_int_equal(send_blob("local:0", "x", 0, 0, NULL), RPC_NOT_FOUND);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_int_equal(
			ask_for("Read", "local:0", names[i], 0, NULL), RPC_NOT_FOUND);
	assert_blobs(1);
}

/* What a repository may have put there in advance. */
static void test_links(void **state)
{
	AUTO_BUF struct buf got = {0};

	(void)state;
	shell("cd %s/c/blobs/sha256 && ln -s ../../../secret %s", dir, &NOBODY[7]);
	assert_int_equal(ask_for("Read", "local:0", NOBODY, 0, &got), RPC_NOT_FOUND);
	shell("cd %s/c/blobs/sha256 && rm * && ln ../../../secret x && mkfifo %s", dir,
		&NOBODY[7]);
	assert_int_equal(ask_for("Read", "local:0", NOBODY, 0, &got), RPC_NOT_FOUND);
	shell("cd %s/c && rm -r blobs && mkdir ../other && ln -s ../other blobs && "
	      "mkdir ../other/sha256 && cp ../secret ../other/sha256/%s",
		dir, &NOBODY[7]);
	assert_int_equal(ask_for("Read", "local:0", NOBODY, 0, &got), RPC_NOT_FOUND);
	assert_int_equal(send_blob("local:1", "hello", 0, 0, NULL), RPC_FAILED);
	assert_true(*end.s.err.msg);
	shell("test $(ls %s/other/sha256) = %s", dir, &NOBODY[7]);
	assert_int_equal(got.n, 0);
}

static void test_lies(void **state)
{
	struct buf v[2] = {{0}, {0}};
	char digest[LAYOUT_DIGEST];

	(void)state;
	digest_of("hello", digest);
	assert_int_equal(send_blob("local:1", "hellO", 0, 5, digest), RPC_FAILED);
	assert_int_equal(send_blob("local:1", "hello", 0, 6, digest), RPC_FAILED);
	assert_int_equal(send_blob("local:1", "hello", 0, 4, digest), RPC_OUT_OF_RANGE);
	assert_int_equal(
		send_blob("local:1", "hello", UINT64_MAX, 0, NULL), RPC_OUT_OF_RANGE);
	assert_int_equal(send_blob("local:1", "hello", 0, 0, "sha256:../x"), RPC_INVALID);
	/* broken off, and a total that shrinks */
	write_message(&v[0], 1, "hello", 0, 0, digest);
	assert_int_equal(say("Write", "local:1", v, 1, NULL), RPC_OK);
	write_message(&v[1], 2, NULL, 5, 3, digest);
	assert_int_equal(say("Write", "local:1", v, 2, NULL), RPC_OUT_OF_RANGE);
	assert_blobs(0);
	buf_free(&v[0]);
	buf_free(&v[1]);
}

static void test_index(void **state)
{
	AUTO_FREE char *latest = NULL, *said = NULL;
	char digest[LAYOUT_DIGEST];
	struct err e = {0};

	(void)state;
	digest_of("hello", digest);
	assert_ok(layout_latest(caches[0].dir, &latest, &e));
	assert_null(latest);
	said = xasprintf("{\"mediaType\":\"a/b\",\"digest\":\"%s\",\"size\":9}", digest);
	assert_int_equal(layout_set_latest(caches[1].dir, said, &e), -1);
	assert_int_equal(send_blob("local:1", "hello", 0, 0, NULL), RPC_OK);
	/* what it replaces may be a link */
	shell("cd %s/c && ln -s ../secret index.json && ln -s ../secret oci-layout", dir);
	assert_ok(layout_set_latest(caches[1].dir, said, &e));
	assert_ok(layout_latest(caches[0].dir, &latest, &e));
	assert_string_equal(latest, digest);
	shell("cd %s && grep -q '^secret$' secret && grep -q '\"size\":5' c/index.json "
	      "&& "
	      "test $(ls -A c | wc -l) = 3",
		dir);
	shell("echo '{\"manifests\":[{\"digest\":\"../x\"},3]}' >%s/c/index.json", dir);
	free(latest);
	assert_ok(layout_latest(caches[0].dir, &latest, &e));
	assert_null(latest);
	shell("echo '[' >%s/c/index.json", dir);
	assert_int_equal(layout_latest(caches[0].dir, &latest, &e), -1);
}

/* Endless: on a small file system of its own, some of which is left. */
static int fill(void)
{
	static const char piece[65536];
	AUTO_FREE char *path = path_join(dir, "c");
	struct layout_blob b;
	struct err e = {0};
	int at, rc = 0;

	if (unshare(CLONE_NEWNS) < 0 ||
		mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("none", path, "tmpfs", 0, "size=4m") < 0)
		return 2;
	at = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (layout_begin(&b, at, &e) < 0)
		return 3;
	for (int i = 0; i < 64 && rc == 0; i++)
		rc = layout_add(&b, piece, sizeof piece, &e);
	layout_drop(&b);
	close(at);
	return rc < 0 && strstr(e.msg, "no room for the build's cache") ? 0 : 4;
}

static void test_room(void **state)
{
	pid_t child;
	int status;

	(void)state;
	if (geteuid() != 0)
		return; /* it takes root to mount */
	child = fork();
	if (!child)
		_exit(fill());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_there_and_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_the_caches, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_links, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_index, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
