/* SPDX-License-Identifier: MIT */
/* list.c, network.c and system.c. */
#include "engine_run.h"

#include "engine/network.h"

static void test_list(void **state)
{
	struct run r = {.resolved = shell_resolved("")};
	AUTO_FREE char *label = xasprintf("engine.list=%s", r.resolved.set.name);
	struct container_list l = {0};
	struct err e = {0};
	bool yes = false;

	(void)state;
	kvs_set(&r.resolved.set.labels, "engine.list", r.resolved.set.name);
	create(&r);
	assert_good(container_list(engine, label, false, &l, &e), &e);
	assert_int_equal(l.n, 0); /* not running */
	assert_good(container_list(engine, label, true, &l, &e), &e);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].id, r.id);
	assert_string_equal(l.v[0].name, r.resolved.set.name);
	assert_string_equal(l.v[0].state, "created");
	assert_true(l.v[0].created > 1500000000);
	container_list_free(&l);
	assert_good(network_exists(engine, "host", &yes, &e), &e);
	assert_true(yes);
	assert_good(network_exists(engine, "engine-test-none", &yes, &e), &e);
	assert_false(yes);
	kvs_free(&r.resolved.set.labels);
	end(&r);
}

static void test_volumes(void **state)
{
	AUTO_JSON cJSON *body = cJSON_Parse(
		"{\"Name\":\"engine-test-v\",\"Labels\":{\"engine.v\":\"1\"}}");
	AUTO_STRV struct strv names = {0};
	struct err e = {0};

	(void)state;
	assert_good(engine_call(engine, "POST", "/volumes/create", body, NULL, &e), &e);
	assert_good(volume_list(engine, "engine.v=1", &names, &e), &e);
	assert_true(strv_has(&names, "engine-test-v"));
	assert_good(volume_remove(engine, "engine-test-v", &e), &e);
	assert_good(volume_remove(engine, "engine-test-v", &e), &e);
}

static void test_facts(void **state)
{
	const struct engine_facts *s = NULL, *again = NULL;
	struct err e = {0};

	(void)state;
	assert_good(engine_facts(engine, &s, &e), &e);
	assert_true(s->n_cpu > 0 && s->memory > 0 && *s->version && *s->storage_driver);
	assert_good(engine_facts(engine, &again, &e), &e);
	assert_ptr_equal(s, again);
}

/* What was kept counts as long as the socket is the same one, unchanged. */
static void test_facts_cache(void **state)
{
	char *dir = scratch();
	const struct engine_facts *s = NULL;
	struct engine *other = NULL;
	struct err e = {0};
	struct stat st;

	(void)state;
	setenv("XDG_CACHE_HOME", dir, 1);
	assert_good(engine_facts_now(engine, &s, &e), &e);
	shell("sed -i 's/\"ServerVersion\":\"[^\"]*\"/\"ServerVersion\":\"kept\"/' "
	      "%s/cnnrun/engines/*",
		dir);
	assert_good(engine_open(engine_info(engine)->url, &other, &e), &e);
	assert_good(engine_facts(other, &s, &e), &e);
	assert_string_equal(s->version, "kept");
	engine_close(other);

	assert_int_equal(stat(engine_info(engine)->url + strlen("unix://"), &st), 0);
	chmod(engine_info(engine)->url + strlen("unix://"), st.st_mode); /* a new ctime */
	assert_good(engine_open(engine_info(engine)->url, &other, &e), &e);
	assert_good(engine_facts(other, &s, &e), &e);
	assert_string_not_equal(s->version, "kept");
	engine_close(other);
	unsetenv("XDG_CACHE_HOME");
	scratch_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_volumes),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_facts_cache),
	};

	need_engine();
	return cmocka_run_group_tests(tests, open_engine, close_engine);
}
