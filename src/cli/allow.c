/* SPDX-License-Identifier: MIT */
/* cnnrun allow: grants what a run of the same words would ask for, or lists the grants.
 */
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/printable.h"
#include "batch/batch.h"
#include "cli/face/consent.h"
#include "cli/evaluate.h"
#include "cli/face/words.h"
#include "launch/allow.h"
#include "launch/launch.h"
#include "profile/safe.h"

static cJSON *entry_json(const struct grant *g)
{
	cJSON *o = grant_json(g);

	cJSON_DeleteItemFromObjectCaseSensitive(o, "version");
	cJSON_AddBoolToObject(o, "exists", profile_exists(g->path));
	return o;
}

static void add_entry(struct buf *b, const struct grant *g)
{
	add_printable(b, g->path);
	buf_adds(b, "  ");
	add_age(b, time(NULL) - g->when);
	buf_addf(b, " ago%s", profile_exists(g->path) ? "" : ", the file is gone");
	if (g->engine) {
		buf_adds(b, ", on ");
		add_printable(b, g->engine);
	}
	if (!path_within(g->path, g->project)) {
		buf_adds(b, ", in ");
		add_printable(b, g->project);
	}
	buf_addc(b, '\n');
	add_rights(b, &g->rights, NULL, NULL);
}

static void add_directories(struct buf *b, const struct strv *dirs)
{
	if (dirs->n)
		buf_adds(b, "Others may change these, and what is in them is run:\n");
	for (size_t i = 0; i < dirs->n; i++) {
		buf_adds(b, "  - ");
		add_printable(b, dirs->v[i]);
		buf_addc(b, '\n');
	}
}

static int list(bool json, struct err *e)
{
	struct grant *v;
	AUTO_BUF struct buf b = {0};
	AUTO_JSON cJSON *all = cJSON_CreateArray();
	AUTO_STRV struct strv dirs = {0};
	size_t n;

	if (safe_list(&dirs, e) < 0 || grants_list(&v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (json)
			cJSON_AddItemToArray(all, entry_json(&v[i]));
		else
			add_entry(&b, &v[i]);
	grants_free(v, n);
	if (json)
		return print_json(all, e);
	add_directories(&b, &dirs);
	if (!b.n)
		log_info("nothing is granted to any profile");
	return print_out(&b, e);
}

/* One of others that the user trusts with what is run in it. */
static int directory(char *const *words, struct err *e)
{
	const char *name = words[0];

	if (!name || words[1])
		return err_set(e, ERR_USAGE,
			"name one directory: cnnrun allow --directory "
			"/shared/team, or '/shared/*'");
	if (safe_add(name, e) < 0)
		return -1;
	log_info("what others may change in %s is run now", name);
	return 0;
}

static int grant_these(
	const struct profile_source *src, const struct rights *needed, struct err *e)
{
	const struct grantee who = allow_grantee(src);
	AUTO_RIGHTS struct rights missing = {0};
	AUTO_BUF struct buf b = {0};
	size_t n_before;

	allow_missing(needed, src, &missing);
	if (grant_add(&who, needed, e) < 0)
		return -1;
	add_printable(&b, src->trusted ? src->shown : src->path);
	if (src->engine)
		buf_addf(&b, " on %s", src->engine);
	buf_adds(&b, " is allowed to\n");
	add_rights(&b, needed, NULL, NULL);
	n_before = needed->n - missing.n;
	if (n_before)
		buf_addf(&b, "%zu of these %s granted before.\n", n_before,
			n_before > 1 ? "were" : "was");
	return print_out(&b, e);
}

/* What no run on this machine could be is allowed as one task of a job. */
static bool is_for_a_cluster(const struct evaluation *ev)
{
	const struct settings *s = &ev->plan.set;

	return ev->cli->partition || s->nodes > 1 || s->per_node > 1 || s->n_after_jobs ||
	       s->gpus.type;
}

static int grant(struct evaluation *ev, struct err *e)
{
	const struct profile_source *src = &ev->src;
	AUTO_RIGHTS struct rights rights = {0}, needed = {0}, missing = {0};
	const struct plan one = is_for_a_cluster(ev) ? batch_one(&ev->plan) : ev->plan;
	AUTO_RESOLVED struct resolved s;
	struct engine_facts facts;

	resolved_init(&s);
	if (allow_source(src, e) < 0)
		return -1;
	if (ev->typed.n) /* that and nothing else */
		return grant_these(src, &ev->typed, e);
	rights_add_all(&rights, &ev->answers.rights);
	cli_facts(ev->cli, ev->action == ACTION_RUN, &facts);
	if (ev->action == ACTION_BUILD &&
		resolve_image(&ev->plan, &facts, &s, &rights, e) < 0)
		return -1;
	if (ev->action == ACTION_RUN && resolve(&one, &facts, &s, &rights, e) < 0)
		return -1;
	allow_needed(&rights, src, &needed);
	if (allow_bounded(&needed, ev->cli->bound, src, e) < 0)
		return -1;
	rights_add_all(&needed, &ev->bound);
	if (ev->cut && !ev->cli->bound)
		log_info("the rest depends on what runs: what that needs is asked for "
			 "when it comes");
	if (!needed.n) {
		log_info(src->trusted ? "%s came with cnnrun: it needs no grant"
				      : "%s asks for nothing that needs a grant",
			src->shown);
		return 0;
	}
	allow_missing(&needed, src, &missing);
	if (rights_check(&missing, src->shown, e) < 0)
		return -1;
	return grant_these(src, &needed, e);
}

static const struct opt table[] = {
	{.name = "right",
		.arg = "RIGHT",
		.about = "grant this alone, as a refusal names it: write=/data",
		.many = true},
	{.name = "list", .about = "what is granted to which profile; must come first"},
	{.name = "json", .about = "with --list: as JSON"},
	{.name = "directory",
		.arg = "DIR",
		.about = "trust a project that others may change, and run what is in it; "
			 "\"DIR/*\" = all below DIR; must come first"},
};

static int allow_words(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_EVALUATION struct evaluation ev = {0};
	int status;

	/* The first word, so that a profile may have an option --list too. */
	if (o->rest[0] && !strcmp(o->rest[0], "--list")) {
		bool json = o->rest[1] && !strcmp(o->rest[1], "--json");

		if (o->rest[1] && (!json || o->rest[2]))
			return err_set(e, ERR_USAGE, "unexpected argument '%s'",
				o->rest[json ? 2 : 1]);
		return list(json, e);
	}
	if (o->rest[0] && !strcmp(o->rest[0], "--directory"))
		return directory(o->rest + 1, e);
	status = evaluate(&ev, c, &command_allow, o->rest, ANSWER_RECORD, e);
	if (status)
		return status < 0 ? -1 : 0;
	for (size_t i = 0; i < ev.opts.n_given; i++) {
		const struct opt *given = ev.opts.given[i].opt;

		if (given > table && given < table + COUNT_OF(table))
			return err_set(e, ERR_USAGE,
				"--%s must come first: cnnrun allow --%s", given->name,
				given->name);
	}
	return grant(&ev, e);
}

const struct opt_group allow_right = {"Options", table, 1};

const struct command command_allow = {
	.name = "allow",
	.usage = "[PROFILE] [the profile's own options] [-- COMMAND...] | --list "
		 "[--json] | "
		 "--directory DIR",
	.about = "Grant a profile what a run of the same words asks for",
	.details = "Nothing is run. What is granted holds for the profile at this path, "
		   "until\n'cnnrun deny'. A change of it that asks for more has to be "
		   "allowed again.",
	.options = {"Options", table, COUNT_OF(table)},
	.profile = true,
	.container = true,
	.run = allow_words,
};
