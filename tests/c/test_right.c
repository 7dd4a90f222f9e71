/* SPDX-License-Identifier: MIT */
/* Kinds of rights: which includes which, their words, and their JSON. */
#include "test.h"

#include "rights_test.h"
#include "right_samples.h"

/* The only one of these, to be borrowed. */
static const struct right *right_of(const struct sample *s, struct rights *list)
{
	rights_add(list, s->kind, s->object);
	return list->v;
}

static bool alike(const struct sample *a, const struct sample *b)
{
	return a->kind == b->kind && !a->object == !b->object &&
	       (!a->object || !strcmp(a->object, b->object));
}

static bool listed(const struct sample *granted, const struct sample *wanted)
{
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		if (alike(&pairs[i][0], granted) && alike(&pairs[i][1], wanted))
			return true;
	return granted->kind == RIGHT_PRIVILEGED;
}

static void test_every_pair(void **state)
{
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++)
		for (size_t k = 0; k < COUNT_OF(samples); k++) {
			AUTO_RIGHTS struct rights have = {0}, want = {0};
			const struct right *granted = right_of(&samples[i], &have),
					   *wanted = right_of(&samples[k], &want);
			AUTO_BUF struct buf a = {0}, b = {0};
			bool covers = alike(&samples[i], &samples[k]) ||
				      listed(&samples[i], &samples[k]);

			right_words(&a, granted);
			right_words(&b, wanted);
			if (right_covers(granted, wanted) != covers)
				fail_msg("'%s' %s '%s'", a.p,
					covers ? "does not include" : "includes", b.p);
			seen += covers && listed(&samples[i], &samples[k]);
		}
	/* no line of the list is of something that is no sample */
	assert_int_equal(seen, COUNT_OF(pairs) + COUNT_OF(samples));
}

static void test_unknown_kind(void **state)
{
	struct right odd = {.kind = RIGHT_KINDS}, all = {.kind = RIGHT_PRIVILEGED};

	(void)state;
	assert_false(right_covers(&odd, &odd));
	assert_false(right_covers(&odd, &all));
	assert_false(right_covers(&all, &odd));
}

/* Each kind is there, in JSON and back, and in words that are no other's. */
static void test_every_kind(void **state)
{
	AUTO_RIGHTS struct rights all = {0}, again = {0};
	AUTO_JSON cJSON *json = NULL;
	struct err e = {0};
	size_t kinds = 0;

	(void)state;
	for (size_t i = COUNT_OF(samples); i-- > 0;) {
		kinds += i == 0 || samples[i].kind != samples[i - 1].kind;
		rights_add(&all, samples[i].kind, samples[i].object);
		rights_add(&all, samples[i].kind, samples[i].object);
	}
	assert_int_equal(kinds, RIGHT_KINDS);
	assert_int_equal(all.n, COUNT_OF(samples));
	json = rights_json(&all);
	assert_int_equal(rights_parse(json, &again, &e), 0);
	assert_int_equal(again.n, all.n);
	for (size_t i = 0; i < all.n; i++) {
		AUTO_BUF struct buf words = {0};
		size_t alike = 0;

		assert_true(rights_have(&again, &all.v[i]));
		assert_true(i == 0 || all.v[i].kind >= all.v[i - 1].kind);
		right_words(&words, &all.v[i]);
		for (size_t k = 0; k < all.n; k++) {
			AUTO_BUF struct buf others = {0};

			right_words(&others, &all.v[k]);
			alike += !strcmp(words.p, others.p);
		}
		assert_int_equal(alike, 1);
	}
}

static void test_json(void **state)
{
	static const char *const bad[] = {"[1]", "[\"root\"]", "[{}]", "[[]]", "[null]",
		"[{\"root\":false}]", "[{\"root\":\"x\"}]", "[{\"write\":true}]",
		"[{\"write\":[]}]", "[{\"write\":\"/a\",\"read\":\"/b\"}]",
		"[{\"write\":\"/a\",\"by_link\":false}]"};
	static const char newer[] = "[{\"moon\":\"full\"},{\"root\":true}]";
	AUTO_RIGHTS struct rights r = {0};
	AUTO_JSON cJSON *json = json_parse(newer, strlen(newer), NULL), *out = NULL;
	AUTO_FREE char *text = NULL;
	struct err e = {0};

	(void)state;
	assert_int_equal(rights_parse(json, &r, &e), 0);
	assert_int_equal(r.n, 1);
	rights_add(&r, RIGHT_WRITE, "/a");
	out = rights_json(&r);
	text = json_text(out, false);
	assert_string_equal(text, "[{\"root\":true},{\"write\":\"/a\"}]");
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		AUTO_JSON cJSON *j = json_parse(bad[i], strlen(bad[i]), NULL);

		assert_int_equal(rights_parse(j, &r, &e), -1);
		assert_int_equal(r.n, 2);
	}
}

/* Asked for apart, granted alike. */
static void test_by_link(void **state)
{
	static const char data[] =
		"[{\"read\":\"/a\"},{\"read\":\"/a\",\"by_link\":true}]";
	AUTO_RIGHTS struct rights r = {0}, again = {0};
	AUTO_JSON cJSON *json = NULL;
	AUTO_FREE char *text = NULL;
	struct err e = {0};

	(void)state;
	rights_add_path(&r, RIGHT_READ, "/a", false);
	rights_add_path(&r, RIGHT_READ, "/a", true);
	assert_int_equal(r.n, 2);
	assert_true(right_covers(&r.v[0], &r.v[1]) && right_covers(&r.v[1], &r.v[0]));
	assert_true(rights_say(
		&r, "follow a link of the project and read outside the project: /a"));
	json = rights_json(&r);
	text = json_text(json, false);
	assert_string_equal(text, data);
	assert_int_equal(rights_parse(json, &again, &e), 0);
	assert_true(rights_have(&again, &r.v[0]) && rights_have(&again, &r.v[1]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_pair),
		cmocka_unit_test(test_unknown_kind),
		cmocka_unit_test(test_every_kind),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_by_link),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
