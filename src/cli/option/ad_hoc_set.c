/* SPDX-License-Identifier: MIT */
/* What is typed in place of a profile's own: who, which GPUs, which network. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/option/ad_hoc.h"
#include "plan/checks.h"

/* Read and checked as a profile's is. Takes value over. */
static int read_as(void *obj, const struct field *fields, const char *key, cJSON *value,
	const char *text, struct err *e)
{
	AUTO_JSON cJSON *mine = value;

	if (field_read(obj, field_find(fields, key), mine, NULL, e) == 0)
		return 0;
	e->code = ERR_USAGE;
	return err_wrap(e, "--%.*s %s", (int)strcspn(key, "_"), key, text);
}

/* What else the profile says of them stays: AMD's are AMD's. */
static cJSON *rest_of(const struct plan_gpus *g)
{
	cJSON *o = cJSON_CreateObject();

	if (g->vendor == GPU_AMD)
		json_put(o, "vendor", "amd");
	if (g->capabilities.n)
		cJSON_AddItemToObject(o, "capabilities", json_strv(&g->capabilities));
	if (g->runtime)
		cJSON_AddTrueToObject(o, "runtime");
	return o;
}

static int bad_gpus(const char *text, struct err *e)
{
	size_t n = strspn(text, "\"'");

	if (!strncmp(text + n, "device=", 7)) {
		AUTO_FREE char *ids =
			xstrndup(text + n + 7, strcspn(text + n + 7, "\"'"));

		return err_set(e, ERR_USAGE, "--gpus: write --gpus %s", ids);
	}
	return err_set(e, ERR_USAGE,
		"--gpus: '%s' is not of the form all, none, 0, 0,1 or GPU-<uuid>", text);
}

int ad_hoc_gpus(struct plan *p, const char *text, struct err *e)
{
	struct plan_gpus *g = &p->set.gpus;
	cJSON *o, *ids;

	if (!*text || strpbrk(text, "=\"' "))
		return bad_gpus(text, e);
	o = rest_of(g);
	strv_free(&g->ids);
	strv_free(&g->capabilities);
	*g = (struct plan_gpus){0};
	p->set.typed.gpus = true;
	if (!strcmp(text, "all") || !strcmp(text, "none")) {
		json_put(o, "select", text);
		return read_as(&p->set, settings_fields, "gpus", o, text, e);
	}
	json_put(o, "select", "ids");
	ids = cJSON_AddArrayToObject(o, "ids");
	for (const char *s = text;; s++) {
		AUTO_FREE char *id = xstrndup(s, strcspn(s, ","));

		cJSON_AddItemToArray(ids, cJSON_CreateString(id));
		s += strlen(id);
		if (!*s)
			break;
	}
	return read_as(&p->set, settings_fields, "gpus", o, text, e);
}

int ad_hoc_network(struct plan *p, const char *text, struct err *e)
{
	strv_free(&p->set.network_allow);
	p->set.typed.network = true;
	return read_as(
		&p->set, settings_fields, "network", cJSON_CreateString(text), text, e);
}

/* UID or UID:GID */
static bool put_numbers(cJSON *o, const char *text)
{
	size_t n = strspn(text, "0123456789");
	const char *gid = text[n] == ':' ? text + n + 1 : text;

	if (!n || n > 10 || strlen(gid) > 10 ||
		strspn(gid, "0123456789") != strlen(gid) || !*gid)
		return false;
	cJSON_AddNumberToObject(o, "uid", strtod(text, NULL));
	cJSON_AddNumberToObject(o, "gid", strtod(gid, NULL));
	return true;
}

static cJSON *user_json(const char *text)
{
	cJSON *o = cJSON_CreateObject();

	if (!strcmp(text, "host") || !strcmp(text, "image") || !strcmp(text, "root")) {
		json_put(o, "mode", text);
	} else if (put_numbers(o, text)) {
		json_put(o, "mode", "explicit");
	} else {
		json_put(o, "mode", "image");
		json_put(o, "name", text);
	}
	return o;
}

int ad_hoc_user(struct plan *p, const char *text, struct err *e)
{
	struct plan_user *u = &p->user;

	free(u->name);
	free(u->becomes);
	strv_free(&u->groups);
	*u = (struct plan_user){.uid = ID_NONE, .gid = ID_NONE};
	p->set.typed.user = true;
	return read_as(p, plan_fields, "user", user_json(text), text, e);
}

int ad_hoc_env_file(struct plan *p, const char *text, struct err *e)
{
	AUTO_FREE char *path = ad_hoc_path(text, e);
	cJSON *list = cJSON_CreateArray(), *o = cJSON_CreateObject();

	json_put(o, "path", path);
	cJSON_AddItemToArray(list, o);
	if (!path || read_as(p, plan_fields, "env_file", list, text, e) < 0)
		return -1;
	p->env_files[p->n_env_files - 1].typed = true;
	return 0;
}

int ad_hoc_parallel(struct plan *p, const char *text, struct err *e)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (!*text || *end || n < 1)
		return err_set(
			e, ERR_USAGE, "--parallel: '%s' is not a number such as 4", text);
	return read_as(&p->set, settings_fields, "parallel", json_whole(n), text, e);
}

int ad_hoc_after(struct plan *p, const char *text, struct err *e)
{
	size_t n = strcspn(text, ":"), all = p->set.n_after_jobs;
	AUTO_FREE char *job = xstrndup(text, n);
	struct settings read = {0};
	cJSON *list = cJSON_CreateArray(), *one = cJSON_CreateObject();

	cJSON_AddItemToArray(list, one);
	json_put(one, "job", job);
	json_put(one, "state", text[n] ? text + n + 1 : "ok");
	if (read_as(&read, settings_fields, "after_job", list, text, e) < 0)
		return -1;
	p->set.after_jobs =
		xrealloc(p->set.after_jobs, (all + 1) * sizeof *read.after_jobs);
	p->set.after_jobs[all] = read.after_jobs[0];
	p->set.n_after_jobs++;
	free(read.after_jobs);
	return 0;
}
