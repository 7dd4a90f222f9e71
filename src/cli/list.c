/* SPDX-License-Identifier: MIT */
/* cnnrun list: the profiles that can be found from here. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/answers.h"
#include "cli/command.h"
#include "cli/face/table.h"
#include "cli/face/words.h"

/* A profile is read in a process of its own: so many at a time. */
enum { AT_ONCE = 8 };

struct reading {
	struct profile_source src;
	struct answers answers;
	struct profile *profile;
	struct err e; /* *msg = 0: fine so far */
	cJSON *about;
};

/* A name means the nearest profile of that name: the others are left out. */
static size_t nearest(
	const struct profile_entry *v, size_t n, const struct profile_entry **out)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < kept && strcmp(out[k]->name, v[i].name) != 0)
			k++;
		if (k == kept)
			out[kept++] = &v[i];
	}
	return kept;
}

static void begin(struct reading *r, struct cli *c, const struct profile_entry *entry)
{
	const struct profile_limits limits = {
		.seconds = 2, .memory = (size_t)64 << 20, .mute = true};
	/* What is installed may be in the program only: it has no file. */
	const char *name = strcmp(entry->origin, "installed") ? entry->path : entry->name;

	*r = (struct reading){
		.answers = {.cli = c, .src = &r->src, .mode = ANSWER_FACTS}};
	if (profile_find(name, &r->src, &r->e) == 0)
		profile_start(&r->src, &limits, &r->profile, &r->e);
}

static void finish(struct reading *r)
{
	struct door door = answers_door(&r->answers);

	if (r->profile)
		profile_describe(r->profile, &door, &r->about, &r->e);
	profile_end(r->profile);
}

static void reading_free(struct reading *r)
{
	cJSON_Delete(r->about);
	answers_free(&r->answers);
	profile_source_free(&r->src);
}

static cJSON *entry_json(const struct profile_entry *entry, const struct reading *r)
{
	cJSON *o = cJSON_CreateObject();

	json_put(o, "name", entry->name);
	json_put(o, "path", entry->path);
	json_put(o, "origin", entry->origin);
	json_put(o, "about", json_str(r->about, "about"));
	json_put(o, "error", r->about ? NULL : r->e.msg);
	return o;
}

static void add_entry(struct table *t, cJSON *list, const struct profile_entry *entry,
	const struct reading *r)
{
	if (list) {
		cJSON_AddItemToArray(list, entry_json(entry, r));
		return;
	}
	table_cell(t, entry->name);
	table_cell(t, entry->origin);
	table_cell(t, r->about ? json_str(r->about, "about") : r->e.msg);
}

static void read_all(struct cli *c, const struct profile_entry *const *entries, size_t n,
	struct table *t, cJSON *list)
{
	struct reading readings[AT_ONCE];

	for (size_t from = 0; from < n; from += AT_ONCE) {
		size_t k = n - from < AT_ONCE ? n - from : (size_t)AT_ONCE;

		for (size_t i = 0; i < k; i++)
			begin(&readings[i], c, entries[from + i]);
		for (size_t i = 0; i < k; i++) {
			finish(&readings[i]);
			add_entry(t, list, entries[from + i], &readings[i]);
			reading_free(&readings[i]);
		}
	}
}

static int show_all(struct cli *c, const struct opts *o,
	const struct profile_entry *const *entries, size_t n, struct err *e)
{
	static const char *const heading[] = {"NAME", "FROM", "ABOUT", NULL};
	AUTO_JSON cJSON *json = opt_on(o, "json") ? cJSON_CreateArray() : NULL;
	AUTO_TABLE struct table t = {0};
	AUTO_BUF struct buf b = {0};

	table_begin(&t, heading);
	read_all(c, entries, n, &t, json);
	if (json)
		return print_json(json, e);
	table_print(&t, &b);
	return print_out(&b, e);
}

static int list(struct cli *c, const struct opts *o, struct err *e)
{
	AUTO_FREE const struct profile_entry **shown = NULL;
	AUTO_FREE char *project = NULL;
	struct profile_entry *entries = NULL;
	AUTO_BUF struct buf b = {0};
	size_t n, n_shown;
	int rc = 0;

	if (cli_no_more(o, 0, e) < 0)
		return -1;
	project = project_find(e);
	if (!project)
		return -1;
	n = profile_entries(&entries);
	shown = xmalloc(n * sizeof *shown);
	n_shown = nearest(entries, n, shown);
	if (opt_on(o, "names"))
		for (size_t i = 0; i < n_shown; i++)
			buf_addf(&b, "%s\n", shown[i]->name);
	else
		rc = show_all(c, o, shown, n_shown, e);
	profile_entries_free(entries, n);
	return rc < 0 ? -1 : print_out(&b, e);
}

static const struct opt table[] = {
	{.name = "names", .letter = 'q', .about = "only the names; no profile is read"},
	{.name = "json", .about = "as JSON"},
};

const struct command command_list = {
	.name = "list",
	.usage = "[OPTIONS]",
	.about = "List the profiles that can be found from here",
	.options = {"Options", table, COUNT_OF(table)},
	.run = list,
};
