/* SPDX-License-Identifier: MIT */
#include "data/picture.h"
#include "base/mem.h"
#include "data/pixel.h"
#include "data/shrink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int read_file(const char *path, struct shrink *s, struct err *e)
{
	AUTO_CLOSE FILE *in = fopen(path, "rbe");
	uint8_t magic[4] = {0};

	if (!in)
		return err_set(e, "%s", strerror(errno));
	if (fread(magic, 1, sizeof(magic), in) == sizeof(magic)) {
		rewind(in);
		if (!memcmp(magic, "\x89PNG", 4))
			return png_shrink(in, s, e);
		if (!memcmp(magic, "\xff\xd8\xff", 3))
			return jpeg_shrink(in, s, e);
	}
	if (ferror(in))
		return err_set(e, "%s", strerror(errno));
	return err_set(e, "neither PNG nor JPEG");
}

int picture_load(const char *path, int channels, int side, float *image, struct err *e)
{
	static const double grey[] = {0.299, 0.587, 0.114};
	AUTO_FREE struct shrink *s = mem_alloc(sizeof(*s));
	int pad = (NET_SIDE - side) / 2, size = NET_SIDE * NET_SIDE;

	s->side = side;
	s->orientation = 1;
	if (read_file(path, s, e) < 0)
		return err_wrap(e, "%s", path);
	for (int i = 0; i < channels * size; i++)
		image[i] = PIXEL_BLACK;
	for (int y = 0; y < side; y++) {
		for (int x = 0; x < side; x++) {
			float *to = image + (y + pad) * NET_SIDE + x + pad;
			double mean[3], sum = 0;

			for (int c = 0; c < 3; c++) {
				mean[c] = shrink_mean(s, x, y, c);
				sum += grey[c] * mean[c];
			}
			for (int c = 0; c < channels; c++)
				to[c * size] =
					(float)((channels == 1 ? sum : mean[c]) / 127.5 -
						1);
		}
	}
	return 0;
}
