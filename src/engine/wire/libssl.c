/* SPDX-License-Identifier: MIT */
#include "engine/wire/libssl.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/packages.h"

struct libssl ssl;

int libssl_load(struct err *e)
{
	static bool loaded;
	static const struct {
		const char *name;
		void *slot;
	} table[] = {
#define X(name) {#name, &ssl.name},
		LIBSSL_FUNCTIONS
#undef X
	};
	void *lib = loaded ? NULL : dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);

	if (loaded)
		return 0;
	if (!lib) {
		AUTO_FREE char *line = package_line("lib:libssl.so.3");

		return err_set(e, ENOENT, "libssl.so.3 is missing; install it: %s", line);
	}
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		void *p = dlsym(lib, table[i].name); /* libcrypto's too */

		if (!p) {
			dlclose(lib);
			return err_set(e, ENOSYS,
				"libssl.so.3 has no %s; a newer one is needed",
				table[i].name);
		}
		memcpy(table[i].slot, &p, sizeof p);
	}
	loaded = true;
	return 0;
}
