/* SPDX-License-Identifier: MIT */
#include "data/shrink.h"

#ifdef HAVE_PNG
#include <png.h>
#include <stdlib.h>

struct reading {
	png_structp png;
	png_infop info;
	uint8_t *memory;
	struct err *e;
};

static void fail(png_structp png, const char *why)
{
	struct reading *r = png_get_error_ptr(png);

	err_set(r->e, "%s", why);
	png_longjmp(png, 1);
}

static void warn(png_structp png, const char *why)
{
	(void)png;
	(void)why;
}

/* What is not 8 bits of three colours is made that; alpha lies over black. */
static void flatten(struct shrink *s, uint8_t *row, int channels)
{
	for (long i = 0; channels == 4 && i < s->width; i++)
		for (int c = 0; c < 3; c++)
			row[3 * i + c] =
				(uint8_t)((row[4 * i + c] * row[4 * i + 3] + 127) / 255);
	shrink_row(s, row);
}

static void find_orientation(struct reading *r, struct shrink *s)
{
#ifdef PNG_eXIf_SUPPORTED
	png_uint_32 size;
	png_bytep exif;

	if (png_get_eXIf_1(r->png, r->info, &size, &exif))
		s->orientation = exif_orientation(exif, size);
#else
	(void)r;
	(void)s;
#endif
}

/* An interlaced one is whole only at its end. */
static int read_rows(struct reading *r, struct shrink *s, int passes)
{
	size_t row = png_get_rowbytes(r->png, r->info);
	int channels = png_get_channels(r->png, r->info);
	size_t rows = passes > 1 ? (size_t)s->height : 1;

	if (rows > PICTURE_MOST_MEMORY / row)
		return err_set(r->e,
			"interlaced, and takes more than %d MB: save it without that",
			PICTURE_MOST_MEMORY >> 20);
	r->memory = calloc(rows, row);
	if (!r->memory)
		return err_set(r->e, "out of memory");
	for (int pass = 1; pass < passes; pass++)
		for (int y = 0; y < s->height; y++)
			png_read_row(r->png, r->memory + (size_t)y * row, NULL);
	for (int y = 0; y < s->height; y++) {
		uint8_t *to = r->memory + (passes > 1 ? (size_t)y * row : 0);

		png_read_row(r->png, to, NULL);
		flatten(s, to, channels);
	}
	png_read_end(r->png, NULL);
	return 0;
}

static int read_all(struct reading *r, FILE *in, struct shrink *s)
{
	int passes;

	if (setjmp(png_jmpbuf(r->png)))
		return -1;
	png_init_io(r->png, in);
	png_read_info(r->png, r->info);
	if (shrink_begin(s, png_get_image_width(r->png, r->info),
		    png_get_image_height(r->png, r->info), r->e) < 0)
		return -1;
	find_orientation(r, s);
	png_set_expand(r->png);
	png_set_scale_16(r->png);
	png_set_gray_to_rgb(r->png);
	passes = png_set_interlace_handling(r->png);
	png_read_update_info(r->png, r->info);
	return read_rows(r, s, passes);
}

int png_shrink(FILE *in, struct shrink *s, struct err *e)
{
	struct reading r = {.e = e};
	int result = -1;

	r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, fail, warn);
	r.info = r.png ? png_create_info_struct(r.png) : NULL;
	if (r.info)
		result = read_all(&r, in, s);
	else
		err_set(e, "out of memory");
	png_destroy_read_struct(&r.png, &r.info, NULL);
	free(r.memory);
	return result;
}
#else
int png_shrink(FILE *in, struct shrink *s, struct err *e)
{
	(void)in;
	(void)s;
	return err_set(e, "this cnntrain was built without libpng");
}
#endif
