/* SPDX-License-Identifier: MIT */
/* list.c, network.c and system.c. */
#include "run.h"

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
	assert_ok(container_list(engine, label, false, &l, &e));
	assert_int_equal(l.n, 0); /* not running */
	assert_ok(container_list(engine, label, true, &l, &e));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].id, r.id);
	assert_string_equal(l.v[0].name, r.resolved.set.name);
	assert_true(*l.v[0].image_id);
	assert_string_equal(l.v[0].state, "created");
	assert_true(l.v[0].created > 1500000000);
	container_list_free(&l);
	assert_ok(network_exists(engine, "host", &yes, &e));
	assert_true(yes);
	assert_ok(network_exists(engine, "engine-test-none", &yes, &e));
	assert_false(yes);
	kvs_free(&r.resolved.set.labels);
	end(&r);
}

static void test_volumes(void **state)
{
	AUTO_JSON cJSON *body = cJSON_Parse(
		"{\"Name\":\"engine-test-v\",\"Labels\":{\"engine.v\":\"1\"}}");
	AUTO_KVS struct kvs found = {0};
	struct err e = {0};

	(void)state;
	assert_ok(engine_call(engine, "POST", "/volumes/create", body, NULL, &e));
	assert_ok(volume_list(engine, "engine.v=1", "engine.v", &found, &e));
	assert_string_equal(kvs_get(&found, "engine-test-v"), "1");
	kvs_free(&found);
	assert_ok(volume_list(engine, "engine.v=1", "engine.w", &found, &e));
	assert_string_equal(kvs_get(&found, "engine-test-v"), "");
	assert_ok(volume_remove(engine, "engine-test-v", &e));
	assert_ok(volume_remove(engine, "engine-test-v", &e));
}

static void test_facts(void **state)
{
	const struct engine_facts *s = NULL, *again = NULL;
	struct err e = {0};

	(void)state;
	assert_ok(engine_facts(engine, &s, &e));
	assert_true(s->n_cpu > 0 && s->memory > 0 && *s->version && *s->storage_driver);
	assert_ok(engine_facts(engine, &again, &e));
	assert_ptr_equal(s, again);
}

/* What was kept counts as long as the socket is the same one, unchanged. */
static void test_facts_cache(void **state)
{
	char *dir = scratch_make();
	const struct engine_facts *s = NULL;
	struct engine *other = NULL;
	struct err e = {0};
	struct stat st;

	(void)state;
	setenv("XDG_CACHE_HOME", dir, 1);
	assert_ok(engine_facts_now(engine, &s, &e));
	shell("sed -i 's/\"ServerVersion\":\"[^\"]*\"/\"ServerVersion\":\"kept\"/' "
	      "%s/cnnrun/engines/*",
		dir);
	assert_ok(engine_open(engine_info(engine)->url, &other, &e));
	assert_ok(engine_facts(other, &s, &e));
	assert_string_equal(s->version, "kept");
	engine_close(other);

	assert_int_equal(stat(engine_info(engine)->url + strlen("unix://"), &st), 0);
	chmod(engine_info(engine)->url + strlen("unix://"), st.st_mode); /* a new ctime */
	assert_ok(engine_open(engine_info(engine)->url, &other, &e));
	assert_ok(engine_facts(other, &s, &e));
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
