/* SPDX-License-Identifier: MIT */
/* libsqlite3 is loaded where an image has such a database: no other launch needs it. */
#include "launch/lock/rpm.h"

#include <dlfcn.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "launch/lock/package_text.h"

#define SQLITE_FUNCTIONS                                                                 \
	X(sqlite3_open_v2)                                                               \
	X(sqlite3_deserialize)                                                           \
	X(sqlite3_db_config)                                                             \
	X(sqlite3_limit)                                                                 \
	X(sqlite3_progress_handler)                                                      \
	X(sqlite3_prepare_v2)                                                            \
	X(sqlite3_step)                                                                  \
	X(sqlite3_column_blob)                                                           \
	X(sqlite3_column_bytes)                                                          \
	X(sqlite3_finalize)                                                              \
	X(sqlite3_close_v2)

struct sqlite {
#define X(name) __typeof__(name) *name;
	SQLITE_FUNCTIONS
#undef X
};

/* Bytes of an SQLite file: how it is written and read, 2 = with a log beside it. */
enum { WRITE_VERSION = 18, READ_VERSION = 19, HEAD = 100 };
/* More than any database of packages takes: an enemy's may have no end. */
enum { STEPS_MAX = 20000, STEP_OPS = 1000 };

/* NULL = it is not there. It stays loaded. */
static const struct sqlite *load(void)
{
	static struct sqlite all;
	const struct {
		const char *name;
		void *slot;
	} table[] = {
#define X(name) {#name, &all.name},
		SQLITE_FUNCTIONS
#undef X
	};
	void *handle = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);

	for (size_t i = 0; handle && i < COUNT_OF(table); i++) {
		void *p = dlsym(handle, table[i].name);

		if (!p)
			return NULL;
		memcpy(table[i].slot, &p, sizeof p);
	}
	return handle ? &all : NULL;
}

enum { TAG_NAME = 1000, TAG_VERSION = 1001, TAG_RELEASE = 1002, TYPE_STRING = 6 };

static uint32_t big(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* One package: two counts, an index of 16 bytes each, and what it leads into. */
static void rpm_header(const unsigned char *p, size_t n, struct kvs *out)
{
	const char *found[3] = {"", "", ""};
	size_t index = n < 8 ? 0 : big(p), store;
	AUTO_FREE char *version = NULL;

	if (n < 8 || index > (n - 8) / 16)
		return;
	store = 8 + index * 16;
	for (size_t i = 0; i < index; i++) {
		const unsigned char *entry = p + 8 + i * 16;
		uint32_t tag = big(entry), at = big(entry + 8);

		if (tag < TAG_NAME || tag > TAG_RELEASE ||
			big(entry + 4) != TYPE_STRING || at >= n - store ||
			!memchr(p + store + at, 0, n - store - at))
			continue;
		found[tag - TAG_NAME] = (const char *)p + store + at;
	}
	/* keys of signatures lie among them, which have a version too */
	if (!*found[0] || !strcmp(found[0], "gpg-pubkey"))
		return;
	version = xasprintf("%s-%s", found[1], found[2]);
	packages_add(out, found[0], strlen(found[0]), version, strlen(version));
}

static int steps(void *ctx)
{
	int *left = ctx;

	return --*left < 0;
}

static int read_rows(
	const struct sqlite *lib, sqlite3 *db, struct kvs *out, struct err *e)
{
	sqlite3_stmt *rows = NULL;
	int rc =
		lib->sqlite3_prepare_v2(db, "SELECT blob FROM Packages", -1, &rows, NULL);

	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = lib->sqlite3_step(rows);
		if (rc == SQLITE_ROW)
			rpm_header(lib->sqlite3_column_blob(rows, 0),
				(size_t)lib->sqlite3_column_bytes(rows, 0), out);
	}
	lib->sqlite3_finalize(rows);
	return rc == SQLITE_DONE ? 0
				 : err_set(e, EPROTO,
					   "its rpmdb.sqlite is no database of packages");
}

static int read_file(
	const struct sqlite *lib, const struct buf *file, struct kvs *out, struct err *e)
{
	AUTO_FREE unsigned char *bytes = xmalloc(file->n);
	int left = STEPS_MAX, rc = -1;
	sqlite3 *db = NULL;

	memcpy(bytes, file->p, file->n);
	bytes[WRITE_VERSION] = bytes[READ_VERSION] = 1; /* there is no log beside it */
	if (lib->sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE, NULL) ==
			SQLITE_OK &&
		lib->sqlite3_deserialize(db, "main", bytes, (sqlite3_int64)file->n,
			(sqlite3_int64)file->n,
			SQLITE_DESERIALIZE_READONLY) == SQLITE_OK) {
		/* what an enemy may have made of it: no triggers, no views, no end */
		lib->sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		lib->sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		lib->sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
		lib->sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 16 << 20);
		lib->sqlite3_progress_handler(db, STEP_OPS, steps, &left);
		rc = read_rows(lib, db, out, e);
	} else {
		err_set(e, EPROTO, "its rpmdb.sqlite is no database");
	}
	lib->sqlite3_close_v2(db);
	return rc;
}

int packages_rpm(
	const struct buf *file, struct kvs *out, struct strv *unread, struct err *e)
{
	const struct sqlite *lib;

	if (file->n < HEAD)
		return file->n ? err_set(e, EPROTO, "its rpmdb.sqlite is no database")
			       : 0;
	lib = load();
	if (lib)
		return read_file(lib, file, out, e);
	strv_add(unread, "rpmdb.sqlite (install libsqlite3-0)");
	return 0;
}
