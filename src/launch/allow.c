/* SPDX-License-Identifier: MIT */
/* What a profile wants is compared with what the user granted to it. */
#include "launch/allow.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "right/grant.h"
#include "right/covers.h"

/* Of an error's line, so that the command that cures it has room. */
enum { LIST_MAX = 700 };

int allow_source(const struct profile_source *src, struct err *e)
{
	if (src->unsafe)
		return err_set(e, EPERM, "%s is not run: %s", src->shown, src->unsafe);
	return 0;
}

void allow_needed(
	const struct strv *wanted, const struct profile_source *src, struct strv *needed)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (!src->trusted || capability_by_link(wanted->v[i]))
			strv_add(needed, wanted->v[i]);
}

void allow_missing(
	const struct strv *wanted, const struct profile_source *src, struct strv *missing)
{
	AUTO_GRANT struct grant g = {0};
	AUTO_STRV struct strv needed = {0};

	allow_needed(wanted, src, &needed);
	if (!needed.n)
		return;
	grant_read(src, &g);
	grant_missing(&g, &needed, missing);
}

static int refuse(const struct strv *missing, const struct profile_source *src,
	const struct consent *how, struct err *e)
{
	AUTO_BUF struct buf b = {0};
	size_t i = 0;

	for (; i < missing->n && b.n + strlen(missing->v[i]) < LIST_MAX; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", missing->v[i]);
	if (i < missing->n)
		buf_addf(&b, "%s%zu more", i ? " and " : "", missing->n - i);
	err_set(e, EPERM, "%s is not allowed to %s", src->shown, b.p);
	return err_hint(e, "to allow it: %s", how->command);
}

int allow(const struct strv *wanted, const struct profile_source *src,
	const struct consent *how, struct err *e)
{
	AUTO_GRANT struct grant g = {0};
	AUTO_STRV struct strv needed = {0}, missing = {0};
	struct question q = {.src = src, .missing = &missing};
	struct err why = {0};

	if (allow_source(src, e) < 0)
		return -1;
	allow_needed(wanted, src, &needed);
	if (!needed.n)
		return 0;
	if (grant_read(src, &g))
		q.changed = grant_changed(&g, src);
	grant_missing(&g, &needed, &missing);
	if (!missing.n)
		return 0;
	q.n_granted = needed.n - missing.n;
	if (!how->ask || !how->ask(how->ctx, &q))
		return refuse(&missing, src, how, e);
	if (grant_add(src, &missing, &why) < 0)
		log_warn("%s; it holds for this run", why.msg);
	return 0;
}
