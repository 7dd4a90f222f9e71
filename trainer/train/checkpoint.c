/* SPDX-License-Identifier: MIT */
#include "train/checkpoint.h"
#include "base/mem.h"
#include "net/safetensors.h"
#include "train/agree.h"
#include "train/folder.h"
#include "train/progress.h"

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

/* A broken model must not take the last good one's place. */
static bool all_finite(const float *p, long count)
{
	float none = 0;

	for (long i = 0; i < count; i++)
		none += p[i] * 0;
	return none == 0;
}

static int add_array(struct st_file *f, struct run *r, enum array which, struct err *e)
{
	AUTO_FREE float *array = mem_floats(array_count(&r->net, which));

	if (r->b->ops->read(r->b, which, array, e) < 0)
		return -1;
	if (!all_finite(array, array_count(&r->net, which)))
		return run_diverged(r, "the model", e);
	for (int i = 0; i < r->net.tensor_count; i++) {
		const struct tensor *t = &r->net.tensors[i];

		if (t->trained == (which != ARRAY_STATS))
			add_tensor(f, t, prefixes[which], array, r->at.step);
	}
	return 0;
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
	if (save(r, FOLDER_TRAIN, train_arrays, TRAIN_ARRAYS, progress_describe(r), e) <
		0)
		return -1;
	return save(r, FOLDER_MODEL, model_arrays, MODEL_ARRAYS,
		mem_printf("{\"format\":\"pt\"}"), e);
}

/* The tensor of this name; else the only one that wrappers (DataParallel, torch.compile,
 * Lightning) have put words before. */
static const struct st_entry *find_entry(const struct st_file *f, const char *name)
{
	const struct st_entry *found = st_find(f, name);
	AUTO_FREE char *end = mem_printf(".%s", name);
	size_t length = strlen(end);

	if (found)
		return found;
	for (int i = 0; i < f->count; i++) {
		const char *full = f->entries[i].name;
		size_t all = strlen(full);

		if (all < length || strcmp(full + all - length, end) != 0)
			continue;
		if (found)
			return NULL;
		found = &f->entries[i];
	}
	return found;
}

static int load_tensor(const struct st_file *f, const struct tensor *t,
	const char *prefix, float *array, const char *path, struct err *e)
{
	AUTO_FREE char *name = mem_printf("%s%s", prefix, t->name);
	long shape[4];
	int rank = tensor_shape(t, shape);
	AUTO_FREE float *theirs = mem_floats(tensor_elements(t));
	const struct st_entry *entry = find_entry(f, name);

	if (!entry)
		return err_set(e, "%s: no tensor %s", path, name);
	if (entry->rank != rank ||
		memcmp(entry->shape, shape, (size_t)rank * sizeof(long)) != 0 ||
		!st_floats(f, entry, theirs))
		return err_set(e,
			"%s: tensor %s has another shape or type (trained on other "
			"images?)",
			path, name);
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

int checkpoint_resume(struct run *r, bool *found, struct err *e)
{
	AUTO_FREE char *path = mem_printf("%s/" FOLDER_TRAIN, r->o->log_dir);
	struct st_file f;
	int result;

	*found = access(path, F_OK) == 0;
	if (!*found)
		return agree_on_state(r, e);
	if (st_read(&f, path, e) < 0)
		return -1;
	result = progress_read(r, &f, path, e);
	if (result == 0)
		result = load(r, &f, path, train_arrays, TRAIN_ARRAYS, e);
	st_free(&f);
	return result < 0 ? -1 : agree_on_state(r, e);
}
