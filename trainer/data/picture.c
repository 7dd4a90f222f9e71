/* SPDX-License-Identifier: MIT */
#include "data/picture.h"
#include "base/mem.h"

#include <errno.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 32, MOST_SIDE = 16384 };

struct rgb {
	int width, height;
	uint8_t *data; /* (height, width, 3) */
};

#ifdef HAVE_PNG
#include <png.h>

static int read_png(const char *path, struct rgb *p, struct err *e)
{
	png_image png = {.version = PNG_IMAGE_VERSION};

	if (!png_image_begin_read_from_file(&png, path))
		return err_set(e, "%s: %s", path, png.message);
	if (png.width > MOST_SIDE || png.height > MOST_SIDE) {
		png_image_free(&png);
		return err_set(e, "%s: larger than %d pixels a side", path, MOST_SIDE);
	}
	png.format = PNG_FORMAT_RGB;
	p->width = (int)png.width;
	p->height = (int)png.height;
	p->data = mem_alloc(PNG_IMAGE_SIZE(png));
	if (!png_image_finish_read(&png, NULL, p->data, 0, NULL))
		return err_set(e, "%s: %s", path, png.message);
	return 0;
}
#else
static int read_png(const char *path, struct rgb *p, struct err *e)
{
	(void)p;
	return err_set(e, "%s: this cnntrain was built without libpng", path);
}
#endif

#ifdef HAVE_JPEG
#include <jpeglib.h>

struct jpeg_failure {
	struct jpeg_error_mgr base;
	jmp_buf out;
	char text[JMSG_LENGTH_MAX];
};

static void fail_jpeg(j_common_ptr c)
{
	struct jpeg_failure *f = (struct jpeg_failure *)c->err;

	c->err->format_message(c, f->text);
	longjmp(f->out, 1);
}

/* Warnings are printed by default; here the first one is the reason of a failure. */
static void note_jpeg(j_common_ptr c, int level)
{
	struct jpeg_failure *f = (struct jpeg_failure *)c->err;

	if (level < 0 && c->err->num_warnings++ == 0)
		c->err->format_message(c, f->text);
}

static void decode_jpeg(struct jpeg_decompress_struct *c, FILE *in, struct rgb *p)
{
	jpeg_stdio_src(c, in);
	jpeg_read_header(c, TRUE);
	if (c->image_width > MOST_SIDE || c->image_height > MOST_SIDE)
		return;
	c->out_color_space = JCS_RGB;
	jpeg_start_decompress(c); /* takes memory for a whole progressive picture */
	p->data = mem_alloc((size_t)c->output_width * c->output_height * 3);
	p->width = (int)c->output_width;
	p->height = (int)c->output_height;
	while (c->output_scanline < c->output_height) {
		JSAMPROW row = p->data + (size_t)c->output_scanline * c->output_width * 3;
		jpeg_read_scanlines(c, &row, 1);
	}
	jpeg_finish_decompress(c);
}

static int read_jpeg(const char *path, struct rgb *p, struct err *e)
{
	struct jpeg_decompress_struct c;
	struct jpeg_failure failure;
	FILE *in = fopen(path, "rbe");

	if (!in)
		return err_set(e, "%s: %s", path, strerror(errno));
	c.err = jpeg_std_error(&failure.base);
	failure.base.error_exit = fail_jpeg;
	failure.base.emit_message = note_jpeg;
	snprintf(failure.text, sizeof(failure.text), "larger than %d pixels a side",
		MOST_SIDE);
	jpeg_create_decompress(&c);
	if (setjmp(failure.out) == 0)
		decode_jpeg(&c, in, p);
	else
		p->width = 0;
	if (failure.base.num_warnings > 0)
		p->width = 0;
	jpeg_destroy_decompress(&c);
	fclose(in);
	return p->width ? 0 : err_set(e, "%s: %s", path, failure.text);
}
#else
static int read_jpeg(const char *path, struct rgb *p, struct err *e)
{
	(void)p;
	return err_set(e, "%s: this cnntrain was built without libjpeg", path);
}
#endif

static int read_rgb(const char *path, struct rgb *p, struct err *e)
{
	AUTO_CLOSE FILE *in = fopen(path, "rbe");
	uint8_t magic[4] = {0};

	if (!in)
		return err_set(e, "%s: %s", path, strerror(errno));
	if (fread(magic, 1, sizeof(magic), in) == sizeof(magic)) {
		if (!memcmp(magic, "\x89PNG", 4))
			return read_png(path, p, e);
		if (!memcmp(magic, "\xff\xd8\xff", 3))
			return read_jpeg(path, p, e);
	}
	return err_set(e, "%s: neither PNG nor JPEG", path);
}

/* The mean of colour c over the pixels that output pixel (x, y) covers. */
static double area_mean(const struct rgb *p, int side, int x, int y, int c)
{
	int top = (int)((long)y * p->height / side);
	int bottom = (int)((long)(y + 1) * p->height / side);
	int left = (int)((long)x * p->width / side);
	int right = (int)((long)(x + 1) * p->width / side);
	double sum = 0;

	bottom = bottom > top ? bottom : top + 1;
	right = right > left ? right : left + 1;
	for (int i = top; i < bottom; i++)
		for (int j = left; j < right; j++)
			sum += p->data[((long)i * p->width + j) * 3 + c];
	return sum / ((bottom - top) * (right - left));
}

int picture_load(const char *path, int channels, int side, float *image, struct err *e)
{
	static const double grey[] = {0.299, 0.587, 0.114};
	struct rgb p = {0};
	int pad = (SIDE - side) / 2;

	if (read_rgb(path, &p, e) < 0) {
		free(p.data);
		return -1;
	}
	for (int i = 0; i < channels * SIDE * SIDE; i++)
		image[i] = -1;
	for (int y = 0; y < side; y++) {
		for (int x = 0; x < side; x++) {
			float *to = image + (y + pad) * SIDE + x + pad;
			double mean[3], sum = 0;

			for (int c = 0; c < 3; c++) {
				mean[c] = area_mean(&p, side, x, y, c);
				sum += grey[c] * mean[c];
			}
			for (int c = 0; c < channels; c++)
				to[c * SIDE * SIDE] =
					(float)((channels == 1 ? sum : mean[c]) / 127.5 -
						1);
		}
	}
	free(p.data);
	return 0;
}
