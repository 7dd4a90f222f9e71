/* SPDX-License-Identifier: MIT */
/* A file on its last step home: beneath its directory, through no symlink, and whole. */
#ifndef CNNRUN_LAUNCH_CARRY_HOME_H
#define CNNRUN_LAUNCH_CARRY_HOME_H

#include "base/buf.h"
#include "launch/carry/entry.h"

struct carry_file {
	int dir, fd; /* of the directory it comes to, of the file; -1 */
	const char *name;
	char temp[64]; /* its name until then, "" = it has none */
};

/* path is below the directory top; the directories to it are made. */
int carry_file_open(struct carry_file *f, int top, const char *path, struct err *e);
int carry_file_add(struct carry_file *f, const void *data, size_t n, struct err *e);
/* Does the file that has the name now hold the same? */
bool carry_file_equals(const struct carry_file *f);
/* It gets the name. here: what was seen of it before, path NULL = it was not there; where
 * it is another thing by now it is as with beside: it gets NAME.remote, or a number after
 * it, and *as is how it is called then. *now tells what it is there. */
int carry_file_keep(struct carry_file *f, const struct carry_entry *remote,
	const struct carry_entry *here, bool beside, struct buf *as,
	struct carry_entry *now, struct err *e);
void carry_file_close(struct carry_file *f); /* what was not kept is gone */

#endif
