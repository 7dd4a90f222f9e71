/* SPDX-License-Identifier: MIT */
#include "train/agree.h"
#include "base/mem.h"
#include "base/pool.h"
#include "cpu/ops.h"

#include <string.h>

int agree_on_options(struct run *r, struct err *e)
{
	static const char *const names[] = {"data set", "--batch_size", "--num_epochs",
		"--max_steps", "--seed", "--lr", "--precision"};
	const struct options *o = r->o;
	const double values[] = {o->kind, o->batch_size, o->num_epochs,
		(double)o->max_steps, (double)o->seed, o->lr, o->precision};

	if (!r->team)
		return 0;
	return team_agree(r->team, names, values, sizeof(values) / sizeof(values[0]), e);
}

int agree_on_state(struct run *r, struct err *e)
{
	static const char *const names[] = {
		"step (is --log_dir the same folder for all?)", "file of weights"};
	long count = array_count(&r->net, ARRAY_TRAINED);
	AUTO_FREE float *trained = NULL;
	double values[2] = {(double)r->at.step};

	if (!r->team)
		return 0;
	trained = mem_floats(count);
	if (r->b->ops->read(r->b, ARRAY_TRAINED, trained, e) < 0)
		return -1;
	values[1] = team_digest(trained, (size_t)count * sizeof(float));
	return team_agree(r->team, names, values, 2, e);
}

int agree_on_cpu(struct run *r, int *threads, struct err *e)
{
	static const char *const name = "set of CPU kernels (--isa)";
	const struct ops *ops = ops_find(run_kernels(r->o));
	double isa = ops ? team_digest(ops->isa, strlen(ops->isa)) : 0;
	int sharers = 1;

	if (r->team) {
		sharers = team_sharers(r->team);
		if (team_agree(r->team, &name, &isa, 1, e) < 0)
			return -1;
	}
	*threads = r->o->threads > 0 ? r->o->threads : pool_cpus() / sharers;
	*threads = *threads > 0 ? *threads : 1;
	return 0;
}
