/* SPDX-License-Identifier: MIT */
#include "host/x11/libxcb.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/packages.h"

struct libxcb xcb;
struct libxau xau;

struct symbol {
	const char *name;
	void *slot;
};

static int load(const char *file, const struct symbol *v, size_t n, struct err *e)
{
	void *lib = dlopen(file, RTLD_NOW | RTLD_LOCAL);

	if (!lib) {
		AUTO_FREE char *probe = xasprintf("lib:%s", file),
			       *line = package_line(probe);

		return err_set(e, ENOENT, "%s is missing; install it: %s", file, line);
	}
	for (size_t i = 0; i < n; i++) {
		void *p = dlsym(lib, v[i].name);

		if (!p) {
			dlclose(lib);
			return err_set(e, ENOSYS, "%s has no %s; a newer one is needed",
				file, v[i].name);
		}
		memcpy(v[i].slot, &p, sizeof p);
	}
	return 0;
}

int libxcb_load(struct err *e)
{
	static bool loaded;
	static const struct symbol table[] = {
#define X(name) {"xcb_" #name, &xcb.name},
		LIBXCB_FUNCTIONS
#undef X
	};

	if (!loaded && load("libxcb.so.1", table, COUNT_OF(table), e) < 0)
		return -1;
	loaded = true;
	return 0;
}

int libxau_load(struct err *e)
{
	static bool loaded;
	static const struct symbol table[] = {
#define X(name) {"Xau" #name, &xau.name},
		LIBXAU_FUNCTIONS
#undef X
	};

	if (!loaded && load("libXau.so.6", table, COUNT_OF(table), e) < 0)
		return -1;
	loaded = true;
	return 0;
}
