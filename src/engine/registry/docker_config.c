/* SPDX-License-Identifier: MIT */
#include "engine/registry/docker_config.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

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
	AUTO_FREE char *dir = docker_config_dir();
	AUTO_FREE char *path = xasprintf("%s/config.json", dir);
	AUTO_BUF struct buf text = {0};

	if (file_read(path, 0, &text, NULL) < 0)
		return NULL;
	return cJSON_ParseWithLength(buf_str(&text), text.n);
}
