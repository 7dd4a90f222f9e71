/* SPDX-License-Identifier: MIT */
#include "cli/face/show_lines.h"

#include <stdarg.h>

#include "base/mem.h"
#include "base/printable.h"
#include "cli/face/color.h"
#include "cli/face/words.h"
#include "plan/shell_word.h"

void line(struct lines *l, const char *fmt, ...)
{
	AUTO_FREE char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	str_printable(&text);
	buf_addf(l->out, "%s%-10s%s %s\n", color(COLOR_BOLD), l->subject,
		color(COLOR_END), text);
	l->subject = "";
}

char *words(const struct strv *s, const char *between)
{
	AUTO_BUF struct buf b = {0};

	if (*between != ' ')
		return strv_join(s, between);
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			buf_adds(&b, between);
		shell_word(&b, s->v[i]);
	}
	return buf_take(&b);
}
