/* SPDX-License-Identifier: MIT */
/* What ranks ask each other before they begin. */
#include "base/mem.h"
#include "base/rng.h"
#include "team/team.h"

#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

double team_digest(const void *bytes, size_t size)
{
	const char *p = bytes;
	uint64_t n = size, word;

	for (size_t at = 0; at < size; at += sizeof(word)) {
		word = 0;
		memcpy(&word, p + at,
			size - at < sizeof(word) ? size - at : sizeof(word));
		n = rng_mix(n + rng_mix(word) + 1);
	}
	return (double)(n >> 11); /* a double holds all of it */
}

/* How many of the ranks before `last` have this rank's number. */
static int count_same(struct team *t, double mine, int last)
{
	AUTO_FREE double *all = mem_alloc((size_t)t->world * sizeof(double));
	int same = 0;

	all[t->rank] = mine;
	t->add_doubles(t, all, t->world);
	for (int i = 0; i < last; i++)
		same += all[i] == mine;
	return same;
}

/* A host name alone may be that of several machines, and a machine has several
 * containers. */
struct whereabouts {
	char boot[40], host[64];
	cpu_set_t cpus;
};

static void find_machine(struct whereabouts *w)
{
	AUTO_CLOSE FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	memset(w, 0, sizeof(*w));
	if (!f || !fgets(w->boot, sizeof(w->boot), f))
		w->boot[0] = 0;
	gethostname(w->host, sizeof(w->host) - 1);
}

int team_local_rank(struct team *t)
{
	struct whereabouts w;

	find_machine(&w);
	return count_same(t, team_digest(&w, sizeof(w)), t->rank);
}

int team_sharers(struct team *t)
{
	struct whereabouts w;

	find_machine(&w);
	sched_getaffinity(0, sizeof(w.cpus), &w.cpus);
	return count_same(t, team_digest(&w, sizeof(w)), t->world);
}

int team_agree(struct team *t, const char *const *names, const double *values, int count,
	struct err *e)
{
	AUTO_FREE double *first = mem_alloc((size_t)count * sizeof(double));
	AUTO_FREE double *other = mem_alloc((size_t)t->world * sizeof(double));

	memcpy(first, values, (size_t)count * sizeof(double));
	t->broadcast(t, first, (int)((size_t)count * sizeof(double)));
	for (int i = count - 1; i >= 0; i--)
		if (first[i] != values[i])
			other[t->rank] = i + 1;
	t->add_doubles(t, other, t->world);
	for (int i = 1; i < t->world; i++)
		if (other[i] > 0)
			return err_set(e,
				"rank %d has another %s than rank 0: all must have the "
				"same",
				i, names[(int)other[i] - 1]);
	return 0;
}
