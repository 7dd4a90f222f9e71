/* SPDX-License-Identifier: MIT */
#include "base/size.h"

#include "base/mem.h"

void add_size(struct buf *out, int64_t bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1024 && unit + 1 < COUNT_OF(units)) {
		value /= 1024;
		unit++;
	}
	if (value >= 100 || value == (double)(int64_t)value)
		buf_addf(out, "%.0f %s", value, units[unit]);
	else
		buf_addf(out, "%.1f %s", value, units[unit]);
}

char *size_words(int64_t bytes)
{
	struct buf b = {0};

	add_size(&b, bytes);
	return buf_take(&b);
}
