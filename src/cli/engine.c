/* SPDX-License-Identifier: MIT */
/* The engine that a call asks for. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command.h"

/* "ssh://login+slurm:gpu": the engine is the login host's. */
static bool take_cluster(struct cli *c, const char *where)
{
	const char *at = strncmp(where, "ssh://", 6) ? NULL : strstr(where, "+slurm");

	if (!at || (at[6] && at[6] != ':'))
		return false;
	c->cluster = xstrndup(where, (size_t)(at - where));
	c->host = c->cluster;
	c->context = NULL;
	c->partition = at + 6 + (at[6] == ':');
	return true;
}

/* Two ways to say it in one: the last word counts. */
static void take_on(struct cli *c, const char *where)
{
	bool is_name = !strstr(where, "://") && *where != '/';

	if (c->host == c->cluster)
		c->host = NULL;
	free(c->cluster);
	c->cluster = NULL;
	c->partition = NULL;
	if (!strncmp(where, "slurm", 5) && (!where[5] || where[5] == ':')) {
		c->partition = where + 5 + (where[5] == ':');
		return;
	}
	c->on = where;
	if (take_cluster(c, where))
		return;
	c->context = is_name ? where : NULL;
	c->host = is_name ? NULL : where;
}

/* A profile may have asked the usual one before the whole line was read. */
static void forget(struct cli *c)
{
	engine_close(c->engine);
	free(c->url);
	c->engine = NULL;
	c->url = NULL;
}

void cli_take_engine(struct cli *c, const struct opts *o)
{
	const char *on = opt_text(o, "on"), *host = opt_text(o, "host"),
		   *context = opt_text(o, "context");

	if (!on && !host && !context)
		return;
	forget(c);
	if (on)
		take_on(c, on);
	if (host)
		c->host = host;
	if (context)
		c->context = context;
}

static int find_engine(struct cli *c, struct err *e)
{
	if (c->on &&
		!*c->on) /* an unset variable: the usual engine is not what is meant */
		return err_set(e, ERR_USAGE,
			"--on names no engine; leave it out for the usual one");
	if (c->cluster && (c->host != c->cluster || c->context))
		return err_set(e, ERR_USAGE,
			"--on %s: the engine is that of the login host; leave --host and "
			"--context out",
			c->on);
	return c->url ? 0 : engine_find(c->host, c->context, &c->url, e);
}

int cli_engine(struct cli *c, struct engine **out, struct err *e)
{
	if (!c->engine &&
		(find_engine(c, e) < 0 || engine_open(c->url, &c->engine, e) < 0))
		return -1;
	*out = c->engine;
	return 0;
}

void cli_facts(struct cli *c, bool ask, struct engine_facts *out)
{
	const struct engine_facts *known;
	struct engine *g;

	if (ask && cli_engine(c, &g, NULL) == 0 && engine_facts(g, &known, NULL) == 0) {
		*out = *known;
		return;
	}
	*out = engine_facts_of(find_engine(c, NULL) < 0 ? NULL : c->url);
}

int cli_elsewhere(struct cli *c, const char **url, struct err *e)
{
	bool named = c->host || c->context;
	int rc = find_engine(c, named ? e : NULL);

	*url = rc == 0 && engine_facts_of(c->url).elsewhere ? c->url : NULL;
	return named ? rc : 0;
}
