/* SPDX-License-Identifier: MIT */
#include "engine/registry/docker_config.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "plan/checks.h"

char *docker_config_dir(void)
{
	const char *dir = getenv("DOCKER_CONFIG"), *home = getenv("HOME");
	const struct passwd *pw;

	if (dir && *dir)
		return xstrdup(dir);
	if (!home || *home != '/')
		home = (pw = getpwuid(getuid())) ? pw->pw_dir : "/";
	return xasprintf("%s/.docker", home);
}

static char *config_path(void)
{
	AUTO_FREE char *dir = docker_config_dir();

	return xasprintf("%s/config.json", dir);
}

cJSON *docker_config(void)
{
	static bool told;
	AUTO_FREE char *path = config_path();
	AUTO_BUF struct buf text = {0};
	struct err e = {0};
	cJSON *config = NULL;

	if (file_read(path, 0, &text, &e) == 0)
		config = json_parse(buf_str(&text), text.n, &e);
	if (!config && e.code != ENOENT && e.code != ENOTDIR && !told) {
		log_warn("%s: %s; the logins and the context in it do not count", path,
			e.msg);
		told = true;
	}
	return config;
}

cJSON *docker_config_env(void)
{
	static bool told;
	const char *text = getenv("DOCKER_AUTH_CONFIG");
	struct err e = {0};
	cJSON *config;

	if (!text || !*text)
		return NULL;
	config = json_parse(text, strlen(text), &e);
	if (!config && !told) {
		log_warn("DOCKER_AUTH_CONFIG: %s; the logins in it do not count", e.msg);
		told = true;
	}
	return config;
}

int docker_detach_keys(char **out, struct err *e)
{
	AUTO_JSON cJSON *config = docker_config();
	const cJSON *keys = json_get(config, "detachKeys");
	AUTO_FREE char *path = NULL;
	const char *text = cJSON_IsString(keys) ? keys->valuestring : NULL;

	if (!keys || (text && !*text)) /* docker takes its own for none */
		return 0;
	if (text && check_detach_keys(text, e) == 0) {
		*out = xstrdup(text);
		return 0;
	}
	path = config_path();
	if (!text)
		err_set(e, 0, "it must be keys, like \"ctrl-p,ctrl-q\"");
	return err_wrap(e, "detachKeys in %s", path);
}
