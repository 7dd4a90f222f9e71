/* SPDX-License-Identifier: MIT */
#include "cli/batch/live.h"

#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "host/terminal.h"

size_t live_rows(void)
{
	int rows = 24, columns;

	if (!isatty(1))
		return 0;
	terminal_size(1, &rows, &columns);
	return rows > 4 ? (size_t)rows - 3 : 1;
}

int live_draw(struct live *l, struct buf *b, struct err *e)
{
	AUTO_BUF struct buf all = {0};

	if (isatty(1) && log_is_live() && l->lines)
		buf_addf(&all, "\033[%zuA\033[J", l->lines);
	l->lines = 0;
	for (size_t i = 0; i < b->n; i++)
		l->lines += b->p[i] == '\n';
	buf_add(&all, b->p, b->n);
	buf_free(b);
	return print_out(&all, e);
}
