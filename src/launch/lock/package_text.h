/* SPDX-License-Identifier: MIT */
/* What the files of package managers say is installed. */
#ifndef CNNRUN_LAUNCH_LOCK_PACKAGE_TEXT_H
#define CNNRUN_LAUNCH_LOCK_PACKAGE_TEXT_H

#include "base/buf.h"
#include "base/strv.h"

/* Each adds name → version, both of printable ASCII, in the text's order. Text may be
 * anything. */
void packages_dpkg(const struct buf *text, struct kvs *out);
void packages_apk(const struct buf *text, struct kvs *out);
/* Of a METADATA or PKG-INFO; dir, its directory's name, says the rest. */
void packages_python(const struct buf *text, const char *dir, struct kvs *out);

/* More than any image has; what is beyond is left out. */
#define PACKAGES_MAX ((size_t)100000)
/* Adds one, whatever bytes they are of. */
void packages_add(struct kvs *out, const char *name, size_t n_name, const char *version,
	size_t n_version);

#endif
