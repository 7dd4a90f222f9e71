/* SPDX-License-Identifier: MIT */
#include "data/shrink.h"

#ifdef HAVE_JPEG
#include <jpeglib.h>

#include <jerror.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr failure;
	jmp_buf out;
	char text[JMSG_LENGTH_MAX];
	uint8_t *row;
};

static void fail(j_common_ptr c)
{
	struct reading *r = c->client_data;

	if (c->err->msg_code == JERR_NO_BACKING_STORE)
		snprintf(r->text, sizeof(r->text),
			"progressive, and takes more than %d MB: save it as a baseline "
			"one",
			PICTURE_MOST_MEMORY >> 20);
	else
		c->err->format_message(c, r->text);
	longjmp(r->out, 1);
}

/* Warnings are printed by default; here the first one is the reason of a failure. */
static void note(j_common_ptr c, int level)
{
	struct reading *r = c->client_data;

	if (level < 0 && c->err->num_warnings++ == 0)
		c->err->format_message(c, r->text);
}

static int find_orientation(const struct jpeg_decompress_struct *c)
{
	for (jpeg_saved_marker_ptr m = c->marker_list; m; m = m->next)
		if (m->data_length > 6 && !memcmp(m->data, "Exif\0\0", 6))
			return exif_orientation(m->data + 6, m->data_length - 6);
	return 1;
}

/* Four inks to three colours, in place. Adobe's programs write inks the other way round.
 */
static void mix_inks(uint8_t *row, long width, bool inverted)
{
	for (long i = 0; i < width; i++) {
		uint8_t *ink = row + 4 * i, paper[4];

		for (int c = 0; c < 4; c++)
			paper[c] = inverted ? ink[c] : (uint8_t)(255 - ink[c]);
		for (int c = 0; c < 3; c++)
			row[3 * i + c] = (uint8_t)((paper[c] * paper[3] + 127) / 255);
	}
}

/* False when it is too large: e says so. */
static bool decode(struct reading *r, FILE *in, struct shrink *s, struct err *e)
{
	struct jpeg_decompress_struct *c = &r->jpeg;
	bool inks;

	c->mem->max_memory_to_use = PICTURE_MOST_MEMORY;
	jpeg_save_markers(c, JPEG_APP0 + 1, 0xffff);
	jpeg_stdio_src(c, in);
	jpeg_read_header(c, TRUE);
	if (shrink_begin(s, c->image_width, c->image_height, e) < 0)
		return false;
	s->orientation = find_orientation(c);
	inks = c->jpeg_color_space == JCS_CMYK || c->jpeg_color_space == JCS_YCCK;
	c->out_color_space = inks ? JCS_CMYK : JCS_RGB;
	jpeg_start_decompress(c);
	r->row = malloc((size_t)c->output_width * (inks ? 4 : 3));
	while (r->row && c->output_scanline < c->output_height) {
		JSAMPROW row = r->row;

		jpeg_read_scanlines(c, &row, 1);
		if (inks)
			mix_inks(row, c->output_width, c->saw_Adobe_marker);
		shrink_row(s, row);
	}
	jpeg_finish_decompress(c);
	return true;
}

static int read_all(struct reading *r, FILE *in, struct shrink *s, struct err *e)
{
	if (setjmp(r->out))
		return err_set(e, "%s", r->text);
	jpeg_create_decompress(&r->jpeg);
	if (!decode(r, in, s, e))
		return -1;
	return r->failure.num_warnings ? err_set(e, "%s", r->text) : 0;
}

int jpeg_shrink(FILE *in, struct shrink *s, struct err *e)
{
	struct reading *r = calloc(1, sizeof(*r));
	int result;

	if (!r)
		return err_set(e, "out of memory");
	r->jpeg.err = jpeg_std_error(&r->failure);
	r->jpeg.client_data = r;
	r->failure.error_exit = fail;
	r->failure.emit_message = note;
	result = read_all(r, in, s, e);
	jpeg_destroy_decompress(&r->jpeg);
	free(r->row);
	free(r);
	return result;
}
#else
int jpeg_shrink(FILE *in, struct shrink *s, struct err *e)
{
	(void)in;
	(void)s;
	return err_set(e, "this cnntrain was built without libjpeg");
}
#endif
