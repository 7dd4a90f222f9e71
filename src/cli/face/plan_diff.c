/* SPDX-License-Identifier: MIT */
/* plan --diff: what a profile asks for now beside what the user granted to it. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/face/show.h"
#include "cli/face/words.h"
#include "launch/allow.h"
#include "right/grant.h"
#include "right/covers.h"

static void add(struct buf *b, char sign, const char *what)
{
	buf_addf(b, "%c ", sign);
	add_printable(b, what);
	buf_addc(b, '\n');
}

int show_diff(const struct profile_source *src, const struct strv *can, struct err *e)
{
	AUTO_GRANT struct grant g = {0};
	AUTO_STRV struct strv needed = {0};
	AUTO_BUF struct buf b = {0};
	int differs;

	allow_needed(can, src, &needed);
	grant_read(src, &g);
	for (size_t i = 0; i < src->files.n && g.path; i++) {
		const struct kv *now = &src->files.v[i];
		const char *then = kvs_get(&g.files, now->key);

		if (!then || strcmp(then, now->value) != 0)
			add(&b, '~', now->key);
	}
	for (size_t i = 0; i < g.can.n; i++)
		if (!capability_in(&needed, g.can.v[i]))
			add(&b, '-', g.can.v[i]);
	for (size_t i = 0; i < needed.n; i++)
		if (!capability_in(&g.can, needed.v[i]))
			add(&b, '+', needed.v[i]);
	differs = b.n > 0;
	return print_out(&b, e) < 0 ? -1 : differs;
}
