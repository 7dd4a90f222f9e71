/* SPDX-License-Identifier: MIT */
/* Who a process is by its environment, and that sums of gradients are begun while the
 * backward pass still runs: a team of one that writes down what it is asked. */
#include "base/mem.h"
#include "net/backend.h"
#include "team/env.h"
#include "team/team.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const variables[] = {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
	"OMPI_COMM_WORLD_LOCAL_RANK", "PMI_RANK", "PMI_SIZE", "PMIX_RANK", "PMIX_SIZE",
	"RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT", "SLURM_PROCID",
	"SLURM_NTASKS", "SLURM_LOCALID", "TORCHELASTIC_USE_AGENT_STORE"};

/* "NAME=value NAME=value" and nothing else. */
static void set_environment(const char *text)
{
	AUTO_FREE char *copy = mem_printf("%s", text);
	char *rest = NULL;

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	for (char *w = strtok_r(copy, " ", &rest); w; w = strtok_r(NULL, " ", &rest)) {
		char *equals = strchr(w, '=');

		assert_non_null(equals);
		*equals = 0;
		setenv(w, equals + 1, 1);
	}
}

static void expect_place(const char *text, struct place want)
{
	struct place p;
	struct err e;

	set_environment(text);
	assert_int_equal(env_place(&p, &e), 0);
	assert_int_equal(p.rank, want.rank);
	assert_int_equal(p.world, want.world);
	assert_int_equal(p.local_rank, want.local_rank);
	assert_int_equal(p.mpi, want.mpi);
}

#define MPIRUN                                                                           \
	"OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_LOCAL_RANK=1 "
#define TORCHRUN "RANK=1 WORLD_SIZE=2 LOCAL_RANK=0 MASTER_ADDR=m "
#define SRUN     "SLURM_PROCID=5 SLURM_NTASKS=8 SLURM_LOCALID=2 "

static void test_order_of_launchers(void **state)
{
	(void)state;
	expect_place(MPIRUN TORCHRUN SRUN, (struct place){3, 4, 1, true});
	expect_place(TORCHRUN SRUN, (struct place){1, 2, 0, false});
	expect_place(SRUN, (struct place){5, 8, 2, true});
	expect_place(SRUN "MASTER_ADDR=m", (struct place){5, 8, 2, false});
	expect_place(SRUN "MASTER_ADDR=m WORLD_SIZE=8", (struct place){5, 8, 2, false});
	expect_place("PMI_RANK=1 PMI_SIZE=2", (struct place){1, 2, -1, true});
	/* one process of mpirun's can be one of several of torchrun's */
	expect_place("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1 " TORCHRUN,
		(struct place){1, 2, 0, false});
}

static void test_alone(void **state)
{
	struct team *t;
	struct err e;
	struct place p;

	(void)state;
	for (int i = 0; i < 3; i++) {
		set_environment(i == 0   ? ""
				: i == 1 ? "RANK=0 WORLD_SIZE=1"
					 : "SLURM_PROCID=0 SLURM_NTASKS=1");
		assert_int_equal(env_place(&p, &e), 0);
		assert_int_equal(p.world, 1);
		assert_int_equal(team_open(&t, &e), 0);
		assert_null(t);
	}
}

static void test_master(void **state)
{
	const char *address;
	struct err e;
	int port;

	(void)state;
	set_environment("MASTER_ADDR=m MASTER_PORT=29500");
	assert_int_equal(env_master(&address, &port, &e), 0);
	assert_string_equal(address, "m");
	assert_int_equal(port, 29500);
	/* torchrun itself listens on the port that it tells */
	setenv("TORCHELASTIC_USE_AGENT_STORE", "True", 1);
	assert_int_equal(env_master(&address, &port, &e), 0);
	assert_int_equal(port, 29501);
}

/* What was asked, in order: A sum of gradients was begun, G rows were gathered, which
 * the backward pass does between its phases, F wait for the sums. */
static char asked[256];
static long added;

static void note(char what)
{
	size_t n = strlen(asked);

	assert_true(n + 1 < sizeof(asked));
	asked[n] = what;
	asked[n + 1] = 0;
}

static void note_gather(struct team *t, float *array, const int *rows, int length)
{
	(void)t;
	(void)array;
	(void)rows;
	(void)length;
	note('G');
}

static void note_add(struct team *t, float *array, long count)
{
	(void)t;
	(void)array;
	added += count;
	note('A');
}

static void note_finish(struct team *t)
{
	(void)t;
	note('F');
}

static void test_sums_beside_backward(void **state)
{
	enum { BATCH = 16 };
	struct team t = {.world = 1,
		.gather = note_gather,
		.add = note_add,
		.finish = note_finish};
	AUTO_FREE float *images = mem_floats((long)BATCH * NET_SIDE * NET_SIDE);
	AUTO_FREE float *trained = NULL;
	uint8_t labels[BATCH] = {0};
	struct batch in = {.images = images, .labels = labels, .count = BATCH};
	struct outcome out;
	struct backend *b;
	struct net net;
	struct err e;
	const char *sum;

	(void)state;
	net_describe(&net, 1);
	b = cpu_open(&net, BATCH, 1, NULL, &t, &e);
	assert_non_null(b);
	trained = mem_floats(net.trained_count);
	assert_int_equal(b->ops->write(b, ARRAY_TRAINED, trained, &e), 0);
	asked[0] = 0;
	assert_int_equal(b->ops->train(b, &in, 1, &out, &e), 0);
	/* the linear layer's and each block's; after all but the last, phases follow */
	sum = asked;
	for (int i = 0; i < NET_BLOCKS; i++) {
		sum = strchr(sum, 'A');
		assert_non_null(sum);
		assert_int_equal(sum[1], 'G');
		sum++;
	}
	sum = strchr(sum, 'A');
	assert_non_null(sum);
	assert_string_equal(sum, "AF");
	/* all gradients, each once; padding is no gradient's */
	assert_true(added <= net.trained_count && added > net.trained_count * 9 / 10);
	b->ops->close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_of_launchers),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_master),
		cmocka_unit_test(test_sums_beside_backward),
	};

	return cmocka_run_group_tests_name("team", tests, NULL, NULL);
}
