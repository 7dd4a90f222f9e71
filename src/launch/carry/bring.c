/* SPDX-License-Identifier: MIT */
#include "launch/carry/bring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "launch/carry/list.h"
#include "launch/carry/rules.h"
#include "launch/carry/want.h"
#include "launch/launch.h"

enum { HERE, KNOWN, THERE, SIDES };

struct bringing {
	struct carry_work *w;
	struct carry_rules rules;
	struct carry_list known;
	struct carry_writer out;
	struct carry_wants wants;
	size_t kept_off, gone, others; /* not allowed, gone over there, no files */
	size_t outside;                /* where nothing is to come from */
	char *first_kept_off;
};

static void write_entry(struct bringing *b, const struct carry_entry *entry,
	const char *path, bool there_only)
{
	struct carry_entry own = *entry;

	own.path = path;
	own.there_only = there_only;
	carry_writer_add(&b->out, &own);
}

static bool may_come(const struct strv *only, const char *path)
{
	for (size_t i = 0; i < only->n; i++)
		if (!strcmp(only->v[i], ".") || path_within(path, only->v[i]))
			return true;
	return !only->n;
}

/* It is new or changed over there. What comes of it decides what is written; until then
 * it counts as not seen, so that it is seen again. */
static void changed(struct bringing *b, const char *path, const struct carry_side *v)
{
	const struct carry_entry *there = &v[THERE].at;
	const bool here = carry_is(&v[HERE], path), known = carry_is(&v[KNOWN], path);
	bool beside = here && !(known && carry_same(&v[HERE].at, &v[KNOWN].at));

	if (b->w->state->going) { /* it is of this side */
		write_entry(b, there, path, false);
		return;
	}
	if (S_ISDIR(there->mode)) {
		write_entry(b, there, path, !here);
		return;
	}
	if (!b->w->state->comes) {
		if (known)
			carry_writer_add(&b->out, &v[KNOWN].at);
		return;
	}
	if (!may_come(&b->w->state->only, path)) {
		b->outside++;
		return;
	}
	if (!S_ISREG(there->mode) || !carry_rules_allow(&b->rules, path)) {
		if (S_ISREG(there->mode) && !b->kept_off++)
			b->first_kept_off = xstrdup(path);
		b->others += !S_ISREG(there->mode);
		write_entry(b, there, path, !here);
		return;
	}
	carry_want(&b->wants, there, here ? &v[HERE].at : NULL, beside, b->w->all);
	if (known)
		carry_writer_add(&b->out, &v[KNOWN].at);
}

static void compare(struct bringing *b, const char *path, const struct carry_side *v)
{
	const bool here = carry_is(&v[HERE], path), known = carry_is(&v[KNOWN], path),
		   there = carry_is(&v[THERE], path);

	if (!there) {
		b->gone +=
			known && here && !b->w->state->going && !S_ISDIR(v[HERE].at.mode);
		return;
	}
	if (here && carry_same(&v[HERE].at, &v[THERE].at))
		write_entry(b, &v[THERE].at, path, false);
	else if (known && carry_same(&v[KNOWN].at, &v[THERE].at))
		write_entry(b, &v[KNOWN].at, path, v[KNOWN].at.there_only && !here);
	else if (!carry_ignored(&b->w->local, path))
		changed(b, path, v);
}

static int compare_all(struct bringing *b, struct err *e)
{
	struct carry_side v[SIDES] = {
		[HERE] = {{carry_local_next, &b->w->local}, {0}, false},
		[KNOWN] = {{carry_list_next, &b->known}, {0}, false},
		[THERE] = {{porter_next, b->w->porter}, {0}, false}};
	char path[CARRY_PATH_MAX + 1];
	const char *first;

	for (size_t i = 0; i < SIDES; i++)
		if (carry_advance(&v[i], e) < 0)
			return -1;
	while ((first = carry_first(v, SIDES))) {
		memcpy(path, first, strlen(first) + 1);
		compare(b, path, v);
		for (size_t i = 0; i < SIDES; i++)
			if (carry_is(&v[i], path) && carry_advance(&v[i], e) < 0)
				return -1;
	}
	return 0;
}

/* What came is what both sides have from now on. Where both had changed it, that of over
 * there is safe: this side's goes over it. */
static int write_came(struct bringing *b, struct err *e)
{
	struct carry_list list;
	struct carry_entry entry;
	size_t at = 0;
	int got = 0, rc = carry_list_open(&list, b->w->state->list, e);

	if (!rc)
		rc = carry_writer_open(&b->out, b->w->state->list, e);
	while (!rc && (got = carry_list_next(&list, &entry, e)) >= 0) {
		const char *next = got ? entry.path : NULL;
		int order = 1;

		for (; at < b->wants.n; at++) {
			const struct carry_want *x = &b->wants.v[at];

			order = next ? carry_order(x->path, next) : -1;
			if (order > 0)
				break;
			if (x->home)
				write_entry(b, &x->came, x->path, false);
			else if (!order)
				carry_writer_add(&b->out, &entry);
			if (!order) {
				at++;
				break;
			}
		}
		if (!got)
			break;
		if (order)
			carry_writer_add(&b->out, &entry);
	}
	if (!rc)
		rc = got < 0 ? -1 : carry_writer_keep(&b->out, e);
	carry_writer_close(&b->out);
	carry_list_close(&list);
	return rc;
}

static void say(const struct bringing *b)
{
	const struct carry_wants *l = &b->wants;
	const char *source = b->w->place.source;

	if (l->home)
		log_info("%s: %zu file%s came home", source, l->home,
			l->home == 1 ? "" : "s");
	if (b->gone)
		log_info("%s: %zu file%s removed over there; nothing is removed here",
			source, b->gone, b->gone == 1 ? " was" : "s were");
	if (b->kept_off)
		log_warn("%s: %s%s changed over there and stay%s there: programs here "
			 "would obey such unasked",
			source, b->first_kept_off, b->kept_off > 1 ? " and others" : "",
			b->kept_off > 1 ? "" : "s");
	if (b->outside)
		log_warn("%s: %zu file%s changed over there where nothing may write, and "
			 "stay%s there",
			source, b->outside, b->outside == 1 ? "" : "s",
			b->outside == 1 ? "s" : "");
	if (b->others)
		log_info("%s: %zu that %s no regular file%s over there", source,
			b->others, b->others == 1 ? "is" : "are",
			b->others == 1 ? " stays" : "s stay");
	if (l->moving)
		log_warn("%s: %zu file%s being written; cnnrun fetch brings what "
			 "becomes of %s",
			source, l->moving, l->moving == 1 ? " was" : "s were",
			l->moving == 1 ? "it" : "them");
	if (l->over)
		log_warn("%s: %zu more file%s (%lld MB) stay over there; cnnrun fetch "
			 "--all brings them",
			source, l->over, l->over == 1 ? "" : "s",
			(long long)(l->over_bytes / 1000000));
	if (porter_partly(b->w->porter))
		log_warn("%s: not all of what is over there could be looked at", source);
}

static int bring(struct bringing *b, struct err *e)
{
	struct carry_work *w = b->w;
	int rc;

	if (carry_list_open(&b->known, w->state->list, e) < 0 ||
		carry_writer_open(&b->out, w->state->list, e) < 0 ||
		carry_local_rewind(&w->local, e) < 0 || porter_list(w->porter, e) < 0 ||
		compare_all(b, e) < 0 || carry_writer_keep(&b->out, e) < 0)
		return -1;
	carry_writer_close(&b->out);
	if (!b->wants.n)
		return 0;
	carry_news_begin(&w->news, b->wants.bytes, "bring home %s: %zu file%s",
		w->place.source, b->wants.n, b->wants.n == 1 ? "" : "s");
	rc = carry_wants_fetch(&b->wants, w, e);
	carry_news_end(&w->news);
	/* also what came before it was broken off */
	return write_came(b, rc < 0 ? NULL : e) < 0 || rc < 0 ? -1 : 0;
}

static int bring_once(struct carry_work *w, bool *whole, struct err *e)
{
	struct bringing b = {.w = w};
	int rc = 0;

	if (!w->porter)
		rc = porter_open(&w->porter, &w->place, w->unsure, e);
	if (!rc && w->state->comes)
		carry_rules_find(&b.rules, w->place.source, w->state->profile);
	if (!rc)
		rc = bring(&b, e);
	if (!rc)
		say(&b);
	*whole = !rc && !b.wants.over && b.wants.home == b.wants.n;
	carry_writer_close(&b.out);
	carry_list_close(&b.known);
	carry_rules_free(&b.rules);
	carry_wants_free(&b.wants);
	free(b.first_kept_off);
	return rc;
}

int carry_bring(struct carry_work *w, bool *whole, struct err *e)
{
	int rc = bring_once(w, whole, e);

	if (rc == 0 || e->code != EUCLEAN)
		return rc;
	log_warn(
		"%s: %s; the two sides are compared without it", w->place.source, e->msg);
	unlink(w->state->list);
	w->state->going = false;
	porter_close(w->porter); /* in the middle of its own list */
	w->porter = NULL;
	return bring_once(w, whole, e);
}
