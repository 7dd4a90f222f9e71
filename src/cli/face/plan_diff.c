/* SPDX-License-Identifier: MIT */
/* plan --diff: what a profile asks for now beside what the user granted to it. */
#include "cli/face/show.h"
#include "base/printable.h"
#include "launch/allow.h"

static void add(struct buf *b, char sign, const struct rights *rights)
{
	for (size_t i = 0; i < rights->n; i++) {
		buf_addf(b, "%c ", sign);
		right_words(b, &rights->v[i]);
		buf_addc(b, '\n');
	}
}

int show_diff(
	const struct profile_source *src, const struct rights *rights, struct err *e)
{
	const struct grantee who = allow_grantee(src);
	AUTO_GRANT struct grant g = {0};
	AUTO_RIGHTS struct rights needed = {0}, less = {0}, more = {0};
	AUTO_BUF struct buf b = {0};
	int differs;

	allow_needed(rights, src, &needed);
	grant_read(&who, &g);
	for (size_t i = 0; i < src->files.n && g.path; i++) {
		if (!grant_changed(&g, &src->files.v[i]))
			continue;
		buf_adds(&b, "~ ");
		add_printable(&b, src->files.v[i].key);
		buf_addc(&b, '\n');
	}
	rights_missing(&needed, &g.rights, &less);
	rights_missing(&g.rights, &needed, &more);
	add(&b, '-', &less);
	add(&b, '+', &more);
	differs = b.n > 0;
	return print_out(&b, e) < 0 ? -1 : differs;
}
