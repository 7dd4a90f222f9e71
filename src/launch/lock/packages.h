/* SPDX-License-Identifier: MIT */
/* The packages of a file system that comes as a tar. */
#ifndef CNNRUN_LAUNCH_LOCK_PACKAGES_H
#define CNNRUN_LAUNCH_LOCK_PACKAGES_H

#include "base/json.h"
#include "launch/lock/tar_stream.h"

enum package_kind { PACKAGE_APK, PACKAGE_DPKG, PACKAGE_PIP, PACKAGE_RPM, PACKAGE_KINDS };

struct packages {
	struct kvs found[PACKAGE_KINDS];
	size_t n_kept;      /* bytes of texts so far */
	struct strv unread; /* files that are there and cannot be read, and why */
};

/* To be the want and text of a tar_stream; ctx is the struct packages. */
int packages_want(void *ctx, const struct tar_entry *entry, struct err *e);
int packages_text(
	void *ctx, const struct tar_entry *entry, const struct buf *text, struct err *e);

/* {"dpkg": {name: version}}, sorted; of several versions all, "1.0, 1.1". The caller
 * deletes. */
cJSON *packages_json(struct packages *p);
void packages_free(struct packages *p);

#endif
