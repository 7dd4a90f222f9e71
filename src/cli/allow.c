/* SPDX-License-Identifier: MIT */
/* cnnrun allow: grants what a run of the same words would ask for, or lists the grants.
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/printable.h"
#include "cli/face/consent.h"
#include "cli/evaluate.h"
#include "cli/face/words.h"
#include "launch/allow.h"
#include "launch/launch.h"

static cJSON *entry_json(const struct grant *g)
{
	cJSON *o = grant_json(g);

	cJSON_DeleteItemFromObjectCaseSensitive(o, "version");
	cJSON_AddBoolToObject(o, "exists", !access(g->path, F_OK));
	return o;
}

static void add_entry(struct buf *b, const struct grant *g)
{
	add_printable(b, g->path);
	buf_adds(b, "  ");
	add_age(b, time(NULL) - g->when);
	buf_addf(b, " ago%s", access(g->path, F_OK) < 0 ? ", the file is gone" : "");
	if (!path_within(g->path, g->project)) {
		buf_adds(b, ", in ");
		add_printable(b, g->project);
	}
	buf_addc(b, '\n');
	add_rights(b, &g->rights, NULL, NULL);
}

static int list(bool json, struct err *e)
{
	struct grant *v;
	AUTO_BUF struct buf b = {0};
	AUTO_JSON cJSON *all = cJSON_CreateArray();
	size_t n;

	if (grants_list(&v, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (json)
			cJSON_AddItemToArray(all, entry_json(&v[i]));
		else
			add_entry(&b, &v[i]);
	grants_free(v, n);
	if (json)
		return print_json(all, e);
	if (!n)
		log_info("nothing is granted to any profile");
	return print_out(&b, e);
}

static int grant(struct evaluation *ev, struct err *e)
{
	const struct profile_source *src = &ev->src;
	const struct grantee who = allow_grantee(src);
	AUTO_RIGHTS struct rights rights = {0}, needed = {0}, missing = {0};
	AUTO_BUF struct buf b = {0};
	AUTO_RESOLVED struct resolved s;
	struct engine_facts facts;
	size_t n_before;

	resolved_init(&s);
	if (allow_source(src, e) < 0)
		return -1;
	rights_add_all(&rights, &ev->answers.rights);
	if (ev->action == ACTION_BUILD && resolve_image(&ev->plan, &s, &rights, e) < 0)
		return -1;
	cli_facts(ev->cli, ev->action == ACTION_RUN, &facts);
	if (ev->action == ACTION_RUN && resolve(&ev->plan, &facts, &s, &rights, e) < 0)
		return -1;
	allow_needed(&rights, src, &needed);
	if (!needed.n) {
		log_info(src->trusted ? "%s came with cnnrun: it needs no grant"
				      : "%s asks for nothing that needs a grant",
			src->shown);
		return 0;
	}
	allow_missing(&needed, src, &missing);
	if (rights_check(&missing, src->shown, e) < 0)
		return -1;
	if (grant_add(&who, &needed, e) < 0)
		return -1;
	add_printable(&b, src->path);
	buf_adds(&b, " is allowed to\n");
	add_rights(&b, &needed, NULL, NULL);
	n_before = needed.n - missing.n;
	if (n_before)
		buf_addf(&b, "%zu of these %s granted before.\n", n_before,
			n_before > 1 ? "were" : "was");
	return print_out(&b, e);
}

static const struct opt table[] = {
	{.name = "list", .about = "what is granted to which profile; must come first"},
	{.name = "json", .about = "with --list: as JSON"},
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
	status = evaluate(&ev, c, &command_allow, o->rest, ANSWER_RECORD, e);
	if (status)
		return status < 0 ? -1 : 0;
	for (size_t i = 0; i < ev.opts.n_given; i++)
		if (ev.opts.given[i].opt == &table[0] ||
			ev.opts.given[i].opt == &table[1])
			return err_set(e, ERR_USAGE,
				"the list is of all profiles: cnnrun allow --list "
				"[--json]");
	return grant(&ev, e);
}

const struct command command_allow = {
	.name = "allow",
	.usage =
		"[PROFILE] [the profile's own options] [-- COMMAND...] | --list [--json]",
	.about = "Grant a profile what a run of the same words asks for",
	.details = "Nothing is run. What is granted holds for the profile at this path, "
		   "until\n'cnnrun deny'. A change of it that asks for more has to be "
		   "allowed again.",
	.options = {"Options", table, COUNT_OF(table)},
	.profile = true,
	.container = true,
	.run = allow_words,
};
