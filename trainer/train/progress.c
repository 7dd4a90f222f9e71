/* SPDX-License-Identifier: MIT */
#include "train/progress.h"
#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What decides the course of a run, besides its weights. */
struct fact {
	const char *key, *words;
	char value[64];
};

enum { FACTS = 6 };

/* The shortest that is the same number. */
static void print_real(char value[64], double v)
{
	snprintf(value, 64, "%.6g", v);
	if (strtod(value, NULL) != v)
		snprintf(value, 64, "%.17g", v);
}

static void list_facts(const struct run *r, struct fact facts[FACTS])
{
	static const char *const words[FACTS][2] = {{"data", "the data set"},
		{"images", "other images:"}, {"seed", "--seed"},
		{"batch_size", "--batch_size"}, {"lr", "--lr"},
		{"precision", "--precision"}};
	const struct options *o = r->o;

	for (int i = 0; i < FACTS; i++)
		facts[i] = (struct fact){.key = words[i][0], .words = words[i][1]};
	snprintf(facts[0].value, 64, "%s", dataset_name(o->kind));
	snprintf(facts[1].value, 64, "%d of checksum %08x", r->train.count,
		r->train.checksum);
	snprintf(facts[2].value, 64, "%ld", o->seed);
	snprintf(facts[3].value, 64, "%d", o->batch_size);
	print_real(facts[4].value, o->lr);
	snprintf(facts[5].value, 64, "%s", precision_name(o->precision));
}

char *progress_describe(const struct run *r)
{
	const struct progress *p = &r->at;
	struct fact facts[FACTS];
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out,
		"{\"step\":\"%ld\",\"epoch\":\"%ld\",\"batch\":\"%ld\",\"loss\":\"%."
		"17g\","
		"\"correct\":\"%.17g\",\"seen\":\"%.17g\",\"elapsed\":\"%.17g\"",
		p->step, p->epoch, p->batch, p->loss, p->correct, p->seen,
		clock_now() - r->start);
	list_facts(r, facts);
	for (int i = 0; i < FACTS; i++)
		fprintf(out, ",\"%s\":\"%s\"", facts[i].key, facts[i].value);
	fputc('}', out);
	fclose(out);
	return text;
}

static int compare_facts(
	const struct run *r, const struct st_file *f, const char *path, struct err *e)
{
	struct fact facts[FACTS];

	list_facts(r, facts);
	for (int i = 0; i < FACTS; i++) {
		char theirs[64];

		if (!st_text(f, facts[i].key, theirs, sizeof(theirs)))
			return err_set(e, "%s: not a training checkpoint", path);
		if (strcmp(theirs, facts[i].value) != 0)
			return err_set(e,
				"%s was trained with %s %s, not %s: resume with the "
				"same, "
				"or start from its weights by --weights and another "
				"--log_dir",
				path, facts[i].words, theirs, facts[i].value);
	}
	return 0;
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

int progress_read(struct run *r, const struct st_file *f, const char *path, struct err *e)
{
	double step, epoch, batch;
	struct progress *p = &r->at;

	if (!st_number(f, "step", &step) || !st_number(f, "epoch", &epoch) ||
		!st_number(f, "batch", &batch) || !st_number(f, "loss", &p->loss) ||
		!st_number(f, "correct", &p->correct) ||
		!st_number(f, "seen", &p->seen) || !st_number(f, "elapsed", &p->elapsed))
		return err_set(e, "%s: not a training checkpoint", path);
	if (compare_facts(r, f, path, e) < 0)
		return -1;
	if (!progress_fits(r, step, epoch, batch))
		return err_set(e,
			"%s does not fit these %d training images; start anew with "
			"--overwrite",
			path, r->train.count);
	p->step = (long)step;
	p->epoch = (long)epoch;
	p->batch = (long)batch;
	return 0;
}
