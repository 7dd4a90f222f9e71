/* SPDX-License-Identifier: MIT */
/* The help text of options. */
#include <string.h>

#include "base/mem.h"
#include "cli/option/option.h"

enum { COLUMN_MAX = 30 };

/* "  -e, --env NAME=VALUE"; a letter that another group took is left out. */
static char *heading(const struct opt_group *groups, size_t n_groups, const struct opt *o)
{
	bool letter = o->holds ||
		      (o->letter && opt_by_letter(groups, n_groups, o->letter) == o);
	AUTO_BUF struct buf b = {0};

	if (letter)
		buf_addf(&b, "  -%c, ", o->letter);
	else
		buf_adds(&b, "      ");
	buf_addf(&b, "--%s%s", o->negatable ? "[no-]" : "", o->name);
	if (o->arg)
		buf_addf(&b, " %s", o->arg);
	return buf_take(&b);
}

static bool is_shown(const struct opt_group *groups, size_t n_groups, const struct opt *o)
{
	return opt_by_name(groups, n_groups, o->name, strlen(o->name)) == o;
}

static size_t column(const struct opt_group *groups, size_t n_groups)
{
	size_t widest = 0;

	for (size_t i = 0; i < n_groups; i++)
		for (size_t j = 0; j < groups[i].n; j++) {
			AUTO_FREE char *h = heading(groups, n_groups, &groups[i].v[j]);
			size_t n = strlen(h);

			if (n > widest && n <= COLUMN_MAX)
				widest = n;
		}
	return widest + 2;
}

void opts_help(struct buf *out, const struct opt_group *groups, size_t n_groups)
{
	size_t at = column(groups, n_groups);

	for (size_t i = 0; i < n_groups; i++) {
		bool titled = false;

		for (size_t j = 0; j < groups[i].n; j++) {
			const struct opt *o = &groups[i].v[j];
			AUTO_FREE char *h = heading(groups, n_groups, o);

			if (!is_shown(groups, n_groups, o))
				continue;
			if (!titled)
				buf_addf(out, "\n%s:\n", groups[i].title);
			titled = true;
			if (!o->about || !*o->about)
				buf_addf(out, "%s\n", h);
			else if (strlen(h) + 2 > at)
				buf_addf(out, "%s\n%*s%s\n", h, (int)at, "", o->about);
			else
				buf_addf(out, "%-*s%s\n", (int)at, h, o->about);
		}
	}
}
