/* SPDX-License-Identifier: MIT */
#include "train/checkpoint.h"
#include "base/mem.h"
#include "net/safetensors.h"
#include "train/agree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The optimiser's state is stored under the weights' names with a prefix. */
static const char *const prefixes[] = {
	[ARRAY_TRAINED] = "",
	[ARRAY_STATS] = "",
	[ARRAY_ADAM_M] = "adam.m.",
	[ARRAY_ADAM_V] = "adam.v.",
};

static const enum array model_arrays[] = {ARRAY_TRAINED, ARRAY_STATS};
static const enum array train_arrays[] = {
	ARRAY_TRAINED, ARRAY_STATS, ARRAY_ADAM_M, ARRAY_ADAM_V};

enum { MODEL_ARRAYS = 2, TRAIN_ARRAYS = 4 };

static void add_tensor(struct st_file *f, const struct tensor *t, const char *prefix,
	const float *array, long step)
{
	char name[96];
	long shape[4];
	int rank = tensor_shape(t, shape);
	AUTO_FREE float *theirs = mem_floats(tensor_elements(t));
	struct st_entry *entry;

	snprintf(name, sizeof(name), "%s%s", prefix, t->name);
	entry = st_add(f, name, ST_F32, rank, shape);
	tensor_export(t, array + t->at, theirs);
	memcpy(f->data + entry->begin, theirs, entry->end - entry->begin);
	if (*prefix == 0 && strstr(t->name, "running_var")) {
		int64_t tracked = step;

		snprintf(strstr(name, "running_var"), 24, "num_batches_tracked");
		entry = st_add(f, name, ST_I64, 0, NULL);
		memcpy(f->data + entry->begin, &tracked, sizeof(tracked));
	}
}

static int add_array(struct st_file *f, struct run *r, enum array which, struct err *e)
{
	AUTO_FREE float *array = mem_floats(array_count(&r->net, which));

	if (r->b->ops->read(r->b, which, array, e) < 0)
		return -1;
	for (int i = 0; i < r->net.tensor_count; i++) {
		const struct tensor *t = &r->net.tensors[i];

		if (t->trained == (which != ARRAY_STATS))
			add_tensor(f, t, prefixes[which], array, r->at.step);
	}
	return 0;
}

static char *describe_progress(const struct run *r)
{
	const struct progress *p = &r->at;

	return mem_printf(
		"{\"step\":\"%ld\",\"epoch\":\"%ld\",\"batch\":\"%ld\",\"loss\":\"%."
		"17g\","
		"\"correct\":\"%.17g\",\"seen\":\"%.17g\",\"elapsed\":\"%.17g\","
		"\"seed\":\"%ld\",\"batch_size\":\"%d\"}",
		p->step, p->epoch, p->batch, p->loss, p->correct, p->seen,
		clock_now() - r->start, r->o->seed, r->o->batch_size);
}

static int save(struct run *r, const char *name, const enum array *arrays, int count,
	char *metadata, struct err *e)
{
	AUTO_FREE char *path = mem_printf("%s/%s", r->o->log_dir, name);
	struct st_file f = {.metadata = metadata};
	size_t room = NET_NORMS * sizeof(int64_t);
	int result = 0;

	for (int i = 0; i < count; i++)
		room += (size_t)array_count(&r->net, arrays[i]) * sizeof(float);
	st_reserve(&f, room);
	for (int i = 0; i < count && result == 0; i++)
		result = add_array(&f, r, arrays[i], e);
	if (result == 0)
		result = st_write(&f, path, e);
	st_free(&f);
	return result < 0 ? err_wrap(e, "save a checkpoint") : 0;
}

int checkpoint_save(struct run *r, struct err *e)
{
	if (r->team && r->team->rank > 0)
		return 0; /* all ranks hold the same */
	if (save(r, "train.safetensors", train_arrays, TRAIN_ARRAYS, describe_progress(r),
		    e) < 0)
		return -1;
	return save(r, "model.safetensors", model_arrays, MODEL_ARRAYS,
		mem_printf("{\"format\":\"pt\"}"), e);
}

static int load_tensor(const struct st_file *f, const struct tensor *t,
	const char *prefix, float *array, const char *path, struct err *e)
{
	char name[96];
	long shape[4];
	int rank = tensor_shape(t, shape);
	AUTO_FREE float *theirs = mem_floats(tensor_elements(t));
	const struct st_entry *entry;

	snprintf(name, sizeof(name), "%s%s", prefix, t->name);
	entry = st_find(f, name);
	if (!entry)
		return err_set(e, "%s: no tensor %s", path, name);
	if (entry->dtype != ST_F32 || entry->rank != rank ||
		memcmp(entry->shape, shape, (size_t)rank * sizeof(long)) != 0)
		return err_set(e,
			"%s: tensor %s has another shape or type (trained on other "
			"images?)",
			path, name);
	memcpy(theirs, f->data + entry->begin, entry->end - entry->begin);
	tensor_import(t, theirs, array + t->at);
	return 0;
}

static int load(struct run *r, const struct st_file *f, const char *path,
	const enum array *arrays, int count, struct err *e)
{
	for (int i = 0; i < count; i++) {
		AUTO_FREE float *array = mem_floats(array_count(&r->net, arrays[i]));

		for (int j = 0; j < r->net.tensor_count; j++) {
			const struct tensor *t = &r->net.tensors[j];

			if (t->trained == (arrays[i] != ARRAY_STATS) &&
				load_tensor(f, t, prefixes[arrays[i]], array, path, e) <
					0)
				return -1;
		}
		if (r->b->ops->write(r->b, arrays[i], array, e) < 0)
			return -1;
	}
	return 0;
}

int checkpoint_load_weights(struct run *r, const char *path, struct err *e)
{
	struct st_file f;
	int result;

	if (st_read(&f, path, e) < 0)
		return -1;
	result = load(r, &f, path, model_arrays, MODEL_ARRAYS, e);
	st_free(&f);
	return result;
}

static bool is_count(double v, double most)
{
	return v >= 0 && v <= most && v == floor(v);
}

/* A position that training can go on from: whole numbers, and as many images seen as so
 * many batches of this data set hold. */
static bool progress_fits(const struct run *r, double step, double epoch, double batch)
{
	const struct progress *p = &r->at;
	double seen = fmin(batch * r->o->batch_size, r->train.count);

	return is_count(step, 1e15) && is_count(epoch, 1e9) && is_count(batch, 1e9) &&
	       p->seen == seen && p->elapsed >= 0 && p->elapsed < 1e12;
}

static int read_progress(
	struct run *r, const struct st_file *f, const char *path, struct err *e)
{
	double step, epoch, batch, seed, batch_size;
	struct progress *p = &r->at;

	if (!st_number(f, "step", &step) || !st_number(f, "epoch", &epoch) ||
		!st_number(f, "batch", &batch) || !st_number(f, "loss", &p->loss) ||
		!st_number(f, "correct", &p->correct) ||
		!st_number(f, "seen", &p->seen) ||
		!st_number(f, "elapsed", &p->elapsed) || !st_number(f, "seed", &seed) ||
		!st_number(f, "batch_size", &batch_size))
		return err_set(e, "%s: not a training checkpoint", path);
	if (!is_count(seed, 9e15) || !is_count(batch_size, 1e9))
		return err_set(e, "%s: not a training checkpoint", path);
	if ((long)seed != r->o->seed || (int)batch_size != r->o->batch_size)
		return err_set(e,
			"%s was trained with --seed %ld --batch_size %d; resume with "
			"these",
			path, (long)seed, (int)batch_size);
	if (!progress_fits(r, step, epoch, batch))
		return err_set(e,
			"%s does not fit these %d training images; start anew without "
			"--resume",
			path, r->train.count);
	p->step = (long)step;
	p->epoch = (long)epoch;
	p->batch = (long)batch;
	return 0;
}

int checkpoint_resume(struct run *r, bool *found, struct err *e)
{
	AUTO_FREE char *path = mem_printf("%s/train.safetensors", r->o->log_dir);
	struct st_file f;
	int result;

	*found = access(path, F_OK) == 0;
	if (!*found)
		return agree_on_state(r, e);
	if (st_read(&f, path, e) < 0)
		return -1;
	result = read_progress(r, &f, path, e);
	if (result == 0)
		result = load(r, &f, path, train_arrays, TRAIN_ARRAYS, e);
	st_free(&f);
	return result < 0 ? -1 : agree_on_state(r, e);
}
