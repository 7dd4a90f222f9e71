/* SPDX-License-Identifier: MIT */
/* What resolved plans need: of two, which needs less. */
#include "test.h"

#include "rights_test.h"

/* What one resolved plan needs. */
static void needed(void (*fill)(struct resolved *, int), int arg, struct rights *out)
{
	AUTO_RESOLVED struct resolved s;

	resolved_init(&s);
	s.set.network = xstrdup("bridge");
	s.has_user = true;
	s.uid = 1;
	strv_add(&s.set.security_opt, "no-new-privileges");
	fill(&s, arg);
	rights_add_resolved(out, &s);
}

/* Is everything that less needs included in what more needs, and not the reverse? */
static void check_less(void (*fill)(struct resolved *, int), int more, int less)
{
	AUTO_RIGHTS struct rights a = {0}, b = {0}, grown = {0}, shrunk = {0};

	needed(fill, more, &a);
	needed(fill, less, &b);
	assert_true(a.n && b.n);
	rights_missing(&a, &b, &grown);
	rights_missing(&b, &a, &shrunk);
	assert_int_equal(grown.n, 0);
	assert_int_not_equal(shrunk.n, 0);
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

static void test_less(void **state)
{
	(void)state;
	check_less(fill_gpus, 0, 1);
	check_less(fill_gpus, 0, 3);
	check_less(fill_gpus, 1, 2);
	check_less(fill_gpus, 3, 4);
	check_less(fill_rights, 0, 1);
	check_less(fill_rights, 1, 2);
	check_less(fill_xhost, 0, 1);
}

static void test_words_fit_a_terminal(void **state)
{
	AUTO_RIGHTS struct rights r = {0};

	(void)state;
	rights_add(&r, RIGHT_READ, "/a\033[2J\n%s%n");
	assert_true(
		rights_say(&r, "read outside the project: \"/a\\u{1b}[2J\\u{a}%s%n\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_less),
		cmocka_unit_test(test_words_fit_a_terminal),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
