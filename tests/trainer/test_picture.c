/* SPDX-License-Identifier: MIT */
/* Pictures as cameras, scanners and painting programs write them. */
#include "base/mem.h"
#include "data/picture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#if defined HAVE_PNG && defined HAVE_JPEG
#include <jpeglib.h>
#include <png.h>

enum { SIDE = 32, SIZE = SIDE * SIDE };

static char path[] = "/tmp/cnntrain-picture-XXXXXX";
static float image[3 * SIZE];

static FILE *begin(void)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	return f;
}

/* Of colour c at (x, y), 0 to 65535; NULL: black. */
typedef unsigned value_fn(int x, int y, int c);

struct png_form {
	int width, height, depth, type, interlace;
};

static void write_png(const struct png_form *p, value_fn *value)
{
	png_structp png =
		png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	int channels = p->type == PNG_COLOR_TYPE_RGB ? 3 : 1, bytes = p->depth / 8;
	FILE *f = begin();
	size_t row = (size_t)(p->width * channels * bytes);
	uint8_t *all = calloc(value ? (size_t)p->height : 1, row);
	png_bytep *rows = calloc((size_t)p->height, sizeof(*rows));

	png_init_io(png, f);
	png_set_IHDR(png, info, (unsigned)p->width, (unsigned)p->height, p->depth,
		p->type, p->interlace, 0, 0);
	png_set_compression_level(png, 1);
	for (int y = 0; y < p->height; y++) {
		uint8_t *to = rows[y] = all + (value ? (size_t)y * row : 0);

		for (int x = 0; value && x < p->width; x++)
			for (int c = 0; c < channels; c++) {
				unsigned v = value(x, y, c);

				*to++ = (uint8_t)(v >> 8);
				if (bytes == 2)
					*to++ = (uint8_t)v;
			}
	}
	png_set_rows(png, info, rows);
	png_write_png(png, info, 0, NULL);
	png_destroy_write_struct(&png, &info);
	fclose(f);
	free(rows);
	free(all);
}

static unsigned ramp(int x, int y, int c)
{
	return (unsigned)(x * 1500 + y * 300 + c * 4000);
}

static void load(int channels)
{
	struct err e = {{0}};

	if (picture_load(path, channels, channels == 3 ? SIDE : 28, image, &e) < 0)
		fail_msg("%s", e.msg);
}

/* A pixel is this value of 255, to within `most`. */
static void near(int x, int y, int c, double want, double most)
{
	double got = ((double)image[c * SIZE + y * SIDE + x] + 1) * 127.5;

	if (!(fabs(got - want) <= most))
		fail_msg("(%d, %d) colour %d: %g, not %g", x, y, c, got, want);
}

static void test_png_16(void **state)
{
	struct png_form forms[] = {{SIDE, SIDE, 16, PNG_COLOR_TYPE_RGB, 0},
		{SIDE, SIDE, 16, PNG_COLOR_TYPE_GRAY, 0},
		{SIDE, SIDE, 16, PNG_COLOR_TYPE_RGB, 1}};

	(void)state;
	for (int i = 0; i < 3; i++) {
		write_png(&forms[i], ramp);
		load(3);
		for (int x = 0; x < SIDE; x += 7)
			for (int c = 0; c < 3; c++)
				near(x, 9, c, ramp(x, 9, forms[i].type ? c : 0) / 257.0,
					1);
	}
}

static void refused(const char *words)
{
	struct err e = {{0}};

	assert_int_equal(picture_load(path, 3, SIDE, image, &e), -1);
	if (!strstr(e.msg, words))
		fail_msg("'%s' is not in '%s'", words, e.msg);
}

static long peak_kib(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[200];
	long kib = 0;

	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "VmHWM: %ld", &kib) == 1)
			break;
	fclose(f);
	return kib;
}

/* 8000 × 8000 in colour would be 192 MB whole. */
static void test_memory(void **state)
{
	struct png_form large = {8000, 8000, 8, PNG_COLOR_TYPE_GRAY, 0};
	struct png_form laced = {16000, 3000, 8, PNG_COLOR_TYPE_GRAY, 1};
	long before;

	(void)state;
	write_png(&large, NULL);
	before = peak_kib();
	load(3);
	near(3, 3, 0, 0, 0);
	assert_true(peak_kib() - before < 100 << 10);
	write_png(&laced, NULL);
	refused("interlaced, and takes more than 64 MB");
}

struct jpeg_form {
	int components, orientation, progressive, width, height;
	J_COLOR_SPACE space;
	int adobe; /* in how the inks are written */
};

static void write_jpeg(const struct jpeg_form *j, value_fn *value)
{
	uint8_t exif[] = "Exif\0\0MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\0\0\0\0\0\0";
	struct jpeg_compress_struct c = {0};
	struct jpeg_error_mgr err;
	FILE *f = begin();
	uint8_t *row = calloc((size_t)j->width, 4);

	c.err = jpeg_std_error(&err);
	jpeg_create_compress(&c);
	jpeg_stdio_dest(&c, f);
	c.image_width = (unsigned)j->width;
	c.image_height = (unsigned)j->height;
	c.input_components = j->components;
	c.in_color_space = j->space;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, 100, TRUE);
	c.write_Adobe_marker = j->adobe;
	if (j->progressive)
		jpeg_simple_progression(&c);
	jpeg_start_compress(&c, TRUE);
	exif[25] = (uint8_t)j->orientation;
	if (j->orientation)
		jpeg_write_marker(&c, JPEG_APP0 + 1, exif, sizeof(exif) - 1);
	for (int y = 0; y < j->height; y++) {
		for (int i = 0; value && i < j->width * j->components; i++)
			row[i] =
				(uint8_t)(value(i / j->components, y, i % j->components));
		jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	fclose(f);
	free(row);
}

/* Cyan, magenta, yellow, black in percent of 255. */
static const int inks[4] = {204, 51, 0, 51};

static unsigned ink(int x, int y, int c)
{
	(void)x;
	(void)y;
	return (unsigned)inks[c];
}

static unsigned paper(int x, int y, int c)
{
	return 255 - ink(x, y, c);
}

static void test_inks(void **state)
{
	(void)state;
	for (int adobe = 0; adobe < 2; adobe++) {
		struct jpeg_form j = {4, 0, 0, SIDE, SIDE, JCS_CMYK, adobe};

		write_jpeg(&j, adobe ? paper : ink);
		load(3);
		for (int c = 0; c < 3; c++)
			near(5, 5, c, (255 - inks[c]) * 204 / 255.0, 3);
	}
}

/* A grey picture bright at its left end, and less so towards the bottom. */
static unsigned corner(int x, int y, int c)
{
	(void)c;
	return (unsigned)((x < 16 ? 200 : 40) - (y < 8 ? 0 : 30));
}

/* The colours of the corners by orientation: as the picture is to be seen. */
static void test_orientation(void **state)
{
	static const int a = 200, b = 40, c = 170, d = 10; /* above a b, below c d */
	const int want[9][4] = {{a, b, c, d}, {a, b, c, d}, {b, a, d, c}, {d, c, b, a},
		{c, d, a, b}, {a, c, b, d}, {c, a, d, b}, {d, b, c, a}, {b, d, a, c}};

	(void)state;
	for (int o = 0; o <= 8; o++) {
		struct jpeg_form j = {1, o, 0, SIDE, 16, JCS_GRAYSCALE, 0};

		write_jpeg(&j, corner);
		load(3);
		for (int i = 0; i < 4; i++)
			near(i % 2 ? 29 : 2, i < 2 ? 2 : 29, 0, want[o][i], 4);
	}
}

static void test_progressive(void **state)
{
	struct jpeg_form j = {1, 0, 1, SIDE, SIDE, JCS_GRAYSCALE, 0};

	(void)state;
	write_jpeg(&j, corner);
	load(1);
	j.width = j.height = 7000;
	write_jpeg(&j, NULL);
	refused("progressive, and takes more than 64 MB: save it as a baseline one");
	j.progressive = 0;
	write_jpeg(&j, NULL);
	load(3);
}

static int make(void **state)
{
	(void)state;
	return mkstemp(path) < 0 ? -1 : 0;
}

static int clean(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_png_16),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_inks),
		cmocka_unit_test(test_orientation),
		cmocka_unit_test(test_progressive),
	};

	return cmocka_run_group_tests_name("pictures", tests, make, clean);
}
#else
int main(void)
{
	puts("1..1\nok 1 - pictures # nothing to read them with");
	return 0;
}
#endif
