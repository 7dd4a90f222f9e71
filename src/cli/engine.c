/* SPDX-License-Identifier: MIT */
/* The engine that a call asks for. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/command.h"
#include "engine/wire/endpoint.h"
#include "engine/wire/ssh.h"

/* Two ways to say it in one: the last word counts. */
static void take_on(struct cli *c, const char *where)
{
	bool is_name = !strstr(where, "://") && *where != '/';

	if (!strncmp(where, "slurm", 5) && (!where[5] || where[5] == ':')) {
		c->partition = where + 5 + (where[5] == ':');
		return;
	}

	c->on = where;
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

/* A cluster behind ssh, which no engine is. */
static int refuse_behind(const char *on, const char *slurm, struct err *e)
{
	AUTO_FREE char *url = xstrndup(on, (size_t)(slurm - on)), *typed = NULL;
	AUTO_ENDPOINT struct endpoint p = {0};

	if (endpoint_parse(url, &p, e) < 0)
		return -1;
	typed = ssh_typed(&p);
	return err_set(e, ERR_USAGE,
		"--on %s: jobs are submitted where Slurm is; log in with %s, and in the "
		"project there: cnnrun --on %s",
		on, typed, slurm + 1);
}

static int find_engine(struct cli *c, struct err *e)
{
	const char *slurm = c->on ? strstr(c->on, "+slurm") : NULL;

	if (slurm && !strncmp(c->on, "ssh://", 6))
		return refuse_behind(c->on, slurm, e);
	if (c->on &&
		!*c->on) /* an unset variable: the usual engine is not what is meant */
		return err_set(e, ERR_USAGE,
			"--on names no engine; leave it out for the usual one");
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
