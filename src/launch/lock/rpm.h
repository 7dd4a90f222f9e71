/* SPDX-License-Identifier: MIT */
/* rpm's database, as SQLite keeps it. */
#ifndef CNNRUN_LAUNCH_LOCK_RPM_H
#define CNNRUN_LAUNCH_LOCK_RPM_H

#include "base/buf.h"
#include "base/err.h"
#include "base/strv.h"

/* Adds name → version-release. Where this machine has no libsqlite3 unread is told; what
 * is no database is an error. */
int packages_rpm(
	const struct buf *file, struct kvs *out, struct strv *unread, struct err *e);

#endif
