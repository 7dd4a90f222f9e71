/* SPDX-License-Identifier: MIT */
#include "launch/lock/packages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/printable.h"
#include "launch/lock/package_text.h"
#include "launch/lock/rpm.h"

/* No image that was made to be used has more of them. */
#define TEXT_MAX ((uint64_t)64 << 20)
#define KEPT_MAX ((uint64_t)256 << 20)

static const char *const kinds[PACKAGE_KINDS] = {"apk", "dpkg", "pip", "rpm"};

static const struct {
	const char *path;
	enum package_kind kind;
} files[] = {
	{"var/lib/dpkg/status", PACKAGE_DPKG},
	{"lib/apk/db/installed", PACKAGE_APK},
	{"usr/lib/apk/db/installed", PACKAGE_APK},
	{"var/lib/rpm/rpmdb.sqlite", PACKAGE_RPM},
	{"usr/lib/sysimage/rpm/rpmdb.sqlite", PACKAGE_RPM},
};

/* rpm's databases of former times. */
static const char *const unreadable[] = {"var/lib/rpm/Packages",
	"var/lib/rpm/Packages.db", "usr/lib/sysimage/rpm/Packages",
	"usr/lib/sysimage/rpm/Packages.db"};

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && !strcmp(s + n - k, end);
}

/* The name of the directory that says of a Python package, NULL = it is none. The caller
 * frees. What a package has brought along for itself nobody has installed. */
static char *python_directory(const char *path)
{
	const char *file = strrchr(path, '/');
	AUTO_FREE char *dir = NULL;
	const char *name;

	if (!file || strstr(path, "/_vendor/"))
		return NULL;
	if (ends_with(file, ".egg-info")) /* a file by itself */
		return xstrdup(file + 1);
	dir = xstrndup(path, (size_t)(file - path));
	name = strrchr(dir, '/') ? strrchr(dir, '/') + 1 : dir;
	if ((ends_with(name, ".dist-info") && !strcmp(file, "/METADATA")) ||
		(ends_with(name, ".egg-info") && !strcmp(file, "/PKG-INFO")))
		return xstrdup(name);
	return NULL;
}

static int kind_of(const char *path)
{
	static const char distroless[] = "var/lib/dpkg/status.d/";
	AUTO_FREE char *python = python_directory(path);

	for (size_t i = 0; i < COUNT_OF(files); i++)
		if (!strcmp(path, files[i].path))
			return (int)files[i].kind;
	if (!strncmp(path, distroless, sizeof distroless - 1) &&
		!ends_with(path, ".md5sums"))
		return PACKAGE_DPKG;
	return python ? PACKAGE_PIP : -1;
}

int packages_want(void *ctx, const struct tar_entry *entry, struct err *e)
{
	struct packages *p = ctx;
	int kind = kind_of(entry->path);
	AUTO_BUF struct buf name = {0};

	for (size_t i = 0; i < COUNT_OF(unreadable); i++)
		if (!strcmp(entry->path, unreadable[i]))
			strv_add(&p->unread, unreadable[i]);
	/* a link to what was read already is named like it */
	if (kind < 0 ||
		(entry->type != '0' && !(kind == PACKAGE_PIP && entry->type == '1')))
		return 0;
	p->n_kept += entry->size;
	if (entry->size <= TEXT_MAX && p->n_kept <= KEPT_MAX)
		return 1;
	add_printable(&name, entry->path);
	return err_set(e, EFBIG,
		"its /%s is too large to be a list of packages (%llu MiB)",
		buf_str(&name), (unsigned long long)(entry->size >> 20));
}

int packages_text(
	void *ctx, const struct tar_entry *entry, const struct buf *text, struct err *e)
{
	struct packages *p = ctx;
	int kind = kind_of(entry->path);
	AUTO_FREE char *python = python_directory(entry->path);

	switch (kind) {
	case PACKAGE_APK:
		packages_apk(text, &p->found[kind]);
		break;
	case PACKAGE_DPKG:
		packages_dpkg(text, &p->found[kind]);
		break;
	case PACKAGE_RPM:
		return packages_rpm(text, &p->found[kind], &p->unread, e);
	default:
		packages_python(text, python ? python : "", &p->found[PACKAGE_PIP]);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct kv *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : strcmp(x->value, y->value);
}

static cJSON *kind_json(struct kvs *k)
{
	cJSON *o = cJSON_CreateObject();

	qsort(k->v, k->n, sizeof *k->v, by_name);
	for (size_t i = 0; i < k->n;) {
		const char *name = k->v[i].key, *last = NULL;
		AUTO_BUF struct buf versions = {0};

		for (; i < k->n && !strcmp(k->v[i].key, name); i++) {
			if (last && !strcmp(last, k->v[i].value))
				continue;
			last = k->v[i].value;
			if (versions.n < 1000)
				buf_addf(&versions, "%s%s", versions.n ? ", " : "", last);
		}
		cJSON_AddItemToObject(o, name, cJSON_CreateString(buf_str(&versions)));
	}
	return o;
}

cJSON *packages_json(struct packages *p)
{
	cJSON *all = cJSON_CreateObject();

	for (int i = 0; i < PACKAGE_KINDS; i++)
		if (p->found[i].n)
			cJSON_AddItemToObject(all, kinds[i], kind_json(&p->found[i]));
	return all;
}

void packages_free(struct packages *p)
{
	for (int i = 0; i < PACKAGE_KINDS; i++)
		kvs_free(&p->found[i]);
	strv_free(&p->unread);
}
