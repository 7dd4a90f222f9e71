/* SPDX-License-Identifier: MIT */
#include "train/report.h"
#include "base/mem.h"
#include "train/folder.h"
#include "train/tensorboard.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BAR_WIDTH = 24 };

struct report {
	struct run *run;
	FILE *json, *events;
	bool terminal;     /* stderr is one: draw a progress bar */
	double drawn;      /* when the bar was drawn last */
	double rate_start; /* of images/s: since the epoch began, or this run */
	double rate_images;
	bool bar_shown;
	bool quiet; /* not the first of a team */
};

double clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double wall_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static FILE *open_file(const char *path, struct err *e)
{
	FILE *f = fopen(path, "ae");

	if (!f)
		err_set(e, "%s: %s", path, strerror(errno));
	return f;
}

/* JSON has no word for what a diverged run gives. */
static const char *json_number(double v, char text[32])
{
	if (isfinite(v))
		snprintf(text, 32, "%.9g", v);
	else
		snprintf(text, 32, "null");
	return text;
}

/* A path or the like as a string of JSON. */
static void put_string(FILE *f, const char *key, const char *text)
{
	fprintf(f, ",\"%s\":\"", key);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', f);
		if ((unsigned char)*text < ' ')
			fprintf(f, "\\u%04x", (unsigned)*text);
		else
			fputc(*text, f);
	}
	fputc('"', f);
}

/* So many it will have at its end, unless something ends it before. */
static long steps_in_all(const struct run *r)
{
	const struct options *o = r->o;
	long each = (r->train.count + o->batch_size - 1) / o->batch_size;
	long all = each * o->num_epochs;

	return o->max_steps && o->max_steps < all ? o->max_steps : all;
}

/* Steps after this line are of this run, whatever stands before it. */
static void mark_run(struct report *t)
{
	const struct run *r = t->run;
	const struct options *o = r->o;
	char started[32], device[128], lr[32];
	time_t now = time(NULL);
	struct tm utc;

	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	r->b->ops->describe(r->b, device, sizeof(device));
	fprintf(t->json,
		"{\"run\":\"%s\",\"resumed\":%s,\"after_step\":%ld,\"steps\":%ld",
		started, r->resumed ? "true" : "false", r->at.step, steps_in_all(r));
	put_string(t->json, "data", dataset_name(o->kind));
	put_string(t->json, "from", r->place);
	put_string(t->json, "device", device);
	fprintf(t->json,
		",\"images\":%d,\"batch_size\":%d,\"lr\":%s,\"seed\":%ld,"
		"\"precision\":\"%s\",\"version\":\"" CNNTRAIN_VERSION "\"}\n",
		r->train.count, o->batch_size, json_number(o->lr, lr), o->seed,
		precision_name(o->precision));
	tensorboard_version(t->events, wall_time());
	if (r->resumed)
		tensorboard_start(t->events, wall_time(), r->at.step + 1);
}

static int open_files(struct report *t, const char *dir, struct err *e)
{
	AUTO_FREE char *json = mem_printf("%s/" FOLDER_LINES, dir);
	AUTO_FREE char *events = mem_printf("%s/events.out.tfevents.%010.0f.cnntrain.%d",
		dir, wall_time(), (int)getpid());

	t->json = open_file(json, e);
	if (!t->json)
		return -1;
	t->events = open_file(events, e);
	if (!t->events)
		return -1;
	mark_run(t);
	return report_flush(t, e);
}

struct report *report_open(struct run *r, struct err *e)
{
	struct report *t = mem_alloc(sizeof(*t));

	t->run = r;
	t->terminal = isatty(STDERR_FILENO) && r->o->log_level >= LOG_INFO;
	t->quiet = r->team && r->team->rank > 0;
	if (!t->quiet &&
		(folder_clear(r->o, e) < 0 || open_files(t, r->o->log_dir, e) < 0)) {
		report_close(t);
		err_wrap(e, "the log folder (see --log_dir)");
		return NULL;
	}
	return t;
}

void report_close(struct report *t)
{
	if (!t)
		return;
	if (t->json)
		fclose(t->json);
	if (t->events)
		fclose(t->events);
	free(t);
}

void report_begin(struct report *t)
{
	t->rate_start = clock_now();
	t->rate_images = 0;
}

double report_rate(const struct report *t)
{
	return t->rate_images / (clock_now() - t->rate_start + 1e-9);
}

static void clear_bar(struct report *t)
{
	if (t->bar_shown)
		fputs("\r\033[K", stderr);
	t->bar_shown = false;
}

static void draw_bar(struct report *t, double loss)
{
	const struct run *r = t->run;
	double now = clock_now(), done = r->at.seen / r->train.count;
	double rate = report_rate(t);
	double left = (r->train.count - r->at.seen) / (rate + 1e-9);
	char bar[BAR_WIDTH * 3 + 1] = "", *end = bar;

	if (now - t->drawn < 0.1)
		return;
	t->drawn = now;
	for (int i = 0; i < BAR_WIDTH; i++)
		end = stpcpy(end, i < (int)(done * BAR_WIDTH + 0.5) ? "━" : "·");
	fprintf(stderr,
		"\r\033[K[%2ld/%d] %s %3.0f%%  %.0f images/s  %02d:%02d left  loss %.4f",
		r->at.epoch + 1, r->o->num_epochs, bar, done * 100, rate,
		(int)(left / 60), (int)left % 60, loss);
	t->bar_shown = true;
}

int report_step(struct report *t, double loss, int images, struct err *e)
{
	const struct run *r = t->run;
	char text[32];

	if (t->quiet)
		return 0;
	t->rate_images += images;
	fprintf(t->json, "{\"step\":%ld,\"epoch\":%ld,\"loss\":%s}\n", r->at.step,
		r->at.epoch + 1, json_number(loss, text));
	tensorboard_scalar(t->events, wall_time(), r->at.step, "train/loss", (float)loss);
	if (t->terminal)
		draw_bar(t, loss);
	return ferror(t->json) || ferror(t->events) ? report_flush(t, e) : 0;
}

int report_flush(struct report *t, struct err *e)
{
	FILE *const files[] = {stdout, t->json, t->events};
	static const char *const names[] = {
		"standard output", FOLDER_LINES, "the TensorBoard file"};

	for (int i = 0; i < (t->quiet ? 1 : 3); i++) {
		errno = 0;
		if (fflush(files[i]) != 0 || ferror(files[i]))
			return err_set(e, "%s cannot be written: %s", names[i],
				errno ? strerror(errno) : "part of it is lost");
	}
	return 0;
}

int report_epoch(struct report *t, const struct epoch_result *result, struct err *e)
{
	const struct run *r = t->run;
	double wall = wall_time();
	char train_loss[32], test_loss[32];

	if (t->quiet)
		return 0;
	clear_bar(t);
	if (r->o->log_level >= LOG_INFO)
		printf("[%2ld/%d] Time elapsed: %02d:%05.2f avg_loss = %.4f "
		       "train_acc = %.4f test_acc = %.4f\n",
			result->epoch, r->o->num_epochs, (int)(result->seconds / 60),
			result->seconds - 60 * (int)(result->seconds / 60),
			result->train_loss, result->train_accuracy,
			result->test_accuracy);
	fprintf(t->json,
		"{\"epoch\":%ld,\"step\":%ld,\"seconds\":%.3f,\"train_loss\":%s,"
		"\"train_acc\":%.6g,\"test_loss\":%s,\"test_acc\":%.6g,"
		"\"images_per_second\":%.0f}\n",
		result->epoch, r->at.step, result->seconds,
		json_number(result->train_loss, train_loss), result->train_accuracy,
		json_number(result->test_loss, test_loss), result->test_accuracy,
		result->rate);
	tensorboard_scalar(t->events, wall, r->at.step, "train/accuracy",
		(float)result->train_accuracy);
	tensorboard_scalar(
		t->events, wall, r->at.step, "test/loss", (float)result->test_loss);
	tensorboard_scalar(t->events, wall, r->at.step, "test/accuracy",
		(float)result->test_accuracy);
	return report_flush(t, e);
}

void report_note(struct report *t, const char *fmt, ...)
{
	va_list ap;

	if (t->quiet || t->run->o->log_level < LOG_INFO)
		return;
	clear_bar(t);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}
