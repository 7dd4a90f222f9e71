/* SPDX-License-Identifier: MIT */
/* cnnrun list: the profiles that can be found from here. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/printable.h"
#include "cli/answers.h"
#include "cli/command.h"
#include "cli/face/table.h"
#include "cli/face/words.h"

/* A profile is read in a process of its own: so many at a time. All together may take so
 * long; each gets a small share at first, and more when all had theirs. */
enum { AT_ONCE = 8 };
#define ALL_SECONDS  2.2
#define EACH_SECONDS 2.0
#define SHARE_MIN    0.02

struct reading {
	struct profile_source src;
	struct answers answers;
	struct profile *profile;
	struct err e; /* *msg = 0: fine so far */
};

/* What became of one. */
struct listed {
	const struct profile_entry *entry;
	char *about, *error;
	bool read; /* or it never will be */
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

static void begin(struct reading *r, struct cli *c, const struct profile_entry *entry,
	const struct profile_limits *limits)
{
	/* What is installed may be in the program only: it has no file. */
	const char *name = strcmp(entry->origin, "installed") ? entry->path : entry->name;

	*r = (struct reading){
		.answers = {.cli = c, .src = &r->src, .mode = ANSWER_FACTS}};
	if (profile_find(name, &r->src, &r->e) == 0)
		profile_start(&r->src, limits, &r->profile, &r->e);
}

static void finish(struct reading *r, struct listed *l)
{
	struct door door = answers_door(&r->answers);
	AUTO_JSON cJSON *about = NULL;

	if (r->profile)
		profile_describe(r->profile, &door, &about, &r->e);
	profile_end(r->profile);
	/* one that took longer than its share may come again */
	l->read = about || r->e.code != ETIME;
	str_set(&l->about, json_str(about, "about"));
	str_set(&l->error, about ? NULL : r->e.msg);
	str_printable(&l->error); /* words for people, as JSON too */
	answers_free(&r->answers);
	profile_source_free(&r->src);
}

static size_t count_unread(const struct listed *v, size_t n)
{
	size_t unread = 0;

	for (size_t i = 0; i < n; i++)
		unread += !v[i].read;
	return unread;
}

/* The last of v that were not read yet; how many of v are before them. The last first, as
 * those of the project, which may be a stranger's, stand before the user's own. */
static size_t read_some(
	struct cli *c, struct listed *v, size_t n, double share, double end)
{
	struct reading readings[AT_ONCE];
	const struct profile_limits limits = {
		.seconds = share, .until = end, .memory = (size_t)64 << 20, .mute = true};
	size_t at[AT_ONCE], k = 0;

	while (n > 0 && k < AT_ONCE)
		if (!v[--n].read) {
			begin(&readings[k], c, v[n].entry, &limits);
			at[k++] = n;
		}
	for (size_t i = 0; i < k; i++)
		finish(&readings[i], &v[at[i]]);
	return n;
}

static void read_all(struct cli *c, struct listed *v, size_t n)
{
	const double end = clock_seconds() + ALL_SECONDS;
	double left = ALL_SECONDS;
	size_t unread;

	while (left > 0 && (unread = count_unread(v, n)) > 0) {
		/* of many only half the time: the slow ones among them come again */
		double share = left / (double)unread / (unread > AT_ONCE ? 2 : 1);

		share = share < SHARE_MIN ? SHARE_MIN : share;
		share = share > EACH_SECONDS ? EACH_SECONDS : share;
		for (size_t i = n; i > 0 && left > 0; left = end - clock_seconds())
			i = read_some(c, v, i, share, end);
		if (share >= EACH_SECONDS)
			break; /* had its time, as everywhere */
	}
	for (size_t i = 0; i < n; i++)
		if (!v[i].read && (!v[i].error || n > 1))
			str_set(&v[i].error,
				"not read: this profile, or others here, took too long");
}

static cJSON *entry_json(const struct listed *l)
{
	cJSON *o = cJSON_CreateObject();

	json_put(o, "name", l->entry->name);
	json_put(o, "path", l->entry->path);
	json_put(o, "origin", l->entry->origin);
	json_put(o, "about", l->about);
	json_put(o, "error", l->error);
	return o;
}

static void add_entry(struct table *t, cJSON *list, const struct listed *l)
{
	if (list) {
		cJSON_AddItemToArray(list, entry_json(l));
		return;
	}
	table_cell(t, l->entry->name);
	table_cell(t, l->entry->origin);
	table_cell(t, l->error ? l->error : l->about);
}

static int show_all(struct cli *c, const struct opts *o,
	const struct profile_entry *const *entries, size_t n, struct err *e)
{
	static const char *const heading[] = {"NAME", "FROM", "ABOUT", NULL};
	AUTO_JSON cJSON *json = opt_on(o, "json") ? cJSON_CreateArray() : NULL;
	AUTO_TABLE struct table t = {0};
	AUTO_FREE struct listed *v = xcalloc(n, sizeof *v);
	AUTO_BUF struct buf b = {0};

	for (size_t i = 0; i < n; i++)
		v[i].entry = entries[i];
	read_all(c, v, n);
	table_begin(&t, heading);
	for (size_t i = 0; i < n; i++) {
		add_entry(&t, json, &v[i]);
		free(v[i].about);
		free(v[i].error);
	}
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
