/* SPDX-License-Identifier: MIT */
#include "base/packages.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"

static const struct {
	const char *program, *line;
} managers[PACKAGE_MANAGERS] = {
	{"/usr/bin/apt-get", "apt-get install"},
	{"/usr/bin/dnf", "dnf install"},
	{"/usr/bin/pacman", "pacman -S"},
	{"/usr/bin/zypper", "zypper install"},
	{"/sbin/apk", "apk add"},
};

static bool is_program(const char *name)
{
	AUTO_FREE char *dirs = xasprintf("%s:/usr/local/sbin:/usr/sbin:/sbin",
		getenv("PATH") ? getenv("PATH") : "");
	AUTO_FREE char *path = program_find(dirs, name);

	return path != NULL;
}

static bool is_library(const char *name)
{
	void *lib = dlopen(name, RTLD_LAZY | RTLD_LOCAL);

	if (lib)
		dlclose(lib);
	return lib != NULL;
}

bool package_is_here(const struct package *p)
{
	AUTO_FREE char *probes = xstrdup(p->probes);

	for (char *at = probes, *probe; (probe = strsep(&at, ","));)
		if ((!strncmp(probe, "prog:", 5) && is_program(probe + 5)) ||
			(!strncmp(probe, "lib:", 4) && is_library(probe + 4)))
			return true;
	return false;
}

static const struct package *find(const char *probe)
{
	for (const struct package *p = package_table; p->purpose; p++)
		if (!strcmp(p->probes, probe))
			return p;
	return NULL;
}

char *package_line(const char *probes)
{
	AUTO_FREE char *words = xstrdup(probes);
	struct buf b = {0};
	size_t m = 0;

	while (m < PACKAGE_MANAGERS && access(managers[m].program, X_OK) < 0)
		m++;
	if (m == PACKAGE_MANAGERS)
		buf_adds(&b, "install");
	else
		buf_addf(&b, "%s%s", geteuid() ? "sudo " : "", managers[m].line);
	for (char *at = words, *probe; (probe = strsep(&at, " "));) {
		const struct package *p = find(probe);
		const char *name = !p ? probe : p->names[m < PACKAGE_MANAGERS ? m : 0];

		if (!strcmp(name, "-")) { /* no such package here */
			buf_free(&b);
			return xasprintf("install %s, of which this distribution has no "
					 "package",
				strchr(probe, ':') + 1);
		}
		buf_addf(&b, " %s", name);
	}
	return buf_take(&b);
}
