/* SPDX-License-Identifier: MIT */
/* Jobs: what words mean them, and what becomes of lines of squeue and sacct, which
 * anybody may have had a hand in. */
#include "test.h"

#include <math.h>

#include "batch/job_log.h"
#include "batch/job_metric.h"
#include "batch/jobs.h"
#include "cli/batch/jobs_table.h"

static struct job made(const char *number, const char *dir, int tasks)
{
	struct job j = {.number = xstrdup(number),
		.dir = xstrdup(dir),
		.profile = xstrdup("p.lua"),
		.nodes = 1,
		.per_node = 2,
		.n_tasks = (size_t)tasks};

	j.tasks = xcalloc((size_t)tasks, sizeof *j.tasks);
	for (int i = 0; i < tasks; i++)
		j.tasks[i] = (struct job_task){.index = tasks == 1 ? -1 : i,
			.status = -1,
			.began = -1,
			.left = -1};
	return j;
}

static struct jobs three(void)
{
	struct jobs l = {.v = xcalloc(3, sizeof *l.v), .n = 3};

	l.v[0] = made("7", "/j/new", 1);
	l.v[1] = made("8", "/j/sweep", 3);
	l.v[2] = made("7", "/j/old", 1);
	return l;
}

static void squeue(struct jobs *l, const char *text)
{
	AUTO_FREE char *copy = xstrdup(text);

	squeue_read(l, copy);
}

static void sacct(struct jobs *l, const char *text)
{
	AUTO_FREE char *copy = xstrdup(text);

	sacct_read(l, copy);
}

static void words(void **state)
{
	static const struct {
		const char *word, *name;
		int task, rank;
	} good[] = {{"42", "42", -1, -1}, {"42_3", "42", 3, -1}, {"42/1", "42", -1, 1},
		{"42_0/12", "42", 0, 12},
		{"20261128-232303-abcdef", "20261128-232303-abcdef", -1, -1}};
	static const char *const bad[] = {"", "box", "box/db", "42/", "42/x", "42_",
		"42_x", "42_1x", "/1", "42/1/2", "42_99999999999", "42/-1", "42_+1"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct job_word w;

		assert_true(job_word_read(good[i].word, &w));
		assert_string_equal(w.name, good[i].name);
		assert_int_equal(w.task, good[i].task);
		assert_int_equal(w.rank, good[i].rank);
		free(w.name);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct job_word w;

		if (job_word_read(bad[i], &w))
			fail_msg("'%s' is taken for a job", bad[i]);
	}
}

/* A number comes again: only what was submitted from its directory is it. */
static void same_number(void **state)
{
	AUTO_JOBS struct jobs l = three();
	AUTO_JOBS struct jobs past = three();

	(void)state;
	squeue(&l, "7|N/A|COMPLETED|0:00|1|n1|None|7|/j/old/job.sh\n"
		   "7|N/A|RUNNING|1-00:00:10|1700000000|n2|None|7|/j/new/job.sh\n"
		   "7|N/A|COMPLETED|0:00|1|n1|None|7|/j/new-too/job.sh\n");
	assert_int_equal(l.v[0].tasks[0].state, JOB_RUNNING);
	assert_int_equal(l.v[0].tasks[0].left, 86410);
	assert_string_equal(l.v[0].tasks[0].hosts, "n2");
	assert_int_equal(l.v[2].tasks[0].state, JOB_DONE);
	sacct(&past,
		"7|FAILED|3:0|1700000000|n1|sbatch --output=/j/old/log /j/old/job.sh\n"
		"8_1|CANCELLED by 0|0:15|1|n1|sbatch /j/sweep/job.sh\n"
		"7|COMPLETED|0:0|1|n1|sbatch another\n");
	assert_int_equal(past.v[0].tasks[0].state, JOB_UNKNOWN);
	assert_int_equal(past.v[2].tasks[0].status, 3);
	assert_int_equal(past.v[1].tasks[1].state, JOB_CANCELLED);
	assert_int_equal(past.v[1].tasks[0].state, JOB_UNKNOWN);
}

/* Each word of the scheduler's; one that nobody knows is no success. */
static void states(void **state)
{
	static const struct {
		const char *word;
		enum job_state s;
	} cases[] = {{"PENDING", JOB_WAITING}, {"RUNNING", JOB_RUNNING},
		{"COMPLETING", JOB_RUNNING}, {"COMPLETED", JOB_DONE},
		{"TIMEOUT", JOB_TIMED_OUT}, {"NODE_FAIL", JOB_LOST},
		{"OUT_OF_MEMORY", JOB_FAILED}, {"CANCELLED", JOB_CANCELLED},
		{"COMPLETED_WELL", JOB_UNKNOWN}, {"", JOB_UNKNOWN},
		{"completed", JOB_UNKNOWN}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		AUTO_JOBS struct jobs l = three();
		AUTO_FREE char *line =
			xasprintf("8|2|%s|UNLIMITED|N/A|n1|Priority|7|/j/sweep/job.sh",
				cases[i].word);

		squeue(&l, line);
		assert_int_equal(l.v[1].tasks[2].state, cases[i].s);
		assert_int_equal(l.v[1].tasks[1].state, JOB_UNKNOWN);
		assert_int_equal(job_state(&l.v[1]),
			cases[i].s == JOB_RUNNING || cases[i].s == JOB_WAITING
				? cases[i].s
				: JOB_UNKNOWN);
	}
}

/* What a task left itself counts more than what is said of it. */
static void own_word(void **state)
{
	AUTO_JOBS struct jobs l = three();

	(void)state;
	l.v[0].tasks[0].status = 9;
	l.v[0].tasks[0].state = JOB_FAILED;
	squeue(&l, "7|N/A|COMPLETED|0:00|1|n1|None|7|/j/new/job.sh\n");
	assert_int_equal(l.v[0].tasks[0].state, JOB_FAILED);
	assert_int_equal(job_end_status(&l.v[0], &l.v[0].tasks[0]), 9);
}

/* Ended by a signal, it may be begun again: the scheduler knows, until it has forgotten.
 */
static void killed(void **state)
{
	AUTO_FREE char *top = scratch_make(), *dir = path_join(top, "cnnrun/jobs/one");
	AUTO_FREE char *line = xasprintf("#!/bin/sh\n[ -e %s/gone ] || echo "
					 "'7|N/A|PENDING|0|0||Resources|7|%s/job.sh'\n",
		top, dir);
	AUTO_JOBS struct jobs l = {.v = xcalloc(1, sizeof *l.v), .n = 1};
	AUTO_FREE char *path = xasprintf("%s:/usr/bin:/bin", top);

	(void)state;
	put(top, "squeue", line);
	put(top, "sacct", "#!/bin/sh\nexit 1\n");
	shell("chmod 755 %s/s*", top);
	setenv("PATH", path, 1);
	put(dir, "job", "7");
	put(dir, "exit.json", "{\"job\":7,\"signal\":\"TERM\"}");
	assert_int_equal(job_read(dir, l.v, NULL), 0);
	assert_int_equal(l.v[0].tasks[0].state, JOB_UNKNOWN);
	assert_int_equal(jobs_ask(&l, NULL), 0);
	assert_int_equal(l.v[0].tasks[0].state, JOB_WAITING);
	put(top, "gone", "");
	l.v[0].tasks[0].state = JOB_UNKNOWN;
	assert_int_equal(jobs_ask(&l, NULL), 0);
	assert_int_equal(l.v[0].tasks[0].state, JOB_FAILED);
	put(dir, "cancelled", "");
	l.v[0].tasks[0].state = JOB_UNKNOWN;
	assert_int_equal(jobs_ask(&l, NULL), 0);
	assert_int_equal(l.v[0].tasks[0].state, JOB_CANCELLED);
	shell("rm -rf %s", top);
}

static void hostile(void **state)
{
	static const char *const lines[] = {"", "\n\n", "|", "|||||||", "7", "7|",
		"7|N/A|COMPLETED|0:00|1|n1|None|",
		"8|99|COMPLETED|0|0|n|r|7|/j/sweep/job.sh",
		"8|-1|COMPLETED|0|0|n|r|7|/j/sweep/job.sh",
		"8||COMPLETED|0|0|n|r|7|/j/sweep/job.sh",
		"8|[0-2]x|COMPLETED|0|0|n|r|7|/j/sweep/job.sh",
		"7|N/A|COMPLETED|0|0|n|r|7|/j/newer/job.sh"};
	AUTO_JOBS struct jobs l = three();
	AUTO_BUF struct buf b = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		squeue(&l, lines[i]);
		sacct(&l, lines[i]);
		for (size_t k = 0; k < l.n; k++)
			assert_int_equal(job_state(&l.v[k]) == JOB_DONE, 0);
	}
	squeue(&l, "7|N/A|PENDING|x|y|\033[2J|\033]0;t\a\xe2\x80\xae|7|/j/new/job.sh");
	jobs_table(&b, &l, false, 0);
	assert_null(strchr(b.p, '\033'));
	assert_null(strstr(b.p, "\xe2\x80\xae"));
	assert_non_null(strstr(b.p, "\\u{202e}"));
}

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

/* A sweep as it lies on disk: a row a task, and what each left itself. */
static void sweep(void **state)
{
	char *top = scratch_make();
	AUTO_FREE char *dir = path_join(top, "cnnrun/jobs/one");
	AUTO_JOB struct job j = {0}, none = {0};
	AUTO_BUF struct buf b = {0};
	int task, rank;

	(void)state;
	setenv("XDG_STATE_HOME", top, 1);
	put(dir, "job", "12\n");
	put(dir, "task.0/exit.json", "{\"status\":0}");
	put(dir, "task.2/exit.json", "{\"status\":7}");
	put(dir, "task.10/exit.json", "{\"status\":143}");
	put(dir, "task.10/cancelled", "");
	put(dir, "task.1/plan.json", "{\"words\":\"--lr=1\\u001b[2J\"}");
	put(dir, "task.1/exit.json", "{\"status\":\"0\"}");
	put(dir, "task.3x/exit.json", "{\"status\":0}");
	put(dir, "../two/plan.json", "{}"); /* never taken */
	assert_int_equal(job_find("12_2", &j, &task, &rank, NULL), 0);
	assert_int_equal(task, 2);
	assert_int_equal(j.n_tasks, 4);
	assert_int_equal(j.tasks[3].index, 10);
	assert_int_equal(j.tasks[3].state, JOB_CANCELLED);
	assert_int_equal(j.tasks[1].state, JOB_UNKNOWN);
	assert_int_equal(j.tasks[2].status, 7);
	assert_int_equal(job_state(&j), JOB_UNKNOWN);
	assert_int_equal(job_find("12_3", &none, &task, &rank, NULL), -1);
	assert_int_equal(job_find("1", &none, &task, &rank, NULL), -1);
	tasks_table(&b, &j, false, 0);
	assert_non_null(strstr(b.p, "12_10"));
	assert_null(strchr(b.p, '\033'));
	scratch_end(top);
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
	const struct CMUnitTest tests[] = {cmocka_unit_test(words),
		cmocka_unit_test(same_number), cmocka_unit_test(states),
		cmocka_unit_test(own_word), cmocka_unit_test(killed),
		cmocka_unit_test(hostile), cmocka_unit_test(metric),
		cmocka_unit_test(sweep), cmocka_unit_test(ranks)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
