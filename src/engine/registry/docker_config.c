/* SPDX-License-Identifier: MIT */
#include "engine/registry/docker_config.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"

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

cJSON *docker_config(void)
{
	static bool told;
	AUTO_FREE char *dir = docker_config_dir();
	AUTO_FREE char *path = xasprintf("%s/config.json", dir);
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
