/* SPDX-License-Identifier: MIT */
/* From the resolved plan to a create request. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/docker/host_config.h"
#include "engine/docker/no_network.h"
#include "engine/docker/settings.h"

static cJSON *env_list(const struct kvs *env)
{
	cJSON *a = cJSON_CreateArray();

	for (size_t i = 0; i < env->n; i++) {
		AUTO_FREE char *line = xasprintf("%s=%s", env->v[i].key, env->v[i].value);

		cJSON_AddItemToArray(a, cJSON_CreateString(line));
	}
	return a;
}

static void add_program(cJSON *j, const struct resolved *s)
{
	if (s->set.has_entrypoint) {
		cJSON *a = json_strv(&s->set.entrypoint);

		if (!s->set.entrypoint.n) /* [""] clears the image's; [] would keep its
					 command */
			cJSON_AddItemToArray(a, cJSON_CreateString(""));
		cJSON_AddItemToObject(j, "Entrypoint", a);
	}
	if (s->has_user) {
		AUTO_FREE char *user = xasprintf("%u:%u", s->uid, s->gid);

		cJSON_AddStringToObject(j, "User", user);
	}
	if (s->env.n)
		cJSON_AddItemToObject(j, "Env", env_list(&s->env));
}

/* Input ends for the program when the launcher's does: without StdinOnce the engine
 * closes the whole attach on a half-close, and output is lost. */
static void add_terminal(cJSON *j, const struct resolved *s)
{
	cJSON_AddBoolToObject(j, "Tty", s->set.tty);
	cJSON_AddBoolToObject(j, "OpenStdin", s->open_stdin);
	cJSON_AddBoolToObject(j, "StdinOnce", s->open_stdin && !s->set.detach);
	cJSON_AddBoolToObject(j, "AttachStdin", s->open_stdin && !s->set.detach);
	cJSON_AddBoolToObject(j, "AttachStdout", !s->set.detach);
	cJSON_AddBoolToObject(j, "AttachStderr", !s->set.detach);
}

static void add_exposed_ports(cJSON *j, const struct resolved *s)
{
	cJSON *ports = s->set.n_ports ? cJSON_AddObjectToObject(j, "ExposedPorts") : NULL;

	for (size_t i = 0; i < s->set.n_ports; i++) {
		for (unsigned k = 0; k < port_count(&s->set.ports[i]); k++) {
			AUTO_FREE char *key = port_key(&s->set.ports[i], k);

			if (!json_get(ports, key))
				cJSON_AddObjectToObject(ports, key);
		}
	}
}

/* What the image would have run of itself, and the engine's own init, would come before
 * the program that looks at the mounts. */
static void hold(cJSON *j, cJSON *host, const struct resolved *s)
{
	cJSON *check = cJSON_CreateObject();

	cJSON_DeleteItemFromObjectCaseSensitive(j, "Entrypoint");
	cJSON_DeleteItemFromObjectCaseSensitive(j, "Cmd");
	cJSON_AddItemToObject(j, "Entrypoint", json_strv(&s->held));
	cJSON_ReplaceItemInObjectCaseSensitive(host, "Init", cJSON_CreateBool(false));
	cJSON_AddItemToArray(
		cJSON_AddArrayToObject(check, "Test"), cJSON_CreateString("NONE"));
	cJSON_AddItemToObject(j, "Healthcheck", check);
}

void put_seccomp(cJSON *body, const char *value)
{
	cJSON *host = cJSON_GetObjectItemCaseSensitive(body, "HostConfig"), *o;
	cJSON *list = cJSON_GetObjectItemCaseSensitive(host, "SecurityOpt");

	cJSON_ArrayForEach(o, list)
	{
		if (!strncmp(o->valuestring, "seccomp=", 8))
			break;
	}
	if (value && o) {
		AUTO_FREE char *option = xasprintf("seccomp=%s", value);

		cJSON_ReplaceItemViaPointer(list, o, cJSON_CreateString(option));
	}
}

/* Where the others of the launch find it, by its name. */
static void add_own_network(cJSON *j, const struct resolved *s)
{
	const char *alias = s->service ? s->service : "main";
	cJSON *o;

	if (!s->own_network || strcmp(s->own_network, s->set.network) != 0)
		return;
	o = cJSON_AddObjectToObject(j, "NetworkingConfig");
	o = cJSON_AddObjectToObject(o, "EndpointsConfig");
	o = cJSON_AddObjectToObject(o, s->own_network);
	cJSON_AddItemToArray(
		cJSON_AddArrayToObject(o, "Aliases"), cJSON_CreateString(alias));
}

cJSON *create_body(const struct engine_info *i, const struct resolved *s)
{
	cJSON *j = cJSON_CreateObject(), *host = host_config(i, s);

	/* what was looked at or built, whatever the reference means by now */
	json_put(j, "Image", s->image_id ? s->image_id : s->image);
	add_program(j, s);
	add_terminal(j, s);
	add_exposed_ports(j, s);
	add_own_network(j, s);
	put_settings(j, host, &s->set);
	if (s->held.n)
		hold(j, host, s);
	cJSON_AddItemToObject(j, "HostConfig", host);
	return j;
}

cJSON *docker_body(const struct engine_info *i, const struct resolved *s)
{
	cJSON *j = create_body(i, s);

	put_seccomp(j, s->seccomp);
	if (no_network(s))
		cJSON_AddBoolToObject(j, "NetworkDisabled", true);
	return j;
}

int create_from(struct engine *g, const struct resolved *s, const cJSON *body, char **id,
	struct strv *warnings, struct err *e)
{
	AUTO_JSON cJSON *made = NULL;
	AUTO_BUF struct buf path = {0};
	const cJSON *w;
	const char *made_id;

	buf_adds(&path, "/containers/create");
	url_param(&path, "name", s->set.name);
	if (engine_call(g, "POST", path.p, body, &made, e) < 0)
		return err_wrap(e, "create the container from %s", s->image);
	made_id = json_str(made, "Id");
	if (!made_id || !*made_id)
		return err_set(
			e, EPROTO, "unreadable reply of the container engine: no id");
	cJSON_ArrayForEach(w, json_get(made, "Warnings"))
	{
		AUTO_FREE char *text = xstrdup(cJSON_GetStringValue(w));

		if (!text || !warnings)
			continue;
		one_line(text, 500);
		strv_add(warnings, text);
	}
	*id = xstrdup(made_id);
	return 0;
}

int docker_create(struct engine *g, const struct resolved *s, char **id,
	struct strv *warnings, struct err *e)
{
	AUTO_JSON cJSON *body = docker_body(&g->info, s);

	if (create_from(g, s, body, id, warnings, e) < 0)
		return -1;
	/* else it goes in with the resolved plan's files; without it only "localhost" is
	 * amiss */
	if (!s->n_files)
		docker_put_files(g, *id, s, NULL, 0, NULL);
	return 0;
}
