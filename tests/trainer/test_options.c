/* SPDX-License-Identifier: MIT */
#include "train/options.h"
#include "train/tensorboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static int parse(struct options *o, struct err *e, int argc, const char *const *argv)
{
	char *copy[16] = {NULL};

	for (int i = 0; i < argc; i++)
		memcpy(&copy[i], &argv[i], sizeof(copy[i]));
	return options_parse(o, argc, copy, e);
}

#define PARSE(o, e, ...)                                                                 \
	parse(o, e,                                                                      \
		(int)(sizeof((const char *[]){"cnntrain", __VA_ARGS__}) /                \
			sizeof(char *)),                                                 \
		(const char *[]){"cnntrain", __VA_ARGS__})

static void test_original_flags(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_int_equal(
		PARSE(&o, &e, "--num_epochs", "3", "--batch_size=64", "--lr", "1e-4",
			"-w0", "--data_dir", "d", "--fashion", "--log_level", "DEBUG"),
		0);
	assert_int_equal(o.num_epochs, 3);
	assert_int_equal(o.batch_size, 64);
	assert_true(o.lr == 1e-4);
	assert_int_equal(o.num_workers, 0);
	assert_string_equal(o.data_dir, "d");
	assert_int_equal(o.kind, DATASET_FASHION);
	assert_int_equal(o.log_level, LOG_DEBUG);
}

static void test_defaults(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_int_equal(PARSE(&o, &e, "--mnist"), 0);
	assert_int_equal(o.num_epochs, 50);
	assert_int_equal(o.batch_size, 500);
	assert_true(o.lr == 1e-3);
	assert_int_equal(o.num_workers, 4);
	assert_null(o.data_dir);
	assert_int_equal(o.kind, DATASET_MNIST);
}

static void test_commands(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_int_equal(PARSE(&o, &e, "fetch", "fashion", "--url", "u"), 0);
	assert_string_equal(o.command, "fetch");
	assert_string_equal(o.argument, "fashion");
	assert_int_equal(PARSE(&o, &e, "--fashion", "--predict", "a.png", "--b.png"), 0);
	assert_true(o.predict);
	assert_int_equal(o.picture_count, 2);
	assert_int_equal(PARSE(&o, &e, "--predict=a.png", "b.png"), 0);
	assert_int_equal(o.picture_count, 2);
	assert_string_equal(o.pictures[0], "a.png");
}

static void test_mistakes(void **state)
{
	struct options o;
	struct err e;

	(void)state;
	assert_int_equal(PARSE(&o, &e, "--batch_size", "0"), -1);
	assert_string_equal(
		e.msg, "--batch_size 0: a whole number from 1 to 100000 is wanted");
	assert_int_equal(PARSE(&o, &e, "--lr", "1e10"), -1);
	assert_string_equal(e.msg, "--lr 1e10: a number from 0 to 1000000000 is wanted");
	assert_int_equal(PARSE(&o, &e, "-w65"), -1);
	assert_string_equal(
		e.msg, "--num_workers 65: a whole number from 0 to 64 is wanted");
	assert_int_equal(PARSE(&o, &e, "--resume", "--weights", "x"), -1);
	assert_int_equal(PARSE(&o, &e, "--batch_size", "64x"), -1);
	assert_int_equal(PARSE(&o, &e, "--batch_size", "1.5"), -1);
	assert_int_equal(PARSE(&o, &e, "--batch_size", "nan"), -1);
	assert_int_equal(PARSE(&o, &e, "--batch_size"), -1);
	assert_non_null(strstr(e.msg, "wants a value"));
	assert_int_equal(PARSE(&o, &e, "--plot="), -1);
	assert_string_equal(e.msg, "--plot wants a value: FILE");
	assert_int_equal(PARSE(&o, &e, "--lr", "-1"), -1);
	assert_int_equal(PARSE(&o, &e, "--fashion=1"), -1);
	assert_int_equal(PARSE(&o, &e, "--nonsense"), -1);
	assert_non_null(strstr(e.msg, "unknown option --nonsense"));
	assert_int_equal(PARSE(&o, &e, "--log_level", "loud"), -1);
}

static void test_crc32c(void **state)
{
	(void)state;
	assert_int_equal(
		tensorboard_crc32c("123456789", 9), 0xe3069283); /* RFC 3720's check */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_original_flags),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_crc32c),
	};
	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
