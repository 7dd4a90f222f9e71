/* SPDX-License-Identifier: MIT */
/* For the tarball: the libraries that cnnrun loads when it needs them are linked in,
 * since the machine that it is unpacked on may have none. The linker leads dlopen() and
 * its kin here
 * (--wrap); what else is loaded, the driver's library for GPUs, comes from the machine.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "build/libarchive.h"
#include "engine/wire/libssl.h"
#include "host/x11/libxcb.h"

struct symbol {
	const char *name;
	void (*function)(void);
};

struct library {
	const char *file;
	const struct symbol *symbols;
	size_t n;
};

#define COUNT(a)  (sizeof(a) / sizeof(a)[0])
#define LISTED(f) {#f, (void (*)(void))(f)},

static const struct symbol archive[] = {
#define X(name) LISTED(name)
	LIBARCHIVE_FUNCTIONS
#undef X
};
static const struct symbol tls[] = {
#define X(name) LISTED(name)
	LIBSSL_FUNCTIONS
#undef X
};
static const struct symbol display[] = {
#define X(name) LISTED(xcb_##name)
	LIBXCB_FUNCTIONS
#undef X
};
static const struct symbol cookies[] = {
#define X(name) LISTED(Xau##name)
	LIBXAU_FUNCTIONS
#undef X
};
static struct library libraries[] = {
	{"libarchive.so.13", archive, COUNT(archive)},
	{"libssl.so.3", tls, COUNT(tls)},
	{"libxcb.so.1", display, COUNT(display)},
	{"libXau.so.6", cookies, COUNT(cookies)},
};

void *__real_dlopen(const char *file, int flags);
void *__real_dlsym(void *handle, const char *name);
int __real_dlclose(void *handle);
void *__wrap_dlopen(const char *file, int flags);
void *__wrap_dlsym(void *handle, const char *name);
int __wrap_dlclose(void *handle);

static const struct library *linked(const void *handle)
{
	for (size_t i = 0; i < COUNT(libraries); i++)
		if (handle == &libraries[i])
			return &libraries[i];
	return NULL;
}

void *__wrap_dlopen(const char *file, int flags)
{
	for (size_t i = 0; file && i < COUNT(libraries); i++)
		if (!strcmp(file, libraries[i].file))
			return &libraries[i];
	return __real_dlopen(file, flags);
}

void *__wrap_dlsym(void *handle, const char *name)
{
	const struct library *l = linked(handle);
	void *p = NULL;

	if (!l)
		return __real_dlsym(handle, name);
	for (size_t i = 0; !p && i < l->n; i++)
		if (!strcmp(name, l->symbols[i].name))
			memcpy(&p, &l->symbols[i].function, sizeof p);
	return p;
}

int __wrap_dlclose(void *handle)
{
	return linked(handle) ? 0 : __real_dlclose(handle);
}
