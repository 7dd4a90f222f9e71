/* SPDX-License-Identifier: MIT */
/* The porter's parts. */
#ifndef CNNRUN_PORTER_INNER_H
#define CNNRUN_PORTER_INNER_H

#include <sys/stat.h>

#include "hold/sys.h"
#include "porter/porter.h"

/* io.c: standard input and output. An end of either is the porter's. */
void take(void *to, size_t n);
/* Takes n bytes into the file fd; -errno of a write that failed, all is taken then. */
long take_into(long fd, uint64_t n);
void tell(const void *from, size_t n);
void tell_word(
	enum porter_verb verb, const char *path, const struct statx *st, long error);
void flush(void);
_Noreturn void fail(const char *path, long error);
int64_t mtime_of(const struct statx *st);

/* walk.c: below the volume, through no symlink. -errno. */
extern long top; /* the volume */
long look(long dir, const char *name, struct statx *st);
/* The directory that path lies in, *name its last part; make: what is in the way gives
 * place to directories of the owner's. */
long open_parent(const char *path, const char **name, bool make);
void list(void);
void drop(long dir, const char *name, int deep);
void own_all(void);
long own(long dir, const char *name);
extern uint32_t owner_uid, owner_gid;

#endif
