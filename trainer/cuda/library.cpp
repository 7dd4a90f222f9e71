/* SPDX-License-Identifier: MIT */
#include "cuda/library.h"

#include <cstring>
#include <dlfcn.h>

#ifdef CNNTRAIN_EMULATE
#include "cuda/emulate/runtime.h"
#define OPEN(name) emulate_dlopen(name)
#else
#define OPEN(name) dlopen(name, RTLD_NOW | RTLD_LOCAL)
#endif

static bool find_all(void *library, const library_symbol *symbols)
{
	for (const library_symbol *s = symbols; s->name; s++) {
		void *found = dlsym(library, s->name);

		if (!found)
			return false;
		memcpy(s->address, &found, sizeof(found));
	}
	return true;
}

bool library_load(const char *const *names, const library_symbol *symbols)
{
	for (; *names; names++) {
		void *library = OPEN(*names);

		if (library && find_all(library, symbols))
			return true;
		if (library)
			dlclose(library);
	}
	return false;
}
