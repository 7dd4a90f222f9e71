/* SPDX-License-Identifier: MIT */
#include "train/report.h"
#include "base/mem.h"
#include "train/tensorboard.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static int open_files(struct report *t, const char *dir, struct err *e)
{
	AUTO_FREE char *json = mem_printf("%s/train.jsonl", dir);
	AUTO_FREE char *events = mem_printf("%s/events.out.tfevents.%010.0f.cnntrain.%d",
		dir, wall_time(), (int)getpid());

	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return err_set(e, "%s: %s", dir, strerror(errno));
	t->json = open_file(json, e);
	if (!t->json)
		return -1;
	t->events = open_file(events, e);
	if (!t->events)
		return -1;
	tensorboard_version(t->events, wall_time());
	return 0;
}

struct report *report_open(struct run *r, struct err *e)
{
	struct report *t = mem_alloc(sizeof(*t));

	t->run = r;
	t->terminal = isatty(STDERR_FILENO) && r->o->log_level >= LOG_INFO;
	t->rate_start = clock_now();
	t->quiet = r->team && r->team->rank > 0;
	if (!t->quiet && open_files(t, r->o->log_dir, e) < 0) {
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
	double rate = t->rate_images / (now - t->rate_start + 1e-9);
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

/* JSON has no word for what a diverged run gives. */
static const char *json_number(double v, char text[32])
{
	if (isfinite(v))
		snprintf(text, 32, "%.6g", v);
	else
		snprintf(text, 32, "null");
	return text;
}

void report_step(struct report *t, double loss, int images)
{
	const struct run *r = t->run;
	char text[32];

	if (t->quiet)
		return;
	t->rate_images += images;
	fprintf(t->json, "{\"step\":%ld,\"epoch\":%ld,\"loss\":%s}\n", r->at.step,
		r->at.epoch + 1, json_number(loss, text));
	tensorboard_scalar(t->events, wall_time(), r->at.step, "train/loss", (float)loss);
	if (t->terminal)
		draw_bar(t, loss);
}

void report_epoch(struct report *t, const struct epoch_result *e)
{
	const struct run *r = t->run;
	double wall = wall_time(), now = clock_now();
	char train_loss[32], test_loss[32];

	if (t->quiet)
		return;
	clear_bar(t);
	if (r->o->log_level >= LOG_INFO)
		printf("[%2ld/%d] Time elapsed: %02d:%05.2f avg_loss = %.4f "
		       "train_acc = %.4f test_acc = %.4f\n",
			r->at.epoch + 1, r->o->num_epochs, (int)(e->seconds / 60),
			e->seconds - 60 * (int)(e->seconds / 60), e->train_loss,
			e->train_accuracy, e->test_accuracy);
	fflush(stdout);
	fprintf(t->json,
		"{\"epoch\":%ld,\"step\":%ld,\"seconds\":%.3f,\"train_loss\":%s,"
		"\"train_acc\":%.6g,\"test_loss\":%s,\"test_acc\":%.6g,"
		"\"images_per_second\":%.0f}\n",
		r->at.epoch + 1, r->at.step, e->seconds,
		json_number(e->train_loss, train_loss), e->train_accuracy,
		json_number(e->test_loss, test_loss), e->test_accuracy,
		t->rate_images / (now - t->rate_start + 1e-9));
	fflush(t->json);
	tensorboard_scalar(
		t->events, wall, r->at.step, "train/accuracy", (float)e->train_accuracy);
	tensorboard_scalar(t->events, wall, r->at.step, "test/loss", (float)e->test_loss);
	tensorboard_scalar(
		t->events, wall, r->at.step, "test/accuracy", (float)e->test_accuracy);
	fflush(t->events);
	t->rate_start = clock_now();
	t->rate_images = 0;
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
