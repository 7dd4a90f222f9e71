/* SPDX-License-Identifier: MIT */
/* What a job says, and how far it is by what its trainer writes. */
#include "test.h"

#include <math.h>

#include "batch/job_log.h"
#include "batch/job_metric.h"

static void metric(void **state)
{
	char text[] =
		"{\"run\":\"a\",\"steps\":9}\n{\"step\":8,\"loss\":1}\n"
		"{\"run\":\"b\",\"steps\":100,\"after_step\":8}\n"
		"{\"step\":9,\"loss\":0.5}\n{\"epoch\":1,\"step\":9,\"test_acc\":0.75}\n"
		"{\"step\":10,\"loss\":0.25}\n{\"step\":11,\"lo";
	char other[] = "\033[2J\n[[[[\n{\"step\":\"x\",\"loss\":null}\n";
	struct job_metric m = {.step = -1, .of = -1, .loss = NAN, .acc = NAN}, none = m;

	(void)state;
	metric_of_jsonl(text, &m);
	assert_int_equal(m.step, 10);
	assert_int_equal(m.of, 100);
	assert_true(m.loss == 0.25 && m.acc == 0.75);
	metric_of_jsonl(other, &none);
	assert_int_equal(none.step, -1);
	assert_true(isnan(none.loss));
}

/* However the writes fall, a reader gets each line of its rank once. */
static void ranks(void **state)
{
	static const char log[] = "0: a\n1: b\nsrun: error: x\n 1: c\n10: d\n1: \n1: e";
	char path[] = "/tmp/cnnrun-log-XXXXXX";
	int fd = mkstemp(path);
	AUTO_JOB_LOG struct job_log l = {.path = path, .rank = 1};
	struct job_log tail = {.path = path, .rank = 1}, all = {.path = path, .rank = -1};
	AUTO_BUF struct buf b = {0}, c = {0}, d = {0};

	(void)state;
	for (size_t i = 0; i + 1 < sizeof log; i++) {
		assert_int_equal(write(fd, log + i, 1), 1);
		assert_int_equal(job_log_more(&l, &b, NULL), 0);
	}
	job_log_rest(&l, &b);
	assert_string_equal(b.p, "b\nc\n\ne");
	assert_int_equal(job_log_tail(&tail, 2, NULL), 0);
	assert_int_equal(job_log_more(&tail, &c, NULL), 0);
	job_log_rest(&tail, &c);
	assert_string_equal(c.p, "\ne");
	job_log_end(&tail);
	assert_int_equal(job_log_tail(&all, 2, NULL), 0);
	assert_int_equal(job_log_more(&all, &d, NULL), 0);
	assert_string_equal(d.p, "1: \n1: e");
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(metric), cmocka_unit_test(ranks)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
