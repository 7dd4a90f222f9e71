/* SPDX-License-Identifier: MIT */
/* Which container a name means. */
#include "test.h"

#include "launch/own.h"

static struct container_item items[] = {
	{.id = (char[]){"abc111"}, .name = (char[]){"box"}},
	{.id = (char[]){"abc222"}, .name = (char[]){"abc111"}},
	{.id = (char[]){"def333"}, .name = (char[]){"boxes"}},
};
static const struct container_list list = {items, COUNT_OF(items)};

static void test_match(void **state)
{
	(void)state;
	assert_ptr_equal(own_match(&list, "box"), &items[0]);
	assert_ptr_equal(own_match(&list, "boxes"), &items[2]);
	assert_ptr_equal(own_match(&list, "d"), &items[2]);
	assert_ptr_equal(own_match(&list, "abc2"), &items[1]);
	/* a whole name wins over an id */
	assert_ptr_equal(own_match(&list, "abc111"), &items[1]);
	assert_null(own_match(&list, "abc")); /* two ids begin so */
	assert_null(own_match(&list, "bo"));
	assert_null(own_match(&list, ""));
	assert_null(own_match(&(struct container_list){0}, "box"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
