/* SPDX-License-Identifier: MIT */
/* The figure in cairo: the same for the window and for PNG. */
#include "base/file.h"
#include "base/mem.h"
#include "look/figure.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_CAIRO
#include <cairo.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

struct box {
	double x, y, w, h;
};

struct colour {
	double r, g, b;
};

static const struct colour paper = {0.11, 0.12, 0.15}, panel = {0.15, 0.16, 0.20};
static const struct colour ink = {0.85, 0.86, 0.88}, faint = {0.28, 0.30, 0.35};
static const struct colour blue = {0.38, 0.65, 0.98}, orange = {0.98, 0.66, 0.32};
static const struct colour green = {0.45, 0.80, 0.50}, red = {0.95, 0.42, 0.42};

static void use(cairo_t *c, struct colour k)
{
	cairo_set_source_rgb(c, k.r, k.g, k.b);
}

static void fill_box(cairo_t *c, struct box b, struct colour k)
{
	use(c, k);
	cairo_rectangle(c, b.x, b.y, b.w, b.h);
	cairo_fill(c);
}

static void text(
	cairo_t *c, double x, double y, double size, struct colour k, const char *s)
{
	use(c, k);
	cairo_set_font_size(c, size);
	cairo_move_to(c, x, y);
	cairo_show_text(c, s);
}

/* A curve of count values in low … high over the whole width. */
static void curve(cairo_t *c, struct box b, const float *v, int count, double low,
	double high, struct colour k)
{
	use(c, k);
	cairo_set_line_width(c, 1.6);
	for (int i = 0; i < count; i++) {
		double x = b.x + (count > 1 ? b.w * i / (count - 1) : b.w / 2);
		double part = ((double)v[i] - low) / (high - low);
		double y = b.y + b.h * (1 - (part < 0 ? 0 : part > 1 ? 1 : part));

		if (i == 0)
			cairo_move_to(c, x, y);
		else
			cairo_line_to(c, x, y);
	}
	cairo_stroke(c);
	if (count == 1) {
		double part = ((double)v[0] - low) / (high - low);

		cairo_arc(c, b.x + b.w / 2, b.y + b.h * (1 - part), 3, 0, 2 * M_PI);
		cairo_fill(c);
	}
}

/* Panel, title and four lines with their values; the part that curves go to. */
static struct box axes(
	cairo_t *c, struct box b, const char *title, double low, double high)
{
	struct box inner = {b.x + 44, b.y + 28, b.w - 56, b.h - 40};

	fill_box(c, b, panel);
	text(c, b.x + 10, b.y + 18, 13, ink, title);
	cairo_set_line_width(c, 1);
	for (int i = 0; i <= 4; i++) {
		double y = inner.y + inner.h * i / 4;
		char value[16];

		use(c, faint);
		cairo_move_to(c, inner.x, y);
		cairo_line_to(c, inner.x + inner.w, y);
		cairo_stroke(c);
		snprintf(value, sizeof(value), "%.2f", high - (high - low) * i / 4);
		text(c, b.x + 8, y + 4, 11, ink, value);
	}
	return inner;
}

static void draw_loss(cairo_t *c, struct box b, const struct figure *f)
{
	double high = 0.1;
	struct box inner;

	for (int i = 0; i < f->points; i++)
		high = (double)f->loss[i] > high ? (double)f->loss[i] : high;
	inner = axes(c, b, "training loss", 0, high);
	curve(c, inner, f->loss, f->points, 0, high, blue);
}

static void draw_accuracy(cairo_t *c, struct box b, const struct figure *f)
{
	double low = 1;
	struct box inner;

	for (int i = 0; i < f->epochs; i++) {
		low = (double)f->train_accuracy[i] < low ? (double)f->train_accuracy[i]
							 : low;
		low = (double)f->test_accuracy[i] < low ? (double)f->test_accuracy[i]
							: low;
	}
	low = f->epochs ? floor(low * 10) / 10 : 0;
	low = low > 0.9 ? 0.9 : low;
	inner = axes(c, b, "accuracy", low, 1);
	text(c, b.x + 90, b.y + 18, 13, orange, "training");
	text(c, b.x + 160, b.y + 18, 13, green, "test");
	curve(c, inner, f->train_accuracy, f->epochs, low, 1, orange);
	curve(c, inner, f->test_accuracy, f->epochs, low, 1, green);
}

static void draw_image(cairo_t *c, struct box b, const struct figure_sample *s)
{
	uint32_t pixels[FIGURE_PIXELS];
	cairo_surface_t *image;

	for (int i = 0; i < FIGURE_PIXELS; i++)
		pixels[i] = (uint32_t)s->rgb[i][0] << 16 | (uint32_t)s->rgb[i][1] << 8 |
			    s->rgb[i][2];
	image = cairo_image_surface_create_for_data(
		(unsigned char *)pixels, CAIRO_FORMAT_RGB24, 32, 32, 32 * 4);
	cairo_save(c);
	cairo_translate(c, b.x, b.y);
	cairo_scale(c, b.w / 32, b.h / 32);
	cairo_set_source_surface(c, image, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(c), CAIRO_FILTER_NEAREST);
	cairo_rectangle(c, 0, 0, 32, 32);
	cairo_fill(c);
	cairo_restore(c);
	cairo_surface_destroy(image);
}

static void draw_samples(cairo_t *c, struct box b, const struct figure *f)
{
	double side = (b.w - 20) / FIGURE_SAMPLES - 8, most = b.h - 62;

	side = side < most ? side : most;
	fill_box(c, b, panel);
	text(c, b.x + 10, b.y + 18, 13, ink, "test images and what they are taken for");
	if (side <= 0)
		return;
	for (int i = 0; i < f->sample_count; i++) {
		const struct figure_sample *s = &f->samples[i];
		double x = b.x + 10 + (b.w - 20) / FIGURE_SAMPLES * i;

		draw_image(c, (struct box){x, b.y + 28, side, side}, s);
		text(c, x, b.y + 28 + side + 14, 11, s->is == s->seen_as ? green : red,
			s->seen_as);
		if (s->is != s->seen_as)
			text(c, x, b.y + 28 + side + 27, 10, ink, s->is);
	}
}

static void draw_filters(cairo_t *c, struct box b, const struct figure *f)
{
	double cell = (b.w - 20) / FIGURE_FILTERS, side = cell * 0.8;
	float most = 1e-6f;

	fill_box(c, b, panel);
	text(c, b.x + 10, b.y + 18, 13, ink, "first filters");
	side = side < b.h - 36 ? side : b.h - 36;
	if (side <= 0)
		return;
	for (int i = 0; i < FIGURE_FILTERS * FIGURE_TAPS; i++)
		most = fmaxf(most, fabsf(f->filters[i / FIGURE_TAPS][i % FIGURE_TAPS]));
	for (int i = 0; i < FIGURE_FILTERS; i++) {
		for (int t = 0; t < FIGURE_TAPS; t++) {
			double v = ((double)(f->filters[i][t] / most) + 1) / 2,
			       tap = side / 3;
			int row = t / 3, column = t % 3;
			struct box at = {b.x + 10 + cell * i + column * tap,
				b.y + 28 + row * tap, tap + 0.5, tap + 0.5};

			fill_box(c, at, (struct colour){v, v, v});
		}
	}
}

void figure_draw(const struct figure *f, void *cairo, int width, int height)
{
	cairo_t *c = cairo;
	double gap = 10, w = width - 2 * gap, h = height - 44 - 2 * gap;
	double half = (w - gap) / 2, top = h * 0.5, middle = h * 0.28,
	       low = h * 0.22 - gap;

	cairo_select_font_face(
		c, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
	fill_box(c, (struct box){0, 0, width, height}, paper);
	text(c, gap, 24, 15, ink, f->title);
	draw_loss(c, (struct box){gap, 36, half, top}, f);
	draw_accuracy(c, (struct box){2 * gap + half, 36, half, top}, f);
	draw_samples(c, (struct box){gap, 36 + top + gap, w, middle}, f);
	draw_filters(c, (struct box){gap, 36 + top + middle + 2 * gap, w, low}, f);
}

int figure_write_png(
	const struct figure *f, const char *path, int width, int height, struct err *e)
{
	AUTO_FREE char *temporary = mem_printf("%s.tmp", path);
	cairo_surface_t *image =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	cairo_t *c = cairo_create(image);
	cairo_status_t status;

	figure_draw(f, c, width, height);
	cairo_destroy(c);
	status = cairo_surface_write_to_png(image, temporary);
	cairo_surface_destroy(image);
	if (status != CAIRO_STATUS_SUCCESS)
		return err_set(e, "%s: %s", temporary, cairo_status_to_string(status));
	return file_replace(temporary, path, e);
}
#else
void figure_draw(const struct figure *f, void *cairo, int width, int height)
{
	(void)f;
	(void)cairo;
	(void)width;
	(void)height;
}

int figure_write_png(
	const struct figure *f, const char *path, int width, int height, struct err *e)
{
	(void)f;
	(void)width;
	(void)height;
	return err_set(e, "%s: this cnntrain was built without cairo", path);
}
#endif
