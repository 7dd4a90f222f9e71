/* SPDX-License-Identifier: MIT */
/* The verbs on one container. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "engine/docker/docker.h"

/* POST /containers/ID/VERB?query */
static int act_within(struct engine *g, const char *id, const char *verb,
	const char *query, long timeout_ms, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_FREE char *path = xasprintf("/containers/%s/%s%s", name, verb, query);
	AUTO_REPLY struct reply r = {0};
	struct http_request q = {
		.method = "POST", .path = path, .timeout_ms = timeout_ms};

	if (engine_do(g, &q, &r, e) < 0)
		return -1;
	return r.status >= 400 ? engine_fail(e, &r) : 0;
}

static int act(struct engine *g, const char *id, const char *verb, const char *query,
	struct err *e)
{
	return act_within(g, id, verb, query, engine_patience(g, "POST"), e);
}

int docker_start(struct engine *g, const char *id, const char *detach_keys, struct err *e)
{
	AUTO_BUF struct buf query = {0};

	url_param(&query, "detachKeys", detach_keys);
	if (act(g, id, "start", buf_str(&query), e) == 0)
		return 0;
	start_error(e);
	if (e && e->code == ERR_PORT_TAKEN && !engine_socket(g->url))
		return err_wrap(e, "at %s", g->url);
	return err_wrap(e, "start the container");
}

int docker_signal(struct engine *g, const char *id, const char *signal, struct err *e)
{
	AUTO_BUF struct buf query = {0};

	url_param(&query, "signal", signal);
	if (act(g, id, "kill", buf_str(&query), e) < 0)
		return err_wrap(e, "kill container %.12s", id);
	return 0;
}

int docker_stop(struct engine *g, const char *id, int seconds, struct err *e)
{
	AUTO_BUF struct buf query = {0};
	long timeout_ms = 0; /* only the engine knows how long it waits */

	if (seconds >= 0) {
		buf_addf(&query, "?t=%d", seconds);
		timeout_ms = 1000L * seconds + engine_patience(g, "POST");
	}
	if (act_within(g, id, "stop", buf_str(&query), timeout_ms, e) < 0)
		return err_wrap(e, "stop container %.12s", id);
	return 0;
}

int docker_remove(struct engine *g, const char *id, bool force, bool *gone, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_REPLY struct reply r = {0};

	if (engine_send(g, "DELETE", NULL, &r, e, "/containers/%s?v=1%s", name,
		    force ? "&force=1" : "") < 0)
		return -1;
	if (gone)
		*gone = r.status == 404;
	/* 409: somebody else removes it right now, or the engine itself (AutoRemove) */
	if (r.status == 409 && strstr(buf_str(&r.body), "already in progress"))
		return 0;
	if (r.status >= 400 && r.status != 404) {
		engine_fail(e, &r);
		return err_wrap(e, "remove container %.12s", id);
	}
	return 0;
}

int docker_resize(struct engine *g, const char *id, int rows, int cols, struct err *e)
{
	char query[64];

	snprintf(query, sizeof query, "?h=%d&w=%d", rows, cols);
	return act(g, id, "resize", query, e);
}

int docker_rename(struct engine *g, const char *id, const char *name, struct err *e)
{
	AUTO_BUF struct buf query = {0};

	url_param(&query, "name", name);
	if (act(g, id, "rename", buf_str(&query), e) < 0)
		return err_wrap(e, "rename container %.12s", id);
	return 0;
}

static void read_ports(const cJSON *ports, struct kvs *out)
{
	const cJSON *p;

	cJSON_ArrayForEach(p, ports)
	{
		const char *port = json_str(cJSON_GetArrayItem(p, 0), "HostPort");

		if (port && p->string)
			kvs_set(out, p->string, port);
	}
}

/* "2026-11-29T00:06:27.123456789Z" or with "+01:00" */
static int64_t read_ns(const char *text)
{
	struct tm t = {0};
	int64_t ns = 0, unit = 100000000;
	int hours = 0, minutes = 0, n = 0;
	const char *at;

	if (!text || sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &t.tm_year, &t.tm_mon,
			     &t.tm_mday, &t.tm_hour, &t.tm_min, &t.tm_sec, &n) != 6)
		return 0;
	t.tm_year -= 1900;
	t.tm_mon--;
	at = text + n;
	if (*at == '.')
		for (at++; *at >= '0' && *at <= '9'; at++, unit /= 10)
			ns += (*at - '0') * unit;
	if ((*at == '+' || *at == '-') &&
		sscanf(at + 1, "%2d:%2d", &hours, &minutes) == 2)
		t.tm_min -= (*at == '-' ? -1 : 1) * (hours * 60 + minutes);
	if (t.tm_year < 70)
		return 0;
	return (int64_t)timegm(&t) * 1000000000 + ns;
}

static void read_state(const cJSON *j, struct container_state *c)
{
	const cJSON *state = json_get(j, "State"), *config = json_get(j, "Config");
	const char *id = json_str(j, "Id"), *name = json_str(j, "Name");

	snprintf(c->id, sizeof c->id, "%s", id ? id : "");
	c->name = xstrdup(name ? name + (*name == '/') : "");
	c->image = xstrdup(json_str(config, "Image"));
	c->image_id = xstrdup(json_str(j, "Image"));
	c->running = json_bool(state, "Running", false);
	c->tty = json_bool(config, "Tty", false);
	c->open_stdin = json_bool(config, "OpenStdin", false);
	c->exit_code = json_int(state, "ExitCode", 0);
	c->finished_ns = read_ns(json_str(state, "FinishedAt"));
	c->oom_killed = json_bool(state, "OOMKilled", false);
	c->error = xstrdup(json_str(state, "Error"));
	c->workdir = xstrdup(json_str(config, "WorkingDir"));
	c->user = xstrdup(json_str(config, "User"));
	c->pid = json_int(state, "Pid", 0);
	c->stop_timeout = json_int(config, "StopTimeout", -1);
	json_read_kvs(json_get(config, "Labels"), &c->labels);
	read_ports(json_get(json_get(j, "NetworkSettings"), "Ports"), &c->ports);
}

int docker_inspect(struct engine *g, const char *id, struct container_state *out,
	bool *found, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_REPLY struct reply r = {0};
	AUTO_JSON cJSON *j = NULL;

	*found = false;
	if (engine_send(g, "GET", NULL, &r, e, "/containers/%s/json", name) < 0)
		return -1;
	if (r.status == 404)
		return 0;
	if (r.status >= 300) {
		engine_fail(e, &r);
		return err_wrap(e, "inspect container %.12s", id);
	}
	j = reply_json(&r, e);
	if (!j)
		return -1;
	if (!json_str(j, "Id"))
		return err_set(e, 0, "unreadable reply of the container engine: no id");
	read_state(j, out);
	*found = true;
	return 0;
}
