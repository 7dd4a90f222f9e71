/* SPDX-License-Identifier: MIT */
#include "train/train.h"
#include "base/mem.h"
#include "base/rng.h"
#include "train/checkpoint.h"
#include "train/folder.h"
#include "train/lock.h"
#include "train/look.h"
#include "train/report.h"
#include "train/stop.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* The training images are inflated while the model is made. */
struct reading {
	struct run *run;
	pthread_t thread;
	int result;
	struct err err;
};

static void *read_images(void *arg)
{
	struct reading *g = arg;
	const struct options *o = g->run->o;

	g->result = dataset_load(&g->run->train, o->kind, g->run->place, true, &g->err);
	return NULL;
}

static int open_all(struct run *r, struct err *e)
{
	struct reading g = {.run = r};
	bool threaded;
	int result;

	if (dataset_find(&r->place, r->o->kind, r->o->data_dir, e) < 0)
		return -1;
	threaded = pthread_create(&g.thread, NULL, read_images, &g) == 0;
	result = run_open_model(r, e);
	if (result == 0)
		result = dataset_load(&r->test, r->o->kind, r->place, false, e);
	if (threaded)
		pthread_join(g.thread, NULL);
	else
		read_images(&g);
	if (g.result < 0)
		*e = g.err;
	return result < 0 || g.result < 0 ? -1 : 0;
}

static bool steps_done(const struct run *r)
{
	return r->o->max_steps && r->at.step >= r->o->max_steps;
}

static int step(struct run *r, const struct batch *in, struct err *e)
{
	uint64_t key = rng_key((uint64_t)r->o->seed, RNG_DROPOUT, (uint64_t)r->at.step);
	struct outcome out;
	double sums[3], begun = clock_now();

	if (backend_step(r->b, in, key, &r->adam, r->at.step + 1, &out, e) < 0)
		return -1;
	sums[0] = out.loss;
	sums[1] = out.correct;
	sums[2] = stop_wanted() != 0;
	if (r->team)
		r->team->add_doubles(r->team, sums, 3);
	r->at.step++;
	r->at.batch++;
	r->at.loss += sums[0];
	r->at.correct += sums[1];
	r->at.seen += in->total;
	r->stopped = sums[2] > 0;
	if (r->at.step == 1 && r->o->log_level >= LOG_DEBUG)
		report_note(r->report,
			"first step: begun %.3f s after the start, done after %.3f s",
			begun - r->start, clock_now() - r->start);
	if (!isfinite(sums[0]))
		return run_diverged(r, "the loss", e);
	if (report_step(r->report, sums[0] / in->total, in->total, e) < 0)
		return -1;
	return look_step(r->look, sums[0] / in->total, e);
}

/* The rest of an epoch, from r->at.batch on; ends early on a signal or --max_steps. */
static int train_epoch(struct run *r, struct err *e)
{
	long every = r->o->save_every;
	struct batch in;

	report_begin(r->report);
	loader_start(r->loader, &r->train, LOADER_SHUFFLED, (uint64_t)r->at.epoch,
		r->at.batch);
	while (!steps_done(r) && !r->stopped && loader_next(r->loader, &in)) {
		if (step(r, &in, e) < 0)
			return -1;
		if (every && r->at.step % every == 0 && checkpoint_save(r, e) < 0)
			return -1;
	}
	return 0;
}

/* Tests and saves, and only then tells and draws: whatever fails there has cost nothing.
 */
static int end_epoch(struct run *r, struct err *e)
{
	struct epoch_result result = {.epoch = r->at.epoch + 1,
		.train_loss = r->at.loss / r->at.seen,
		.train_accuracy = r->at.correct / r->at.seen,
		.rate = report_rate(r->report)};

	if (run_test(r, &result.test_accuracy, &result.test_loss, e) < 0)
		return -1;
	result.seconds = clock_now() - r->start;
	if (r->at.seen >= r->train.count)
		r->at = (struct progress){.step = r->at.step, .epoch = r->at.epoch + 1};
	if (checkpoint_save(r, e) < 0 || report_epoch(r->report, &result, e) < 0)
		return -1;
	return look_epoch(r->look, &result, e);
}

static int run_epochs(struct run *r, struct err *e)
{
	while (r->at.epoch < r->o->num_epochs && !steps_done(r)) {
		if (train_epoch(r, e) < 0)
			return -1;
		if (r->stopped) {
			if (checkpoint_save(r, e) < 0)
				return -1;
			report_note(r->report,
				"stopped by %s after step %ld; saved, go on with "
				"--resume",
				stop_wanted() == SIGALRM ? "--max_seconds" : "a signal",
				r->at.step);
			return report_flush(r->report, e);
		}
		if (end_epoch(r, e) < 0)
			return -1;
	}
	return 0;
}

static void tell_start(struct run *r)
{
	char device[128];

	report_note(r->report, "%d training and %d test images of %s from %s",
		r->train.count, r->test.count, dataset_name(r->o->kind), r->place);
	r->b->ops->describe(r->b, device, sizeof(device));
	if (r->o->log_level >= LOG_DEBUG)
		report_note(r->report, "on %s", device);
	if (r->resumed)
		report_note(r->report, "resumed at step %ld, epoch %ld", r->at.step,
			r->at.epoch + 1);
}

/* Everything that will be written is tried before the first step, and what another run
 * left goes last. */
static int open_outputs(struct run *r, bool first, struct err *e)
{
	if (first && (folder_open(r->o, e) < 0 || look_open(&r->look, r, e) < 0))
		return -1;
	r->report = report_open(r, e);
	return r->report ? 0 : -1;
}

/* Another run may have come and gone since the folder was looked at. */
static int take_folder(struct run *r, struct err *e)
{
	r->lock = lock_take(r->o->log_dir, e);
	return r->lock ? folder_check(r->o, e) : -1;
}

static int run_all(struct run *r, struct err *e)
{
	const struct options *o = r->o;
	struct share share = {.rank = 0, .world = 1};

	stop_install(o->max_seconds);
	if (folder_check(o, e) < 0 || team_open(&r->team, e) < 0)
		return -1;
	if (r->team)
		share = (struct share){.rank = r->team->rank, .world = r->team->world};
	if (share.rank == 0 && take_folder(r, e) < 0)
		return -1;
	if (open_all(r, e) < 0 || run_hold(r, &r->train, e) < 0 ||
		run_hold(r, &r->test, e) < 0)
		return -1;
	r->loader = loader_new(o->batch_size, r->train.channels, o->num_workers, share,
		(uint64_t)o->seed);
	if (o->old == OLD_RESUME && checkpoint_resume(r, &r->resumed, e) < 0)
		return err_wrap(e, "resume");
	r->start -= r->at.elapsed;
	if (open_outputs(r, share.rank == 0, e) < 0)
		return -1;
	tell_start(r);
	return run_epochs(r, e);
}

int train_run(const struct options *o, struct err *e)
{
	struct run r = {.o = o, .start = clock_now()};
	int result;

	r.adam = adam_usual(o->lr);
	result = run_all(&r, e);
	look_close(r.look);
	report_close(r.report);
	run_close(&r);
	lock_release(r.lock);
	/* Of a failure the others know nothing, and wait: who started them all ends them
	 * when this process leaves without a goodbye. */
	if (result == 0)
		team_close(r.team);
	return result == 0 && r.stopped ? o->interrupted_status : result;
}
