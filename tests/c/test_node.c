/* SPDX-License-Identifier: MIT */
/* A job's task on its node: what it makes of the words of the scheduler. */
#include "test.h"

#include <sched.h>
#include <unistd.h>

#include "batch/batch.h"
#include "batch/node/node.h"

static const char *const said[] = {"SLURM_STEP_GPUS", "SLURM_JOB_GPUS",
	"CUDA_VISIBLE_DEVICES", "SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE",
	"SLURM_MEM_PER_NODE", "SLURM_MEM_PER_CPU", "SLURM_MEM_PER_GPU", "MASTER_PORT",
	"SLURM_STEP_NODELIST", "SLURM_LAUNCH_NODE_IPADDR", "SLURM_JOB_ID"};

static void forget(void)
{
	for (size_t i = 0; i < COUNT_OF(said); i++)
		unsetenv(said[i]);
	setenv("CNNRUN_NVML", "/nonexistent", 1);
}

static void gpus_said(void **state)
{
	static const struct {
		const char *text, *ids;
	} rows[] = {{"0", "0"}, {"0,1", "0,1"}, {"0-2,5", "0,1,2,5"},
		{"gpu:h100:0,1", "0,1"}, {"h100:3", "3"}, {"gpu:2-3", "2,3"},
		{"gpu:h100:2(IDX:0,2)", "0,2"}, {"gpu(IDX:1-2)", "1,2"},
		{"GPU-1a,GPU-2b", "GPU-1a,GPU-2b"}, {"MIG-GPU-1a/1/0", "MIG-GPU-1a/1/0"},
		{"", ""}, {"NoDevFiles", ""}, {",,", ""}, {"3-1", ""}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_STRV struct strv ids = {0};
		AUTO_FREE char *text = NULL;

		gpu_ids(&ids, rows[i].text);
		text = strv_join(&ids, ",");
		assert_string_equal(text ? text : "", rows[i].ids);
	}
}

/* The ids that a task gets, or "none", or "too few". */
static char *given(int count, bool all, bool optional, int local, int per_node)
{
	AUTO_PLAN struct plan p;
	struct task t = {.job = "7", .local = local, .per_node = per_node};
	struct err e = {0};

	plan_init(&p);
	p.set.gpus.select = all ? GPU_ALL : GPU_COUNT;
	p.set.gpus.count = count;
	p.set.gpus.optional = optional;
	if (task_gpus(&p, &t, &e) < 0)
		return xstrdup(strstr(e.msg, "too few") ? "too few" : e.msg);
	return p.set.gpus.select == GPU_NONE ? xstrdup("none")
					     : strv_join(&p.set.gpus.ids, ",");
}

static void gpus_shared_out(void **state)
{
	static const struct {
		const char *step, *visible;
		int count;
		bool all, optional;
		int local, per_node;
		const char *given;
	} rows[] = {
		{"1", "0", 1, false, false, 0, 1, "1"}, /* visible ones count from 0 */
		{"2,3", "0,1", 1, false, false, 1, 2, "3"},
		{"0-3", NULL, 2, false, false, 1, 2, "2,3"},
		{"0-3", NULL, 0, true, false, 1, 2, "2,3"}, /* all that were given */
		{"0-3", NULL, 0, true, false, 0, 1, "0,1,2,3"},
		{"5", "GPU-a,GPU-b", 1, false, false, 1, 2, "GPU-b"},
		{"5", "GPU-b", 1, false, false, 1, 2, "GPU-b"}, /* bound to the task */
		{NULL, "1,0", 2, false, false, 0, 1, "1,0"},
		{"0", NULL, 1, false, false, 1, 2, "too few"},
		{"0", NULL, 1, false, true, 1, 2, "none"},
		{NULL, NULL, 1, false, false, 0, 1, "too few"},
		{NULL, NULL, 1, false, true, 0, 1, "none"},
		{NULL, NULL, 0, true, false, 0, 1, "too few"},
		{NULL, NULL, 0, true, true, 0, 1, "none"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_FREE char *got = NULL;

		forget();
		if (rows[i].step)
			setenv("SLURM_STEP_GPUS", rows[i].step, 1);
		if (rows[i].visible)
			setenv("CUDA_VISIBLE_DEVICES", rows[i].visible, 1);
		got = given(rows[i].count, rows[i].all, rows[i].optional, rows[i].local,
			rows[i].per_node);
		assert_string_equal(got, rows[i].given);
	}
}

static void hosts(void **state)
{
	static const char *const rows[][2] = {{"n1", "n1"}, {"n1,n2", "n1"},
		{"n[1-2,7]", "n1"}, {"n[01-03,7]-ib", "n01-ib"},
		{"n[7,1-2]x[3-4]", "n7x3"}, {"a[003]b,c", "a003b"}, {"", ""},
		{"n[1-2", "n1"}, {"n[", "n"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_FREE char *host = first_host(rows[i][0]);

		assert_string_equal(host, rows[i][1]);
	}
}

static void meeting(void **state)
{
	AUTO_PLAN struct plan p;
	AUTO_TASK struct task t = {.job = "70001",
		.rank = 3,
		.local = 1,
		.node = 1,
		.n = 4,
		.per_node = 2,
		.record = -1,
		.port = -1};
	int port;

	(void)state;
	forget();
	plan_init(&p);
	setenv("SLURM_STEP_NODELIST", "nosuch[1-2].invalid", 1);
	setenv("SLURM_LAUNCH_NODE_IPADDR", "10.1.2.3", 1);
	task_ranks(&p, &t);
	port = atoi(kvs_get(&p.env, "MASTER_PORT"));
	assert_in_range(port, 1025, 32767);
	assert_string_equal(kvs_get(&p.env, "MASTER_ADDR"), "10.1.2.3");
	setenv("MASTER_PORT", "12345", 1);
	setenv("SLURM_STEP_NODELIST", "localhost", 1);
	task_ranks(&p, &t);
	assert_string_equal(kvs_get(&p.env, "MASTER_PORT"), "12345");
	assert_string_equal(kvs_get(&p.env, "MASTER_ADDR"), "localhost");
}

/* Who comes second goes elsewhere, and no neighbour's number leads there. */
static void port_taken(void **state)
{
	AUTO_PLAN struct plan p;
	AUTO_TASK struct task t = {
		.job = "70001", .n = 1, .per_node = 1, .record = -1, .port = -1};
	int first, second, next;

	(void)state;
	forget();
	plan_init(&p);
	setenv("SLURM_JOB_ID", t.job, 1);
	first = node_port(NULL);
	assert_int_equal(first, node_port(NULL));
	task_ranks(&p, &t);
	assert_int_equal(atoi(kvs_get(&p.env, "MASTER_PORT")), first);
	second = node_port(NULL);
	assert_int_not_equal(second, first);
	assert_in_range(second, 1025, 32767);
	setenv("SLURM_JOB_ID", "70002", 1);
	next = node_port(NULL);
	assert_int_not_equal(next, second);
	assert_int_not_equal(next, first + 1);
}

static void limits(void **state)
{
	static const struct engine_facts big = {.n_cpu = 64}, small = {.n_cpu = 2},
					 rootless = {
						 .n_cpu = 64, .users = USERS_ROOT_IS_YOU};
	static const struct {
		const char *cpus, *on_node, *node, *per_cpu;
		const struct engine_facts *facts;
		double own_cpus;
		int64_t own; /* MiB */
		double got_cpus;
		int64_t got;
	} rows[] = {
		{"3", "8", "100", NULL, &big, 0, 0, 3, 50},
		{NULL, "8", NULL, "256", &big, 0, 0, 4, 1024},
		{"3", NULL, "100", NULL, &big, 1.5, 40, 1.5, 40}, /* less is wanted */
		{"3", NULL, "100", NULL, &big, 16, 4000, 3, 50},  /* never more */
		{"3", NULL, "0", NULL, &small, 0, 0, 0,
			0}, /* 0 = all; no more are there */
		{"3", NULL, "100", NULL, &rootless, 0, 0, 0, 50},
		{NULL, NULL, NULL, NULL, &big, 0, 0, 0, 0},
	};
	static const char *const names[] = {"SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE",
		"SLURM_MEM_PER_NODE", "SLURM_MEM_PER_CPU"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_PLAN struct plan p;
		const struct task t = {.job = "7", .per_node = 2};
		const char *const v[] = {
			rows[i].cpus, rows[i].on_node, rows[i].node, rows[i].per_cpu};

		forget();
		plan_init(&p);
		for (size_t k = 0; k < COUNT_OF(names); k++)
			if (v[k])
				setenv(names[k], v[k], 1);
		p.set.cpus = rows[i].own_cpus;
		p.set.memory = rows[i].own << 20;
		task_limits(&p, &t, rows[i].facts);
		assert_true(p.set.cpus == rows[i].got_cpus);
		assert_int_equal(p.set.memory >> 20, rows[i].got);
	}
}

/* What the scheduler has bound it to. */
static void bound(void **state)
{
	static const struct engine_facts facts = {.n_cpu = 64};
	static const char *const rows[][2] = {{NULL, "0"}, {"0-3", "0"}, {"5,7", "0"}};
	const struct task t = {.job = "7", .per_node = 1};
	cpu_set_t before, one;

	(void)state;
	forget();
	sched_getaffinity(0, sizeof before, &before);
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2) /* that one is all */
		return;
	assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		AUTO_PLAN struct plan p;

		plan_init(&p);
		str_set(&p.set.cpuset, rows[i][0]);
		task_limits(&p, &t, &facts);
		assert_string_equal(p.set.cpuset, rows[i][1]);
	}
	sched_setaffinity(0, sizeof before, &before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gpus_said),
		cmocka_unit_test(gpus_shared_out),
		cmocka_unit_test(hosts),
		cmocka_unit_test(meeting),
		cmocka_unit_test(port_taken),
		cmocka_unit_test(limits),
		cmocka_unit_test(bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
