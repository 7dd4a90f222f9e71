/* SPDX-License-Identifier: MIT */
/* What gives containers NVIDIA GPUs: the toolkit's programs and CDI specifications. */
#include "host/gpu.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"

/* The engine's PATH counts, not ours; the usual system directories stand for it. */
char *host_nvidia_toolkit(void)
{
	static const char *const names[] = {
		"nvidia-container-runtime-hook", "nvidia-ctk", "nvidia-container-cli"};
	AUTO_FREE char *dirs =
		xasprintf("%s:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
			getenv("PATH") ? getenv("PATH") : "");
	char *found = NULL;

	for (size_t i = 0; !found && i < COUNT_OF(names); i++)
		found = program_find(dirs, names[i]);
	return found;
}

bool host_has_gpu_hook(void)
{
	static const char name[] = "oci-nvidia-hook.json";
	static const char *const dirs[] = {
		"/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d"};
	bool found = false;

	for (size_t i = 0; !found && i < COUNT_OF(dirs); i++) {
		AUTO_FREE char *path = path_join(dirs[i], name);

		found = access(path, F_OK) == 0;
	}
	return found;
}

/* Does the text have a `kind: nvidia.com/gpu`, as YAML or JSON? */
static bool describes_gpus(const char *text)
{
	static const char key[] = "kind", value[] = "nvidia.com/gpu";

	for (const char *s = text; (s = strstr(s, key)); s++) {
		const char *v = s + sizeof key - 1;

		v += strspn(v, "\"' \t");
		if (*v++ != ':')
			continue;
		v += strspn(v, "\"' \t\r\n");
		if (!strncmp(v, value, sizeof value - 1) &&
			strchr("\"' \t\r\n,}#", v[sizeof value - 1]))
			return true;
	}
	return false;
}

static bool has_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n > k && !strcmp(s + n - k, suffix);
}

bool host_cdi_in(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *de;
	bool yes = false;

	while (d && !yes && (de = readdir(d))) {
		AUTO_BUF struct buf text = {0};
		AUTO_FREE char *path = path_join(dir, de->d_name);
		struct stat st;

		if (!has_suffix(path, ".json") && !has_suffix(path, ".yaml"))
			continue;
		if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
			continue;
		if (file_read(path, (size_t)8 << 20, &text, NULL) == 0)
			yes = describes_gpus(buf_str(&text));
	}
	if (d)
		closedir(d);
	return yes;
}

bool host_has_cdi(void)
{
	return host_cdi_in("/etc/cdi") || host_cdi_in("/var/run/cdi");
}
