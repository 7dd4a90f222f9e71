/* SPDX-License-Identifier: MIT */
/* A safetensors file; one that is read must be the same when written and read again. */
#include "trainer.h"

#include "net/safetensors.h"

static char path[64];

static void clean(void)
{
	unlink(path);
	rmdir(fuzz_dir());
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	snprintf(path, sizeof path, "%s/x.safetensors", fuzz_dir());
	atexit(clean);
	return 0;
}

static void check_floats(const struct st_file *f, const struct st_entry *t)
{
	float *to = malloc((t->end - t->begin) / 2 * sizeof(*to) + 1);

	assert(to);
	st_floats(f, t, to);
	free(to);
}

/* False when this program could not write it: it does not know all types. */
static bool check(const struct st_file *f)
{
	bool writable = true;
	double number;

	for (int i = 0; i < f->count; i++) {
		const struct st_entry *t = &f->entries[i];

		assert(t->begin <= t->end && t->end <= f->data_size);
		assert(t->rank >= 0 && t->rank <= 4);
		assert(strlen(t->name) < sizeof(t->name) && st_find(f, t->name));
		fuzz_touch(f->data + t->begin, t->end - t->begin);
		check_floats(f, t);
		writable = writable && t->dtype != ST_OTHER;
	}
	st_number(f, "step", &number);
	return writable;
}

static void check_again(const struct st_file *f)
{
	struct st_file g;
	struct err e = {0};

	assert(st_write(f, path, &e) == 0 && st_read(&g, path, &e) == 0);
	assert(g.count == f->count && g.data_size == f->data_size);
	assert(!memcmp(g.data, f->data, f->data_size));
	assert(!f->metadata == !g.metadata);
	assert(!f->metadata || !strcmp(f->metadata, g.metadata));
	for (int i = 0; i < f->count; i++) {
		const struct st_entry *a = &f->entries[i], *b = &g.entries[i];

		assert(!strcmp(a->name, b->name) && a->dtype == b->dtype);
		assert(a->rank == b->rank && a->begin == b->begin && a->end == b->end);
		assert(!memcmp(a->shape, b->shape, (size_t)a->rank * sizeof(long)));
	}
	st_free(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct st_file f;
	struct err e = {0};

	fuzz_write(path, data, size);
	if (st_read(&f, path, &e) < 0) {
		fuzz_error(&e);
		return 0;
	}
	if (check(&f))
		check_again(&f);
	st_free(&f);
	return 0;
}
