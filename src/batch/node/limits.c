/* SPDX-License-Identifier: MIT */
/* CPUs and memory of the allocation. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "batch/node/node.h"

struct share {
	int64_t memory; /* 0 = all */
	int cpus;       /* 0 = all */
	bool bound;     /* to these: */
	cpu_set_t where;
};

static int64_t less(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static struct share share_of(const struct plan *p, const struct task *t, int64_t machine)
{
	struct share s = {0};
	int on_node = task_number("SLURM_CPUS_ON_NODE", 0) / t->per_node;
	int bound;

	s.cpus = task_number("SLURM_CPUS_PER_TASK", on_node);
	s.memory = task_number("SLURM_MEM_PER_NODE", 0) / t->per_node;
	s.memory = less(s.memory,
		(int64_t)task_number("SLURM_MEM_PER_CPU", 0) * (s.cpus ? s.cpus : 1));
	s.memory = less(s.memory, (int64_t)task_number("SLURM_MEM_PER_GPU", 0) *
					  (int64_t)p->set.gpus.ids.n);
	s.memory <<= 20;
	if (sched_getaffinity(0, sizeof s.where, &s.where) == 0) {
		bound = CPU_COUNT(&s.where);
		s.bound = bound < sysconf(_SC_NPROCESSORS_ONLN);
		if (s.bound && s.cpus >= bound)
			s.cpus = 0; /* said by which they are */
	}
	if (s.cpus >= machine)
		s.cpus = 0;
	return s;
}

/* "0-3,7" */
static void set_read(const char *text, cpu_set_t *out)
{
	CPU_ZERO(out);
	while (*text) {
		char *end;
		long first = strtol(text, &end, 10), last = first;

		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		for (; first <= last && first < CPU_SETSIZE; first++)
			CPU_SET((size_t)first, out);
		text = end + strcspn(end, "0123456789");
	}
}

static char *set_text(const cpu_set_t *set)
{
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0, last; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, set))
			continue;
		for (last = i; last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, set);)
			last++;
		buf_addf(&b, last > i ? "%s%zu-%zu" : "%s%zu", b.n ? "," : "", i, last);
		i = last;
	}
	return buf_take(&b);
}

/* What the profile asks for lies in it, or it is what the scheduler gave. */
static void bind_to(struct settings *s, const cpu_set_t *where)
{
	cpu_set_t both = *where, own;
	AUTO_FREE char *text = NULL;

	if (s->cpuset) {
		set_read(s->cpuset, &own);
		CPU_AND(&both, where, &own);
	}
	text = set_text(CPU_COUNT(&both) ? &both : where);
	str_set(&s->cpuset, text);
}

static void limit(struct settings *s, const struct share *share, bool cpus)
{
	s->memory = less(s->memory, share->memory);
	if (s->memory_swap > 0 && s->memory > s->memory_swap)
		s->memory = s->memory_swap;
	if (!cpus)
		return;
	if (share->cpus && (s->cpus <= 0 || s->cpus > share->cpus))
		s->cpus = share->cpus;
	if (share->bound)
		bind_to(s, &share->where);
}

void task_limits(struct plan *p, const struct task *t, const struct engine_facts *facts)
{
	struct share share = share_of(p, t, facts->n_cpu ? facts->n_cpu : CPU_SETSIZE);
	/* an ordinary user has no control group for CPUs in many places */
	bool cpus = !engine_is_rootless(facts);

	limit(&p->set, &share, cpus);
	for (size_t i = 0; i < p->n_services; i++)
		limit(&p->services[i].set, &share, cpus);
}
