/* SPDX-License-Identifier: MIT */
#include "launch/carry/list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

int carry_list_open(struct carry_list *l, const char *path, struct err *e)
{
	*l = (struct carry_list){.file = fopen(path, "re")};
	return l->file || errno == ENOENT ? 0 : err_errno(e, "%s", path);
}

void carry_list_close(struct carry_list *l)
{
	if (l->file)
		fclose(l->file);
	free(l->line);
	*l = (struct carry_list){0};
}

static int damaged(struct err *e)
{
	return err_set(e, EUCLEAN, "the list of what was carried is damaged");
}

/* "b 100644 12 1700000000000000000 path", each ends with a NUL. b: on both sides, r: only
 * over there, a: to be sent again. */
int carry_list_next(void *list, struct carry_entry *out, struct err *e)
{
	struct carry_list *l = list;
	ssize_t n = l->file ? getdelim(&l->line, &l->room, 0, l->file) : -1;
	unsigned mode = 0;
	char how = 0;
	int at = 0;

	if (n < 0)
		return l->file && ferror(l->file) ? err_errno(e, "read the list") : 0;
	if (!n || l->line[n - 1] || strlen(l->line) + 1 != (size_t)n)
		return damaged(e);
	*out = (struct carry_entry){0};
	if (sscanf(l->line, "%c %o %" SCNd64 " %" SCNd64 "%n", &how, &mode, &out->size,
		    &out->mtime, &at) != 4 ||
		!at || l->line[at] != ' ')
		return damaged(e);
	out->mode = mode;
	out->path = l->line + at + 1;
	out->there_only = how == 'r';
	out->again = how == 'a';
	if (!strchr("bra", how) || out->size < 0 || !carry_path_ok(out->path) ||
		carry_order(l->before, out->path) >= 0)
		return damaged(e);
	memcpy(l->before, out->path, strlen(out->path) + 1);
	return 1;
}

int carry_writer_open(struct carry_writer *w, const char *path, struct err *e)
{
	*w = (struct carry_writer){.path = xstrdup(path)};
	w->new = xasprintf("%s.new", path);
	unlink(w->new);
	w->file = fopen(w->new, "wxe");
	return w->file ? 0 : err_errno(e, "%s", w->new);
}

void carry_writer_add(struct carry_writer *w, const struct carry_entry *entry)
{
	const char how = entry->there_only ? 'r' : entry->again ? 'a' : 'b';

	fprintf(w->file, "%c %o %" PRId64 " %" PRId64 " %s", how, (unsigned)entry->mode,
		entry->size, entry->mtime, entry->path);
	fputc(0, w->file);
}

int carry_writer_keep(struct carry_writer *w, struct err *e)
{
	bool failed = ferror(w->file) != 0;

	failed |= fclose(w->file) != 0;
	w->file = NULL;
	if (failed || rename(w->new, w->path) < 0)
		return err_errno(e, "%s", w->path);
	free(w->new);
	w->new = NULL;
	return 0;
}

void carry_writer_close(struct carry_writer *w)
{
	if (w->file)
		fclose(w->file);
	if (w->new)
		unlink(w->new);
	free(w->new);
	free(w->path);
	*w = (struct carry_writer){0};
}
