/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "engine/http/base64.h"
#include "engine/registry/credential_helper.h"
#include "engine/registry/docker_config.h"

static char *dir;

static int set_up(void **state)
{
	AUTO_FREE char *path = NULL;

	(void)state;
	dir = scratch_make();
	setenv("DOCKER_CONFIG", dir, 1);
	path = xasprintf("%s:/usr/bin:/bin", dir);
	setenv("PATH", path, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_end(dir);
	return 0;
}

/* The header for ref, decoded. "" = anonymous. */
static void check(const char *ref, const char *want)
{
	AUTO_BUF struct buf auth = {0}, text = {0};
	struct err e = {0};

	assert_ok(registry_auth(ref, &auth, &e));
	assert_int_equal(base64_decode(buf_str(&auth), auth.n, &text), 0);
	assert_string_equal(buf_str(&text), want);
}

#define USER(u, p, s)                                                                    \
	"{\"username\":\"" u "\",\"password\":\"" p "\",\"serveraddress\":\"" s "\"}"
#define HUB "https://index.docker.io/v1/"

static void test_none(void **state)
{
	(void)state;
	check("busybox", "");
	put(dir, "config.json", "{}");
	check("r.example/x", "");
	put(dir, "config.json", "{\"auths\":");
	check("r.example/x", "");
	put(dir, "config.json", "{\"auths\":{\"r.example\":{}}}");
	check("r.example/x", "");
}

/* "dTpwOnE=" is u:p:q, "aDpo" is h:h */
static void test_auths(void **state)
{
	(void)state;
	put(dir, "config.json",
		"{\"auths\":{\"r.example:5000\":{\"auth\":\"dTpwOnE=\"},"
		"\"" HUB
		"\":{\"auth\":\"aDpo\"},\"https://old.example/v1/\":{\"auth\":\"aDpo\"},"
		"\"t.example\":{\"identitytoken\":\"tok\"},\"bad.example\":{\"auth\":\"!"
		"\"},\"open.example\":{\"username\":\"u\",\"password\":\"p\"},"
		"\"half.example\":{\"username\":\"u\"},"
		"\"r.example\":{\"registrytoken\":\"tok\"}}}");
	check("r.example:5000/a/b:1", USER("u", "p:q", "r.example:5000"));
	check("r.example/a",
		"{\"registrytoken\":\"tok\",\"serveraddress\":\"r.example\"}");
	check("open.example/a", USER("u", "p", "open.example"));
	check("half.example/a", "");
	check("busybox", USER("h", "h", HUB));
	check("user/image:1", USER("h", "h", HUB));
	check("docker.io/library/x", USER("h", "h", HUB));
	check("old.example/x", USER("h", "h", "old.example"));
	check("t.example/x",
		"{\"identitytoken\":\"tok\",\"serveraddress\":\"t.example\"}");
	check("bad.example/x", "");
	check("localhost/x", "");
}

static void test_environment(void **state)
{
	AUTO_FREE char *login = NULL;

	(void)state;
	setenv("DOCKER_AUTH_CONFIG", "{\"auths\":{\"e.example\":{\"auth\":\"aDpo\"}}}",
		1);
	check("e.example/x", USER("h", "h", "e.example"));
	login = registry_login("e.example/x");
	assert_string_equal(login, "e.example");
	put(dir, "config.json",
		"{\"auths\":{\"e.example\":{\"auth\":\"dTpwOnE=\"},"
		"\"f.example\":{\"auth\":\"dTpwOnE=\"}}}");
	check("e.example/x", USER("h", "h", "e.example"));
	check("f.example/x", USER("u", "p:q", "f.example"));
	setenv("DOCKER_AUTH_CONFIG", "{", 1);
	check("e.example/x", USER("u", "p:q", "e.example"));
	unsetenv("DOCKER_AUTH_CONFIG");
}

static void put_helper(const char *name, const char *script)
{
	AUTO_FREE char *file = xasprintf("docker-credential-%s", name);

	put(dir, file, script);
	shell("chmod 755 %s/%s", dir, file);
}

static void test_helpers(void **state)
{
	(void)state;
	put(dir, "config.json",
		"{\"credsStore\":\"store\",\"credHelpers\":{\"h.example\":\"own\"},"
		"\"auths\":{\"f.example\":{\"auth\":\"aDpo\"}}}");
	put_helper("own",
		"#!/bin/sh\n[ $# = 1 ] && [ $1 = get ] && read -r h\n"
		"echo "
		"'{\"ServerURL\":\"x\",\"Username\":\"own\",\"Secret\":\"'$h'\"}'\n");
	put_helper("store",
		"#!/bin/sh\nread -r h\ncase $h in t.*) echo '{\"Username\":\"<token>\","
		"\"Secret\":\"tok\"}';; *) echo 'credentials not found in native "
		"keychain'; "
		"exit 1;; esac\n");
	check("h.example/x", USER("own", "h.example", "h.example"));
	check("t.example/x",
		"{\"identitytoken\":\"tok\",\"serveraddress\":\"t.example\"}");
	check("none.example/x", "");
	check("f.example/x", USER("h", "h", "f.example"));
}

static void test_bad_helpers(void **state)
{
	static const struct {
		const char *name, *script, *want;
	} cases[] = {
		{"missing", NULL,
			"cannot run the credential helper docker-credential-missing"},
		{"../evil", NULL, "bad credential helper"},
		{"locked", "#!/bin/sh\necho 'keychain \033[2Jlocked'\nexit 1\n",
			"failed: keychain ?[2Jlocked"},
		{"mute", "#!/bin/sh\nexit 3\n", "no reason given"},
		{"text", "#!/bin/sh\necho hello\n", "unreadable answer"},
		{"killed", "#!/bin/sh\nkill -9 $$\n", "failed"},
		{"endless", "#!/bin/sh\nexec cat /dev/zero\n",
			"docker-credential-endless"},
		{"hanging", "#!/bin/sh\nexec sleep 1000\n",
			"docker-credential-hanging does not answer; see what it says: "
			"echo r.example | docker-credential-hanging get"},
		{"silent", "#!/bin/sh\nexec >&- <&-\nexec sleep 1000\n",
			"does not answer"},
		{"parent", "#!/bin/sh\necho why it fails; sleep 3 2>&- & exit 1\n",
			"failed: why it fails"}};

	(void)state;
	credential_helper_ms = 500;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_FREE char *config =
			xasprintf("{\"credsStore\":\"%s\"}", cases[i].name);
		AUTO_BUF struct buf auth = {0};
		struct err e = {0};

		put(dir, "config.json", config);
		if (cases[i].script)
			put_helper(cases[i].name, cases[i].script);
		assert_int_equal(registry_auth("r.example/x", &auth, &e), -1);
		assert_has(e.msg, cases[i].want);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_none), TEST(test_auths),
		TEST(test_environment), TEST(test_helpers), TEST(test_bad_helpers)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
