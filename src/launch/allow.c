/* SPDX-License-Identifier: MIT */
/* What a profile wants is compared with what the user granted to it. */
#include "launch/allow.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "plan/shell_word.h"
#include "right/spelled.h"

static const struct rights *typed_rights;

void allow_typed(const struct rights *typed)
{
	typed_rights = typed;
}

int allow_source(const struct profile_source *src, struct err *e)
{
	if (src->unsafe)
		return err_set(e, EPERM, "%s is not run: %s", src->shown, src->unsafe);
	return 0;
}

struct grantee allow_grantee(const struct profile_source *src)
{
	return (struct grantee){src->path, src->project, &src->files, src->engine};
}

void allow_needed(const struct rights *wanted, const struct profile_source *src,
	struct rights *needed)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (!wanted->v[i].typed &&
			(!src->trusted || right_is_places(&wanted->v[i])))
			rights_copy(needed, &wanted->v[i]);
}

static void read_granted(const struct grantee *who, struct grant *g)
{
	grant_read(who, g);
	if (typed_rights)
		rights_add_all(&g->rights, typed_rights);
}

void allow_missing(const struct rights *wanted, const struct profile_source *src,
	struct rights *missing)
{
	const struct grantee who = allow_grantee(src);
	AUTO_RIGHTS struct rights needed = {0};
	AUTO_GRANT struct grant g = {0};

	allow_needed(wanted, src, &needed);
	if (!needed.n)
		return;
	read_granted(&who, &g);
	rights_missing(&g.rights, &needed, missing);
}

/* So many bytes of a command that is to be typed; what has no room is refused next. */
enum { SPELLED_MAX = 900 };

/* Of each right the words that name it: --right write=/data. Typed words end at "--". */
static char *cure(const struct rights *missing, const struct consent *how)
{
	const char *rest = strstr(how->command, " -- ");
	size_t n = rest ? (size_t)(rest - how->command) : strlen(how->command);
	AUTO_BUF struct buf b = {0};

	buf_add(&b, how->command, n);
	for (size_t i = 0; how->spelled && i < missing->n; i++) {
		AUTO_BUF struct buf word = {0};

		right_spell(&word, &missing->v[i]);
		if (i && b.n - n + word.n > SPELLED_MAX)
			break;
		buf_adds(&b, " --right ");
		shell_word(&b, buf_str(&word));
	}
	buf_adds(&b, rest ? rest : "");
	return buf_take(&b);
}

static int refuse(const struct rights *missing, const struct profile_source *src,
	const struct consent *how, struct err *e)
{
	AUTO_BUF struct buf b = {0};
	AUTO_FREE char *command = cure(missing, how);

	refusal_words(&b, missing);
	err_set(e, EPERM, "%s is not allowed%s%s to %s", src->shown,
		src->engine ? " on " : "", src->engine ? src->engine : "", b.p);
	return err_hint(e, "to allow it: %s", command);
}

int allow_bounded(const struct rights *needed, const struct rights *bound,
	const struct profile_source *src, struct err *e)
{
	AUTO_RIGHTS struct rights beyond = {0};
	AUTO_BUF struct buf words = {0}, spelled = {0};

	if (!bound)
		return 0;
	rights_missing(bound, needed, &beyond);
	if (!beyond.n)
		return 0;
	refusal_words(&words, &beyond);
	right_spell(&spelled, &beyond.v[0]);
	err_set(e, EPERM, "%s wants to %s, which is beyond its own rights = { ... }",
		src->shown, words.p);
	return err_hint(
		e, "who answers for the profile adds \"%.300s\" there", spelled.p);
}

int allow(const struct rights *wanted, const struct profile_source *src,
	const struct consent *how, struct err *e)
{
	const struct grantee who = allow_grantee(src);
	AUTO_GRANT struct grant g = {0};
	AUTO_RIGHTS struct rights needed = {0}, missing = {0};
	struct question q = {.path = src->path,
		.linked_from = src->by_link ? src->project : NULL,
		.engine = src->engine,
		.missing = &missing};
	struct err why = {0};

	if (allow_source(src, e) < 0)
		return -1;
	allow_needed(wanted, src, &needed);
	if (!needed.n)
		return 0;
	if (allow_bounded(&needed, how->bound, src, e) < 0)
		return -1;
	read_granted(&who, &g);
	for (size_t i = src->files.n; g.path && i-- > 0;)
		if (grant_changed(&g, &src->files.v[i]))
			q.changed = src->files.v[i].key;
	rights_missing(&g.rights, &needed, &missing);
	if (!missing.n)
		return 0;
	if (rights_check(&missing, src->shown, e) < 0)
		return -1;
	q.n_granted = needed.n - missing.n;
	if (!how->ask || !how->ask(how->ctx, &q))
		return refuse(&missing, src, how, e);
	if (grant_add(&who, &missing, &why) < 0)
		log_warn("%s; it holds for this run", why.msg);
	return 0;
}
