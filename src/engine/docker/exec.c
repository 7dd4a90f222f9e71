/* SPDX-License-Identifier: MIT */
/* A further program in a running container. */
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "engine/docker/docker.h"
#include "engine/http/stream_open.h"

static cJSON *exec_body(const struct engine_info *i, const struct exec_request *x)
{
	cJSON *j = cJSON_CreateObject(), *env = cJSON_CreateArray();

	cJSON_AddItemToObject(j, "Cmd", json_strv(&x->command));
	for (size_t k = 0; k < x->env.n; k++) {
		AUTO_FREE char *line =
			xasprintf("%s=%s", x->env.v[k].key, x->env.v[k].value);

		cJSON_AddItemToArray(env, cJSON_CreateString(line));
	}
	cJSON_AddItemToObject(j, "Env", env);
	json_put(j, "User", x->user);
	json_put(j, "WorkingDir", x->workdir);
	json_put(j, "DetachKeys", x->detach_keys);
	cJSON_AddBoolToObject(j, "Tty", x->tty);
	cJSON_AddBoolToObject(j, "Privileged", x->privileged);
	cJSON_AddBoolToObject(j, "AttachStdin", x->open_stdin);
	cJSON_AddBoolToObject(j, "AttachStdout", true);
	cJSON_AddBoolToObject(j, "AttachStderr", true);
	if (x->tty && x->rows > 0 && x->cols > 0 && i->api_minor >= 42) {
		const int size[2] = {x->rows, x->cols};

		cJSON_AddItemToObject(j, "ConsoleSize", cJSON_CreateIntArray(size, 2));
	}
	return j;
}

int docker_exec(struct engine *g, const char *id, const struct exec_request *x,
	char **exec_id, struct stream **out, struct err *e)
{
	AUTO_FREE char *name = url_segment(id);
	AUTO_FREE char *create = xasprintf("/containers/%s/exec", name);
	AUTO_FREE char *start = NULL;
	AUTO_JSON cJSON *body = exec_body(&g->info, x);
	AUTO_JSON cJSON *made = NULL, *how = NULL;
	struct body_stream stream;
	const char *new_id;

	if (engine_call(g, "POST", create, body, &made, e) < 0)
		return err_wrap(e, "exec in container %.12s", id);
	new_id = json_str(made, "Id");
	if (!new_id)
		return err_set(e, EPROTO,
			"unreadable reply of the container engine: no exec id");
	how = cJSON_CreateObject();
	cJSON_AddBoolToObject(how, "Detach", false);
	cJSON_AddBoolToObject(how, "Tty", x->tty);
	if (json_get(body, "ConsoleSize"))
		cJSON_AddItemToObject(how, "ConsoleSize",
			cJSON_Duplicate(json_get(body, "ConsoleSize"), true));
	start = xasprintf("/exec/%s/start", new_id);
	if (engine_stream(g, "POST", start, how, true, &stream, e) < 0) {
		start_error(e);
		return err_wrap(e, "exec in container %.12s", id);
	}
	*exec_id = xstrdup(new_id);
	*out = stream_new(&stream, x->tty);
	return 0;
}

int docker_exec_resize(
	struct engine *g, const char *exec_id, int rows, int cols, struct err *e)
{
	AUTO_FREE char *name = url_segment(exec_id);
	AUTO_FREE char *path = xasprintf("/exec/%s/resize?h=%d&w=%d", name, rows, cols);

	return engine_call(g, "POST", path, NULL, NULL, e);
}

int docker_exec_status(
	struct engine *g, const char *exec_id, bool *running, int *status, struct err *e)
{
	AUTO_FREE char *name = url_segment(exec_id);
	AUTO_FREE char *path = xasprintf("/exec/%s/json", name);
	AUTO_JSON cJSON *j = NULL;

	if (engine_call(g, "GET", path, NULL, &j, e) < 0)
		return err_wrap(e, "status of the exec");
	*running = json_bool(j, "Running", false);
	*status = json_int(j, "ExitCode", 125);
	return 0;
}
