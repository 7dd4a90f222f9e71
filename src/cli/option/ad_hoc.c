/* SPDX-License-Identifier: MIT */
#include "cli/option/ad_hoc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

static int bad(const char *option, const char *text, const char *form, struct err *e)
{
	return err_set(
		e, ERR_USAGE, "--%s: '%s' is not of the form %s", option, text, form);
}

/* One more item of a list, read and checked as a profile's is. Takes item over. */
static int add(void *obj, const struct field *fields, const char *key, cJSON *item,
	const char *option, const char *text, struct err *e)
{
	AUTO_JSON cJSON *list = cJSON_CreateArray();

	cJSON_AddItemToArray(list, item);
	if (field_read(obj, field_find(fields, key), list, NULL, e) == 0)
		return 0;
	e->code = ERR_USAGE;
	return err_wrap(e, "--%s %s", option, text);
}

char *ad_hoc_path(const char *source, struct err *e)
{
	AUTO_FREE char *cwd = cwd_get(e);

	while (cwd && *source == '.') {
		size_t n = strcspn(source, "/"), skip = n + (source[n] == '/');
		char *slash = strrchr(cwd, '/');

		if (n == 2 && source[1] == '.')
			slash[slash == cwd] = 0;
		else if (n != 1)
			break;
		source += skip;
	}
	if (!cwd)
		return NULL;
	return *source ? path_join(cwd, source) : xstrdup(cwd);
}

/* The last mount takes the place of one at the same target. */
static void replace_mount(struct plan *p)
{
	struct plan_mount *last = &p->mounts[p->n_mounts - 1];

	for (struct plan_mount *m = p->mounts; m < last; m++)
		if (!strcmp(m->target, last->target)) {
			struct plan_mount was = *m;

			*m = *last;
			free(was.source);
			free(was.target);
			p->n_mounts--;
			return;
		}
}

/* The target begins at the last ":/", for names may hold colons. */
static char *cut_target(char *text)
{
	char *colon = NULL;

	for (char *c = text; (c = strstr(c, ":/")); c++)
		colon = c;
	if (!colon || colon == text)
		return NULL;
	*colon = 0;
	for (size_t n = strlen(colon + 1); n > 1 && colon[n] == '/'; n--)
		colon[n] = 0;
	return colon + 1;
}

static int add_mount(struct plan *p, const char *option, const char *text, struct err *e)
{
	AUTO_FREE char *all = xstrdup(text), *path = NULL;
	char *end = strrchr(all, ':'), *target;
	bool readonly = end && !strcmp(end, ":ro");
	cJSON *m;

	if (readonly || (end && !strcmp(end, ":rw")))
		*end = 0;
	target = cut_target(all);
	if (!target)
		return bad(option, text, "SRC:DST, SRC:DST:ro or SRC:DST:rw", e);
	if (strchr("./", *all) && !(path = ad_hoc_path(all, e)))
		return -1;
	m = cJSON_CreateObject();
	cJSON_AddStringToObject(m, "type", path ? "bind" : "volume");
	json_put(m, "source", path ? path : all);
	json_put(m, "target", target);
	if (readonly)
		cJSON_AddTrueToObject(m, "readonly");
	if (add(p, plan_fields, "mount", m, option, text, e) < 0)
		return -1;
	p->mounts[p->n_mounts - 1].typed = true;
	replace_mount(p);
	return 0;
}

int ad_hoc_volume(struct plan *p, const char *text, struct err *e)
{
	return add_mount(p, "volume", text, e);
}

int ad_hoc_mount(struct plan *p, const char *text, struct err *e)
{
	if (strchr("./", *text))
		return add_mount(p, "mount", text, e);
	if (strchr(text, '=')) /* docker's type=bind,source=… */
		return bad("mount", text, "SRC:DST or SRC:DST:ro", e);
	return err_set(e, ERR_USAGE,
		"--mount: '%s' is no path: write --mount ./%s, or --volume %s for a "
		"volume "
		"of that name",
		text, text, text);
}

/* "8000-8010" or "8000" into key, and key_end. */
static bool put_range(cJSON *o, const char *key, const char *s)
{
	AUTO_FREE char *key_end = xasprintf("%s_end", key);
	unsigned first, last;
	char more;
	int n = sscanf(s, "%5u-%5u%c", &first, &last, &more);

	if (strspn(s, "0123456789-") != strlen(s) || n < 1 || n > 2 ||
		(n == 1) != !strchr(s, '-'))
		return false;
	cJSON_AddNumberToObject(o, key, first);
	if (n == 2)
		cJSON_AddNumberToObject(o, key_end, last);
	return true;
}

/* "[::1]:8080:80", "0.0.0.0:8000-8010:8000-8010", "8080:80", ":80", "80" */
static bool put_port(cJSON *o, char *s)
{
	char *inside = strrchr(s, ':'), *host = s;

	if (inside) {
		*inside++ = 0;
		host = strrchr(s, ':');
	}
	if (host && host != s) {
		*host++ = 0;
		if (*s == '[' && host[-2] == ']') {
			host[-2] = 0;
			s++;
		}
		json_put(o, "host_ip", s);
	} else {
		host = s;
	}
	if (!put_range(o, "container", inside ? inside : s))
		return false;
	return (inside && !*host) || put_range(o, "host", host);
}

static int add_port(struct plan *p, const char *option, const char *text, struct err *e)
{
	AUTO_FREE char *all = xstrdup(text);
	char *slash = strrchr(all, '/');
	cJSON *o = cJSON_CreateObject();

	if (slash) {
		*slash = 0;
		json_put(o, "protocol", slash + 1);
	}
	if (!put_port(o, all)) {
		cJSON_Delete(o);
		return bad(option, text, "[[ADDRESS:]HOST:]PORT[/udp]", e);
	}
	if (add(&p->set, settings_fields, "port", o, option, text, e) < 0)
		return -1;
	p->set.ports[p->set.n_ports - 1].typed = true;
	return 0;
}

int ad_hoc_publish(struct plan *p, const char *text, struct err *e)
{
	return add_port(p, "publish", text, e);
}

int ad_hoc_port(struct plan *p, const char *text, struct err *e)
{
	return add_port(p, "port", text, e);
}

/* The last device takes the place of one with the same target. */
static void replace_device(struct settings *s)
{
	struct plan_device *last = &s->devices[s->n_devices - 1];

	for (struct plan_device *d = s->devices; d < last; d++)
		if (!strcmp(d->target, last->target)) {
			struct plan_device was = *d;

			*d = *last;
			free(was.source);
			free(was.target);
			free(was.permissions);
			s->n_devices--;
			return;
		}
}

int ad_hoc_device(struct plan *p, const char *text, struct err *e)
{
	AUTO_FREE char *all = xstrdup(text);
	char *permissions = strrchr(all, ':'), *target;
	cJSON *d = cJSON_CreateObject();

	if (permissions && permissions[1] != '/') {
		*permissions = 0;
		json_put(d, "permissions", permissions + 1);
	}
	target = cut_target(all);
	json_put(d, "source", all);
	json_put(d, "target", target);
	if (add(&p->set, settings_fields, "device", d, "device", text, e) < 0)
		return -1;
	p->set.devices[p->set.n_devices - 1].typed = true;
	replace_device(&p->set);
	return 0;
}

void ad_hoc_entrypoint(struct plan *p, const char *text)
{
	strv_free(&p->set.entrypoint);
	p->set.has_entrypoint = true;
	if (!*text)
		return;
	strv_add(&p->set.entrypoint, text);
	strv_free(&p->set.command);
	p->set.has_command = true;
}
