/* SPDX-License-Identifier: MIT */
#include "build/libarchive.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "base/packages.h"

struct libarchive lib;

int libarchive_load(struct err *e)
{
	const struct {
		const char *name;
		void *slot;
	} table[] = {
#define X(name) {#name, &lib.name},
		LIBARCHIVE_FUNCTIONS
#undef X
	};
	void *handle;

	if (lib.handle)
		return 0;
	handle = dlopen("libarchive.so.13", RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		AUTO_FREE char *line = package_line("lib:libarchive.so.13");

		return err_set(e, ENOENT, "libarchive is missing; install it: %s", line);
	}
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		void *p = dlsym(handle, table[i].name);

		if (!p) {
			dlclose(handle);
			return err_set(e, ENOSYS, "libarchive has no %s", table[i].name);
		}
		memcpy(table[i].slot, &p, sizeof p);
	}
	lib.handle = handle;
	return 0;
}
